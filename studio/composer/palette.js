// What can be added: by click, by Enter, or by dragging it onto the canvas.
const DROP = "application/x-populace-part"

export function render({model, el}) {
  el.innerHTML = `
    <div class="head">
      <h2 id="title">Add a part</h2>
      <input type="search" id="find" placeholder="Search parts" aria-label="Search parts" autocomplete="off" spellcheck="false">
    </div>
    <div class="list" role="group" aria-labelledby="title"></div>
    <p class="none" hidden>No part has these words.</p>`
  const find = el.querySelector("#find"), list = el.querySelector(".list"), none = el.querySelector(".none")
  const rows = []
  for (const family of model.families) {
    const group = document.createElement("section")
    group.className = `of-${family.key}`
    const title = document.createElement("h3")
    title.textContent = family.title
    group.append(title)
    for (const {kind, label, help} of family.kinds) {
      const row = document.createElement("button")
      row.type = "button"
      row.draggable = true
      row.dataset.kind = `${family.key}.${kind}`
      row.setAttribute("aria-label", `Add ${label}, ${family.word.toLowerCase()}`)
      row.setAttribute("aria-description", help)
      row.title = help
      const name = document.createElement("b"), line = document.createElement("span")
      name.textContent = label
      line.textContent = help
      row.append(name, line)
      row.addEventListener("click", () => model.send_msg({key: family.key, kind}))
      row.addEventListener("dragstart", (event) => {
        event.dataTransfer.setData(DROP, JSON.stringify({key: family.key, kind}))
        event.dataTransfer.effectAllowed = "copy"
      })
      group.append(row)
      rows.push({row, group, name: label.toLowerCase(), words: `${label} ${kind} ${help} ${family.title} ${family.word}`.toLowerCase()})
    }
    list.append(group)
  }
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter((word) => word)
    for (const {row, words: all} of rows) { row.hidden = !words.every((word) => all.includes(word)) }
    // Families with a part of this very name first, and that part first in its family.
    const named = (one) => words.length > 0 && !one.row.hidden && words.every((word) => one.name.includes(word))
    const first = [...rows].sort((a, b) => named(b) - named(a))
    for (const {row, group} of first) { group.append(row) }
    for (const group of new Set(first.map((one) => one.group))) {
      group.hidden = !group.querySelector("button:not([hidden])")
      list.append(group)
    }
    none.hidden = rows.some(({row}) => !row.hidden)
  }
  const step = (event) => {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key]
    const open = [...list.querySelectorAll("button:not([hidden])")]
    const now = open.indexOf(event.target)
    if (event.key === "Enter" && event.target === find && open.length) { open[0].click() }
    if (event.key === "Escape" && event.target === find) { find.value = ""; filter() }
    if (!by || !open.length) { return }
    event.preventDefault()
    if (now + by < 0) { find.focus() } else { open[Math.min(now + by, open.length - 1)].focus() }
  }
  find.addEventListener("input", filter)
  el.addEventListener("keydown", step)
}
