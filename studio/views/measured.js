// The pane of what is measured: its tab, its items, and the numbers under the pointer.
const DAY = 86400000
const date = (first, day) => new Date(Date.parse(first) + day * DAY).toLocaleDateString("en-GB", {
  day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
})

export function render({model}) {
  const pane = document.createElement("div")
  pane.innerHTML = '<p class="state" role="status"></p><p class="offer" hidden><a>Add an observation in Compose</a></p><div class="items"></div><div class="tip" hidden></div>'
  const one = (query) => pane.querySelector(query)
  const items = new Map()

  const made = ({title}) => {
    const item = document.createElement("article")
    item.innerHTML = '<header><h3></h3><button type="button" title="This table, with all its rows">CSV</button></header><p class="about"></p><div class="body"></div>'
    item.querySelector("h3").textContent = title
    one(".items").append(item)
    return item
  }
  const fill = (item, {key, about, html, save}) => {
    const button = item.querySelector("button")
    button.hidden = !save
    button.setAttribute("aria-label", save)
    button.onclick = () => model.send_msg({csv: key})
    item.querySelector(".about").textContent = about
    const body = item.querySelector(".body")
    if (body.populace_html === html) { return }
    // What was unfolded stays so.
    const open = [...body.querySelectorAll("details[open]")].map((fold) => fold.dataset.key)
    body.innerHTML = body.populace_html = html
    for (const fold of body.querySelectorAll("details")) { fold.open = open.includes(fold.dataset.key) }
  }
  const take = ({state, offer, items: shown}) => {
    if (one(".state").textContent !== state) { one(".state").textContent = state }
    one(".offer").hidden = !offer
    const edit = document.querySelector("a.edit")
    if (edit) { one(".offer a").href = edit.href }
    const names = shown.map(({key, title}) => `${key} ${title}`)
    for (const [name, item] of items) {
      if (!names.includes(name)) { item.remove(); items.delete(name) }
    }
    shown.forEach((about, place) => {
      if (!items.has(names[place])) { items.set(names[place], made(about)) }
      fill(items.get(names[place]), about)
    })
  }

  // The numbers of the day under the pointer.
  const tip = one(".tip")
  pane.addEventListener("pointermove", (event) => {
    const figure = event.target.closest?.("svg.figure")
    tip.hidden = !figure
    if (!figure) { return }
    const told = JSON.parse(figure.dataset.told), box = figure.getBoundingClientRect()
    const [left, right] = [40 / 320, 314 / 320].map((share) => box.left + share * box.width)
    const last = told.lines[0].values.length - 1
    const day = Math.round((event.clientX - left) / (right - left) * told.days)
    const shown = Math.max(0, Math.min(last, day))
    const number = (value) => value == null ? "–" : (value * told.scale).toLocaleString("en-US", {
      minimumFractionDigits: told.digits, maximumFractionDigits: told.digits,
    }) + told.sign
    tip.textContent = [
      `${date(told.first, shown)}, day ${shown}`,
      ...told.lines.map(({label, values}) => `${label}: ${number(values[shown])}`),
    ].join("\n")
    const from = pane.getBoundingClientRect()
    tip.style.top = `${box.bottom - from.top + 4}px`
    tip.style.left = `${Math.max(0, Math.min(event.clientX - from.left - 40, from.width - 210))}px`
  })
  pane.addEventListener("pointerleave", () => { tip.hidden = true })

  // The tabs stand on the page itself.
  const tabs = [...document.querySelectorAll('.figures [role="tab"]')]
  const place = (tab) => document.getElementById(tab.getAttribute("aria-controls"))
  const told = () => {
    const mine = tabs.find((tab) => tab.id === "tab-measured")
    const open = mine?.getAttribute("aria-selected") === "true" && !document.hidden
    model.send_msg({open})
  }
  const choose = (chosen) => {
    for (const tab of tabs) {
      const here = tab === chosen
      tab.setAttribute("aria-selected", here)
      tab.tabIndex = here ? 0 : -1
      place(tab).hidden = !here
    }
    told()
  }
  for (const tab of tabs) {
    tab.onclick = () => choose(tab)
    tab.onkeydown = (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
      if (!step) { return }
      event.preventDefault()
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]
      next.focus()
      choose(next)
    }
  }
  document.addEventListener("visibilitychange", told)
  model.on("remove", () => document.removeEventListener("visibilitychange", told))
  model.on("msg:custom", (message) => take(message.data ?? message))
  told()
  return pane
}
