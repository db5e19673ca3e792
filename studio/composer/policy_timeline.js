// Policies as bars over real dates. A drag happens here alone; what is sent is its end.
// The bars that the server sends are the truth: they are drawn again after every message.

const DAY_MS = 86_400_000
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const TICK_PX = 74

export function render({model, el}) {
  el.innerHTML = `
    <div class="tools">
      <label>Add a policy <select class="kinds"></select></label>
      <button type="button" class="add">Add</button>
      <span class="chosen" hidden>
        <b class="who"></b>
        <label>From <input type="date" class="from"></label>
        <label>until <input type="date" class="until"></label>
        <label class="check"><input type="checkbox" class="open"> no end</label>
        <button type="button" class="copy">Duplicate</button>
        <button type="button" class="delete">Delete</button>
      </span>
    </div>
    <div class="plan" role="group" aria-label="Policies over time">
      <div class="axis" aria-hidden="true"></div>
      <div class="lanes"></div>
      <p class="empty">No policies yet. Choose one above and add it: it appears here as a bar that you can drag.</p>
    </div>
    <div class="bubble" role="status" aria-live="off"></div>`
  const find = (name) => el.querySelector(name)
  const [lanes, axis, bubble, plan] = [".lanes", ".axis", ".bubble", ".plan"].map(find)
  const rows = new Map() // by name: {lane, bar}
  let drag = null, moved = null
  // What the server has not answered yet is ahead of it: an older answer must not undo it.
  let bars = model.bars, sent = model.heard, wish = ""

  // Words

  const date_of = (day) => new Date(Date.parse(model.start) + day * DAY_MS)
  const iso = (day) => date_of(day).toISOString().slice(0, 10)
  const short = (day) => {
    const date = date_of(day)
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  }
  const is_open = (bar) => bar.end >= model.forever
  const span = (bar) => is_open(bar) ? `${short(bar.start)} to the end` : `${short(bar.start)} – ${short(bar.end)}`
  const length = (bar) => is_open(bar) ? "" : ` (${(bar.end - bar.start).toLocaleString("en-US")} days)`
  const aloud = (bar) => [
    `${bar.label}, from ${short(bar.start)}${is_open(bar) ? " to the end of the run" : ` until ${short(bar.end)}`}`,
    bar.rule, bar.fade_words, bar.wrong,
    "Arrow keys move it by a day, with Shift by a week, with Alt they move its end",
  ].filter(Boolean).join(". ")

  // Drawing

  const place = (row, bar) => {
    const edge = model.days
    const late = bar.start >= edge
    const start = late ? edge - Math.max(1, edge / 60) : Math.max(0, bar.start)
    const end = late ? edge : Math.min(bar.end, edge)
    const width = Math.max(end - start, 0)
    row.bar.style.left = `${100 * start / edge}%`
    row.bar.style.width = `max(8px, ${100 * width / edge}%)`
    row.bar.classList.toggle("onward", bar.end > edge)
    const fade = bar.fade ? Math.min(bar.fade, width) : 0
    row.bar.style.setProperty("--fade", width ? `${100 * fade / width}%` : "0%")
    row.bar.style.setProperty("--full", bar.fade > width && bar.fade ? `${100 * (1 - width / bar.fade)}%` : "0%")
    row.dates.textContent = span(bar)
    row.bar.setAttribute("aria-label", aloud(bar))
  }

  const made = (name) => {
    const lane = document.createElement("div")
    lane.className = "lane"
    lane.dataset.name = name
    lane.innerHTML = `
      <div class="name"><b></b><span class="dates"></span><em></em></div>
      <div class="track"><div class="bar" role="button" tabindex="0">
        <i class="fill"></i><span class="said"></span><i class="grip left"></i><i class="grip right"></i>
      </div></div>`
    const part = (query) => lane.querySelector(query)
    const row = {lane, bar: part(".bar"), label: part("b"), dates: part(".dates"), wrong: part("em"), said: part(".said"), track: part(".track")}
    part(".name").addEventListener("click", () => row.bar.focus())
    row.bar.addEventListener("focus", () => select(name))
    row.bar.addEventListener("pointerdown", (event) => grab(event, name))
    row.bar.addEventListener("pointermove", follow)
    row.bar.addEventListener("pointerup", drop)
    row.bar.addEventListener("pointercancel", cancel)
    row.bar.addEventListener("keydown", (event) => press(event, name))
    row.bar.addEventListener("keyup", (event) => event.key.startsWith("Arrow") && send_moved())
    row.bar.addEventListener("blur", () => send_moved())
    return row
  }

  const bar_of = (name) => bars.find((bar) => bar.name === name)
  const take = () => {
    if (model.heard < sent) { return }
    bars = model.bars
    draw()
  }

  const draw = () => {
    if (drag) { return }
    const wanted = new Set(bars.map((bar) => bar.name))
    for (const [name, row] of rows) {
      if (!wanted.has(name)) { row.lane.remove(); rows.delete(name) }
    }
    bars.forEach((bar, index) => {
      if (!rows.has(bar.name)) { rows.set(bar.name, made(bar.name)) }
      const row = rows.get(bar.name)
      if (lanes.children[index] !== row.lane) { lanes.insertBefore(row.lane, lanes.children[index] ?? null) }
      row.label.textContent = bar.label
      row.wrong.textContent = bar.wrong
      row.said.textContent = bar.rule || bar.fade_words
      row.bar.classList.toggle("triggered", bar.rule !== "")
      row.lane.classList.toggle("wrong", bar.wrong !== "")
      place(row, moved?.name === bar.name ? moved : bar)
    })
    find(".empty").hidden = bars.length > 0
    mark()
    if (rows.has(wish)) { rows.get(wish).bar.focus(); wish = "" }
  }

  const mark = () => {
    for (const [name, row] of rows) {
      row.lane.classList.toggle("selected", name === model.selected)
      row.bar.setAttribute("aria-pressed", String(name === model.selected))
    }
    const bar = bar_of(model.selected)
    find(".chosen").hidden = !bar
    if (!bar) { return }
    find(".who").textContent = bar.label
    find(".from").value = iso(bar.start)
    find(".until").value = is_open(bar) ? "" : iso(bar.end)
    find(".until").disabled = is_open(bar)
    find(".open").checked = is_open(bar)
  }

  const ticks = () => {
    const width = axis.clientWidth - name_width()
    const most = Math.max(2, Math.floor(width / TICK_PX))
    const days = [...Array(model.days + 1).keys()]
    const choices = [1, 2, 3, 7, 14].map((step) => days.filter((day) => day % step === 0))
    const firsts = days.filter((day) => date_of(day).getUTCDate() === 1)
    choices.push(days.filter((day) => [1, 15].includes(date_of(day).getUTCDate())))
    for (const step of [1, 2, 3, 6, 12, 24, 60, 120]) {
      choices.push(firsts.filter((day) => date_of(day).getUTCMonth() % Math.min(step, 12) === 0
        && (step <= 12 || date_of(day).getUTCFullYear() % (step / 12) === 0)))
    }
    const chosen = choices.find((choice) => choice.length <= most) ?? []
    let year = null
    axis.replaceChildren(...chosen.map((day) => {
      const date = date_of(day)
      const tick = document.createElement("span")
      const with_year = date.getUTCFullYear() !== year
      year = date.getUTCFullYear()
      tick.style.left = `calc(var(--names) + (100% - var(--names) - var(--edge)) * ${day / model.days})`
      tick.innerHTML = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${with_year ? `<small>${year}</small>` : ""}`
      return tick
    }))
  }
  const name_width = () => parseFloat(getComputedStyle(el.querySelector(".plan")).getPropertyValue("--names")) || 200

  // Moving

  const day_px = (name) => rows.get(name).track.clientWidth / model.days
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high)
  const shifted = (from, how, days) => {
    const bar = {...from}
    if (how === "move") {
      bar.start = clamp(from.start + days, 0, Math.max(model.days - 1, from.start))
      if (!is_open(from)) { bar.end = Math.min(from.end + bar.start - from.start, model.forever - 1) }
    } else if (how === "left") {
      bar.start = clamp(from.start + days, 0, Math.max(0, Math.min(from.end, Math.max(model.days, from.start + 1)) - 1))
    } else {
      // At the edge a bar has no end: it goes on however long the run is.
      const end = (is_open(from) ? model.days : from.end) + days
      bar.end = end >= model.days && (days > 0 || is_open(from)) ? model.forever : Math.max(from.start + 1, end)
    }
    return bar
  }
  const tell = (bar, row) => {
    bubble.textContent = span(bar) + length(bar)
    bubble.dataset.on = "yes"
    const box = row.bar.getBoundingClientRect(), home = el.getBoundingClientRect()
    const half = bubble.offsetWidth / 2
    const middle = clamp((Math.max(box.left, home.left) + box.right) / 2 - home.left, half + 4, home.width - half - 4)
    bubble.style.transform = `translate(${middle - half}px, ${box.top - home.top - bubble.offsetHeight - 6}px)`
  }
  const hush = () => { delete bubble.dataset.on }

  const grab = (event, name) => {
    if (event.button !== 0) { return }
    const grip = event.target.classList.contains("grip")
    const how = grip ? (event.target.classList.contains("left") ? "left" : "right") : "move"
    const row = rows.get(name)
    row.bar.focus()
    row.bar.setPointerCapture(event.pointerId)
    send_moved()
    drag = {name, how, row, x: event.clientX, from: bar_of(name), bar: bar_of(name), px: day_px(name), frame: 0}
  }
  const follow = (event) => {
    if (!drag) { return }
    const days = Math.round((event.clientX - drag.x) / drag.px)
    if (Math.abs(event.clientX - drag.x) > 3) { drag.row.lane.classList.add("dragging") }
    drag.bar = shifted(drag.from, drag.how, days)
    // One drawing for a frame, however many moves the mouse sends.
    drag.frame ||= requestAnimationFrame(() => {
      if (!drag) { return }
      drag.frame = 0
      place(drag.row, drag.bar)
      tell(drag.bar, drag.row)
    })
  }
  const drop = () => {
    if (!drag) { return }
    const {name, bar, from, row, frame} = drag
    cancelAnimationFrame(frame)
    drag = null
    row.lane.classList.remove("dragging")
    hush()
    place(row, bar)
    if (bar.start !== from.start || bar.end !== from.end) { send("time", {name, start: bar.start, end: bar.end}) }
  }
  const cancel = () => {
    if (!drag) { return }
    cancelAnimationFrame(drag.frame)
    drag.row.lane.classList.remove("dragging")
    drag = null
    hush()
    draw()
  }

  // Keys: a key that is held moves on; its end is one edit.
  const press = (event, name) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key]
    if (event.key === "Escape") { moved = null; cancel(); hush(); draw(); return }
    if (step) {
      event.preventDefault()
      const how = event.altKey ? "right" : "move"
      moved = {...shifted(moved?.name === name ? moved : bar_of(name), how, step * (event.shiftKey ? 7 : 1)), name}
      place(rows.get(name), moved)
      tell(moved, rows.get(name))
      return
    }
    const row = {ArrowUp: -1, ArrowDown: 1}[event.key]
    if (row) {
      event.preventDefault()
      const next = bars[bars.findIndex((bar) => bar.name === name) + row]
      if (next) { rows.get(next.name).bar.focus() }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault()
      send("delete", {name})
    } else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send("copy", {name})
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      select(name)
    }
  }
  const send_moved = () => {
    hush()
    if (!moved) { return }
    const {name, start, end} = moved
    const from = bar_of(name)
    moved = null
    if (from && (from.start !== start || from.end !== end)) { send("time", {name, start, end}) }
  }

  const send = (what, data) => {
    sent += 1
    if (what === "time") { bars = bars.map((bar) => bar.name === data.name ? {...bar, ...data} : bar) }
    model.send_msg({what, ...data})
  }
  const select = (name) => {
    if (model.selected === name) { return }
    model.selected = name
    send("select", {name})
  }

  // Tools

  const options = () => find(".kinds").replaceChildren(...model.kinds.map(([name, label]) => new Option(label, name)))
  find(".add").addEventListener("click", () => send("add", {kind: find(".kinds").value}))
  find(".copy").addEventListener("click", () => send("copy", {name: model.selected}))
  find(".delete").addEventListener("click", () => send("delete", {name: model.selected}))
  const dated = () => {
    const day = (query) => Math.round((Date.parse(find(query).value) - Date.parse(model.start)) / DAY_MS)
    const bar = bar_of(model.selected)
    const start = day(".from")
    const until = day(".until")
    const end = find(".open").checked ? model.forever : Number.isFinite(until) ? until : model.days
    if (!Number.isFinite(start) || start < 0 || end < 0) { mark(); return }
    if (bar && (start !== bar.start || end !== bar.end)) { send("time", {name: bar.name, start, end}) }
  }
  for (const query of [".from", ".until", ".open"]) { find(query).addEventListener("change", dated) }

  model.on("bars", take)
  model.on("heard", take)
  model.on("selected", mark)
  model.on("focus", () => { wish = model.focus; draw() })
  for (const name of ["days", "start"]) { model.on(name, () => { ticks(); draw() }) }
  model.on("kinds", options)
  options()
  draw()
  ticks()
  const seen = new ResizeObserver(ticks)
  seen.observe(plan)
  model.on("remove", () => seen.disconnect())
}
