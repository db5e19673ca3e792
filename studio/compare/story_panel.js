// The steps of a story, as cards. Each has one button; what it came to stands under its words.
export function render({model, el}) {
  el.innerHTML = `<details open><summary><b class="title"></b> <span class="of"></span></summary><ol></ol></details>`
  const list = el.querySelector("ol")
  const made = (tag, name, text = "") => {
    const element = document.createElement(tag)
    element.className = name
    element.textContent = text
    return element
  }
  const card = (step, number, state) => {
    const item = made("li", step.there ? "there" : ""), head = made("h3", "")
    if (step.colour) {
      const mark = made("i", "mark")
      mark.style.borderTop = `3px ${step.dash} var(--${step.colour})`
      head.append(mark)
    }
    head.append(`${number + 1}. ${step.title}`)
    const words = made("p", "text", step.text), results = made("ul", "results")
    results.append(...step.results.map(([figure, interval]) => {
      const line = made("li", "", figure)
      if (interval) { line.append(" ", made("small", "", interval)) }
      return line
    }))
    const button = made("button", "", step.results.length ? "Run again" : "Show me")
    button.type = "button"
    button.dataset.step = number
    button.disabled = state.busy
    button.setAttribute("aria-label", `${button.textContent}: ${step.title}`)
    button.addEventListener("click", () => model.send_msg({step: number}))
    item.append(head, words, results, button)
    return item
  }
  model.on("msg:custom", (message) => {
    const state = message.data ?? message
    el.querySelector(".title").textContent = state.title
    el.querySelector(".of").textContent = state.of
    const focused = el.getRootNode().activeElement?.dataset?.step
    list.replaceChildren(...state.steps.map((step, number) => card(step, number, state)))
    if (focused !== undefined) { list.querySelector(`[data-step="${focused}"]`)?.focus() }
  })
  model.send_msg({ready: true})
}
