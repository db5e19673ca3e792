export function render({ model, el }) {
  const row = document.createElement("div")
  row.style.cssText = "display:flex;gap:6px"
  for (const label of model.labels) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = label
    button.addEventListener("click", () => model.send_msg({ label }))
    row.append(button)
  }
  el.append(row)
}
