// The dots of a canvas have a label for those who do not see them, and need a role for it.

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
  model.on("turn", soon)
  soon()
  return document.createElement("span")
}
