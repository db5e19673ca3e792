// Times what a person does in the Compose room, from the act to the frame that shows its answer.
window.composer_bench = (() => {
  const deep = (root, query) => {
    const found = root.querySelector?.(query)
    if (found) { return found }
    for (const part of root.querySelectorAll?.("*") ?? []) {
      const inside = part.shadowRoot && deep(part.shadowRoot, query)
      if (inside) { return inside }
    }
    return null
  }
  const flow = () => deep(document.getElementById("panel-1"), ".react-flow")
  const node = (id) => flow().querySelector(`.react-flow__node[data-id="${id}"]`)
  const count = () => flow().querySelectorAll(".react-flow__node").length
  const form = () => deep(document.querySelector(".side > .form"), "form")
  const timed = (act, holds) => new Promise((done, failed) => {
    const start = performance.now()
    const look = () => {
      if (holds()) { done(performance.now() - start) }
      else if (performance.now() - start > 10000) { failed(new Error(`no answer to ${act}`)) }
      else { requestAnimationFrame(look) }
    }
    act()
    requestAnimationFrame(look)
  })
  const type = (name, text) => {
    const box = form().querySelector(`[data-name="${name}"] .box`)
    box.value = text
    box.dispatchEvent(new Event("change"))
  }
  const undo = () => document.querySelector('[data-act="undo"]').click()
  return {
    ready: (nodes) => flow() != null && form()?.querySelector("h2") != null && count() === nodes,
    select: (id, title) => timed(
      () => node(id).click(), () => form().querySelector("h2").textContent === title),
    change: (id, name, text, shown) => timed(
      () => type(name, text), () => node(id).textContent.includes(shown)),
    add: (kind) => {
      const before = count()
      const button = deep(document.querySelector(".palette"), `[data-kind="${kind}"]`)
      return timed(() => button.click(), () => count() === before + 1)
    },
    undo: () => {
      const before = count()
      return timed(undo, () => count() === before - 1)
    },
  }
})()
