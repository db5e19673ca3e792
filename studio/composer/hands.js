// Keys on the canvas, and edges that are dropped anywhere on a part. The canvas of panel-reactflow
// joins ports only where its own check allows it, and says nothing where it does not.
const WRITES = "input, textarea, select, [contenteditable]"
const FAR = 0.62  // below this zoom a part shows its title alone
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}

const deep = (root, query) => {
  const found = root.querySelector?.(query)
  if (found) { return found }
  for (const part of root.querySelectorAll?.("*") ?? []) {
    const inside = part.shadowRoot && deep(part.shadowRoot, query)
    if (inside) { return inside }
  }
  return null
}

export function render({model, el}) {
  let flow = null
  const send = (name, value = null) => model.send_msg({name, value})
  const nodes = () => [...flow.querySelectorAll(".react-flow__node")]
  const node = (id) => nodes().find((one) => one.dataset.id === id)
  const visible = () => flow != null && flow.getClientRects().length > 0
  const fit = () => flow?.querySelector(".react-flow__controls-fitview")?.click()

  // Drawing an edge

  let from = null
  const press = (event) => {
    const port = event.target.closest?.(".react-flow__handle")
    from = port && {id: port.dataset.nodeid, gives: port.classList.contains("source")}
  }
  const release = (event) => {
    if (!from) { return }
    const start = from
    from = null
    const under = flow.getRootNode().elementsFromPoint(event.clientX, event.clientY)
    const over = under.map((one) => one.closest(".react-flow__node")).find((one) => one)
    if (!over || over.dataset.id === start.id) { return }
    const ends = [start.id, over.dataset.id]
    if (!start.gives) { ends.reverse() }
    send("join", {source: ends[0], target: ends[1]})
  }

  // Keys

  const next = (now, [dx, dy]) => {
    const centre = (one) => {
      const box = one.getBoundingClientRect()
      return [box.left + box.width / 2, box.top + box.height / 2]
    }
    const [x, y] = centre(now)
    let best = null, least = Infinity
    for (const one of nodes()) {
      const [a, b] = centre(one)
      const along = (a - x) * dx + (b - y) * dy
      const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx)
      if (one !== now && along > 8 && along + 2 * aside < least) { best = one; least = along + 2 * aside }
    }
    return best
  }
  const choose = (one) => {
    one.focus()
    one.click()
  }
  const keys = (event) => {
    const target = event.composedPath()[0]
    const here = event.composedPath().includes(flow) || target === document.body
    const writes = target instanceof Element && target.closest(WRITES) != null
    if (!visible() || !here || writes) { return }
    const key = event.key.toLowerCase()
    const control = (event.ctrlKey || event.metaKey) && !event.altKey
    const act = control
      ? {c: "copy", v: "paste", d: "duplicate", a: "all"}[key]
      : {delete: "delete", backspace: "delete", p: "park"}[key]
    if (act) {
      event.preventDefault()
      event.stopPropagation()
      send(act)
      return
    }
    if (!control && key === "f") { fit() }
    const now = target instanceof Element && target.closest(".react-flow__node")
    const step = ARROWS[event.key]
    // With Shift the canvas itself moves what is selected.
    if (now && step && !event.shiftKey && !control) {
      event.preventDefault()
      event.stopPropagation()
      const found = next(now, step)
      if (found) { choose(found) }
    }
  }

  const show = ({show: id, focus, fit: all}) => {
    if (all) { setTimeout(fit, 60) }
    if (!id) { return }
    // A new node is there after the next frame of the canvas.
    let tries = 0
    const look = () => {
      const found = flow && node(id)
      if (!found || !found.offsetWidth) {
        tries += 1
        if (tries < 40) { setTimeout(look, 25) }
        return
      }
      const box = found.getBoundingClientRect(), frame = flow.getBoundingClientRect()
      const inside = box.left >= frame.left && box.right <= frame.right &&
        box.top >= frame.top && box.bottom <= frame.bottom
      if (!inside) { fit() }
      if (focus) { found.focus() }
    }
    look()
  }

  const begin = () => {
    flow = deep(document.getElementById("panel-1") ?? document, ".react-flow")
    const viewport = flow?.querySelector(".react-flow__viewport")
    if (!viewport) { setTimeout(begin, 50); return }
    flow.addEventListener("pointerdown", press, true)
    flow.addEventListener("mousedown", press, true)
    document.addEventListener("pointerup", release, true)
    document.addEventListener("keydown", keys, true)
    flow.setAttribute("aria-label", "Canvas of the model")
    // A port has a label, which a plain element may not have.
    const name = () => {
      for (const port of flow.querySelectorAll(".react-flow__handle:not([role])")) {
        port.setAttribute("role", "img")
      }
    }
    new MutationObserver(name).observe(viewport, {childList: true, subtree: true})
    name()
    const far = () => {
      const zoom = new DOMMatrix(getComputedStyle(viewport).transform).a
      flow.classList.toggle("far", zoom < FAR)
    }
    // Titles stay readable when all of a large model is in view.
    new MutationObserver(far).observe(viewport, {attributes: true, attributeFilter: ["style"]})
    far()
  }
  model.on("msg:custom", (message) => show(message.data ?? message))
  model.on("remove", () => {
    document.removeEventListener("pointerup", release, true)
    document.removeEventListener("keydown", keys, true)
  })
  begin()
  return document.createElement("span")
}
