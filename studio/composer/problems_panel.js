// The list of what is inconsistent. Each row is a button that goes to its field.
export function render({model, el}) {
  el.innerHTML = '<h2 id="title">Inconsistencies</h2><p class="none">None: this model can run.</p><ul aria-labelledby="title"></ul>'
  const title = el.querySelector("h2"), none = el.querySelector(".none"), list = el.querySelector("ul")
  const show = (problems) => {
    title.textContent = problems.length ? `Inconsistencies: ${problems.length}` : "Inconsistencies"
    const errors = problems.filter((one) => one.severity === "error").length
    none.hidden = problems.length > 0
    el.dataset.errors = errors
    list.replaceChildren(...problems.map(({severity, place, where, message}) => {
      const row = document.createElement("li"), button = document.createElement("button")
      button.type = "button"
      button.className = `is-${severity}`
      button.dataset.place = place
      const mark = document.createElement("i"), name = document.createElement("b"), words = document.createElement("span")
      mark.textContent = severity === "error" ? "Error" : "Note"
      name.textContent = where
      words.textContent = message
      button.append(mark, name, words)
      button.addEventListener("click", () => model.send_msg({place}))
      row.append(button)
      return row
    }))
  }
  model.on("msg:custom", (message) => {
    const data = message.data ?? message
    if (data.problems) { show(data.problems) }
  })
  model.send_msg({ready: true})
}
