// Chips over the map. Plain buttons: which of them there are may change while the page is loading.
export function render({model, el}) {
  const group = document.createElement("div")
  group.setAttribute("role", "group")
  group.setAttribute("aria-label", "What the colours of the map say")
  const draw = (names) => {
    const chosen = model.chosen
    group.replaceChildren(...names.map((name) => {
      const chip = document.createElement("button")
      chip.type = "button"
      chip.textContent = name
      chip.setAttribute("aria-pressed", String(name === chosen))
      chip.addEventListener("click", () => {
        for (const one of group.children) { one.setAttribute("aria-pressed", String(one === chip)) }
        model.send_msg({name})
      })
      return chip
    }))
  }
  model.on("msg:custom", (message) => draw((message.data ?? message).names))
  el.append(group)
  model.send_msg({ready: true})
}
