// Four figures and a sentence: what a run will cost. See scale_meter.py.
const NAMES = [["people", "People"], ["memory", "Memory"], ["day", "A simulated day"], ["run", "A run"]]

export function render({ model, el }) {
  const section = document.createElement("section")
  section.setAttribute("aria-label", "What a run will cost")
  const title = document.createElement("h2")
  title.textContent = "Before you run"
  const list = document.createElement("dl"), said = document.createElement("p")
  said.setAttribute("role", "status")
  const values = {}
  for (const [name, label] of NAMES) {
    const row = document.createElement("div"), term = document.createElement("dt")
    term.textContent = label
    values[name] = document.createElement("dd")
    values[name].dataset.figure = name
    row.append(term, values[name])
    list.append(row)
  }
  section.append(title, list, said)
  el.append(section)
  let figures = {}
  const draw = () => {
    for (const [name] of NAMES) {
      values[name].textContent = figures[name] === "measuring" ? "…" : figures[name] ?? ""
      values[name].parentElement.hidden = !figures[name]
    }
    said.textContent = figures.said ?? ""
    said.className = figures.tone ?? ""
    said.hidden = !figures.said
  }
  model.on("msg:custom", message => { figures = (message.data ?? message).figures; draw() })
  draw()
  model.send_msg({ ready: true })
}
