// The dots of a canvas have a label for those who do not see them, and need a role for it. Another
// disease is brought into view, as soon as its states are on the canvas and the canvas is seen.
const TRIES = 100, WAIT_MS = 50

const flows = (root) => [
  ...root.querySelectorAll(".react-flow"),
  ...[...root.querySelectorAll("*")].flatMap((one) => one.shadowRoot ? flows(one.shadowRoot) : []),
]

export function render({model}) {
  const name = () => {
    const found = flows(document).flatMap((flow) => [...flow.querySelectorAll(".react-flow__handle:not([role])")])
    for (const port of found) { port.setAttribute("role", "img") }
  }
  const soon = () => { for (const wait of [0, 150, 600]) { setTimeout(name, wait) } }

  let sight = null
  const fit = (tries = TRIES) => {
    const {turn, ids} = model.fit, shown = (one) => one.querySelector(".react-flow__node.state")
    const flow = flows(document).find(shown)
    const there = flow ? [...flow.querySelectorAll(".react-flow__node.state")] : []
    const all = there.length === ids.length && there.every((one) => ids.includes(one.dataset.id))
    if (flow && !flow.offsetWidth) {
      sight?.disconnect()
      sight = new ResizeObserver(() => { if (flow.offsetWidth) { sight.disconnect(); fit() } })
      sight.observe(flow)
    } else if (all && there.every((one) => one.offsetWidth)) {
      // Once the canvas has measured them, in its next frame.
      setTimeout(() => flow.querySelector(".react-flow__controls-fitview")?.click(), WAIT_MS)
    } else if (tries) {
      setTimeout(() => { if (model.fit.turn === turn) { fit(tries - 1) } }, WAIT_MS)
    }
  }
  model.on("turn", soon)
  model.on("fit", () => fit())
  soon()
  return document.createElement("span")
}
