// A form made from declarations: one row for each setting, with its unit, its source, the way back
// to the default, its problem, and the spread that it sets. Sends texts; the server reads them.
const LONG_UNIT = 22 // letters: a longer one stands below its number
const CONTROLS = {
  number: '<span class="line"><span class="number"><input class="box" type="text" inputmode="decimal" autocomplete="off"><span class="grouped" aria-hidden="true"></span></span><span class="unit"></span></span>',
  text: '<input class="box wide" type="text" autocomplete="off" spellcheck="false">',
  long: '<textarea class="box wide" rows="4"></textarea>',
  date: '<input class="box" type="date">',
  switch: '<span class="line"><input class="box tick" type="checkbox"></span>',
  nested: '<p class="note">Changed on the tab Disease.</p>',
  pairs: '<span class="table" role="group"></span><button type="button" class="more">Add a value</button>',
}

// 8804190 as 8,804,190, which lies over its box until somebody goes there to type.
const grouped = (text) => /^-?\d{5,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ",") : ""

export function render({model, el}) {
  el.innerHTML = '<form novalidate aria-label="Settings"><header></header><div class="acts"></div><div class="fields"></div></form>'
  const head = el.querySelector("header"), acts = el.querySelector(".acts"), list = el.querySelector(".fields")
  let form = null, shape = "", rows = new Map()
  // A form that was sent before the last edit was heard would take that edit back: it is left out.
  let turn = 0
  const send = (name, text) => { turn += 1; model.send_msg({id: form.id, name, text, turn}) }

  const tip = (row, about) => {
    const button = row.querySelector(".about"), box = row.querySelector(".tip")
    box.innerHTML = about
    const open = () => {
      const at = button.getBoundingClientRect()
      box.showPopover()
      box.style.left = `${Math.max(8, at.left - box.offsetWidth - 12)}px`
      box.style.top = `${Math.max(8, Math.min(at.top - 8, innerHeight - box.offsetHeight - 8))}px`
    }
    const close = () => box.matches(":popover-open") && box.hidePopover()
    for (const name of ["mouseenter", "focus", "click"]) { button.addEventListener(name, open) }
    for (const name of ["mouseleave", "blur"]) { button.addEventListener(name, close) }
    button.addEventListener("keydown", (event) => event.key === "Escape" && close())
  }

  const choice = ({choices}) => {
    if (choices.length > 24) {
      return `<input class="box wide" type="text" list="all" autocomplete="off" spellcheck="false"><datalist id="all"></datalist>`
    }
    return '<select class="box wide"></select>'
  }

  // Rows of a name and a number, with its share of all. Values stay where they are while one types.
  const pairs = (row, field, send) => {
    const list = row.querySelector(".table"), here = el.getRootNode()
    const read = () => [...list.children].map((one) => [...one.querySelectorAll("input")].map((box) => box.value))
    const commit = (rows) => send(field.name, JSON.stringify(rows))
    const line = (number) => {
      const one = document.createElement("span")
      one.className = "pair"
      one.innerHTML = `<input class="box" type="text" autocomplete="off" spellcheck="false"><input class="box" type="text" inputmode="decimal" autocomplete="off"><span class="unit"></span><button type="button" class="less">×</button>`
      for (const box of one.querySelectorAll("input")) {
        box.addEventListener("input", () => { delete box.dataset.clean })
        box.addEventListener("change", () => { box.dataset.clean = "yes"; commit(read()) })
      }
      one.querySelector(".less").addEventListener("click", () => {
        commit(read().filter((_, row) => row !== number))
        list.parentElement.querySelector(".more").focus()
      })
      return one
    }
    row.querySelector(".more").addEventListener("click", () => {
      const taken = read().map(([name]) => name)
      let name = "new value"
      for (let count = 2; taken.includes(name); count += 1) { name = `new value ${count}` }
      list.dataset.grows = "yes"
      commit([...read(), [name, "1"]])
    })
    return (text) => {
      const rows = JSON.parse(text || "[]")
      const total = rows.reduce((sum, [, number]) => sum + (Number(number) || 0), 0)
      // The rows that stay are the same boxes: somebody may be typing in one.
      while (list.children.length > rows.length) { list.lastElementChild.remove() }
      while (list.children.length < rows.length) { list.append(line(list.children.length)) }
      rows.forEach((pair, number) => {
        const one = list.children[number], boxes = one.querySelectorAll("input")
        boxes.forEach((box, side) => {
          if (!(box === here.activeElement && box.dataset.clean === undefined && box.value)) { box.value = pair[side] }
          box.dataset.clean = "yes"
        })
        boxes[0].setAttribute("aria-label", `Name of value ${number + 1}`)
        boxes[1].setAttribute("aria-label", `How common ${pair[0]} is`)
        one.querySelector(".unit").textContent = total > 0 ? `${Number((100 * Number(pair[1]) / total).toPrecision(3))} %` : ""
        const less = one.querySelector(".less")
        less.setAttribute("aria-label", `Remove ${pair[0]}`)
        less.hidden = rows.length < 2
      })
      if (list.dataset.grows) {
        delete list.dataset.grows
        const last = list.lastElementChild?.querySelector("input")
        if (last && here.activeElement?.classList.contains("more")) { last.focus(); last.select() }
      }
    }
  }

  const build = (field) => {
    const row = document.createElement("div")
    row.className = `field ${field.kind}`
    row.dataset.name = field.name
    const id = `field-${field.name}`
    const control = field.kind === "choice" ? choice(field)
      : field.kind === "ticks" ? '<span class="ticks" role="group"></span>' : CONTROLS[field.kind]
    row.innerHTML = `
      <div class="title"><label></label><span class="live" hidden title="Can be moved while the model runs">live</span>
        ${field.about ? '<button class="about" type="button">i</button><div class="tip" popover="manual" role="tooltip"></div>' : ""}
        <button class="back" type="button" hidden>Reset</button></div>
      ${control}
      <p class="note extra" hidden></p>
      <p class="problem" role="alert" hidden></p>
      <figure hidden></figure>`
    const label = row.querySelector("label"), box = row.querySelector(".box")
    label.textContent = field.label
    if (field.about) {
      tip(row, field.about)
      row.querySelector(".about").setAttribute("aria-label", `About ${field.label}`)
    }
    if (box) {
      label.htmlFor = box.id = id
      row.querySelector(".problem").id = `${id}-problem`
      box.setAttribute("aria-describedby", `${id}-problem`)
    }
    const options = row.querySelector("select, datalist")
    for (const one of (options ? field.choices : [])) {
      const option = document.createElement("option")
      option.value = option.textContent = one
      options.append(option)
    }
    const unit = row.querySelector(".unit")
    if (unit) {
      unit.textContent = field.unit
      unit.classList.toggle("long", field.unit.length > LONG_UNIT)
    }
    if (field.hint && box) { box.placeholder = field.hint }
    if (field.kind === "pairs") {
      row.querySelector(".table").setAttribute("aria-label", field.label)
      row.pairs = pairs(row, field, send)
    }
    if (field.range) {
      const range = document.createElement("input")
      const [low, high, step] = field.range
      Object.assign(range, {type: "range", min: low, max: high, step})
      range.setAttribute("aria-label", `${field.label}, slider`)
      row.querySelector(".line").prepend(range)
    }
    if (field.kind === "ticks") {
      row.querySelector(".ticks").setAttribute("aria-label", field.label)
      for (const one of field.choices) {
        const line = document.createElement("label"), tick = document.createElement("input")
        tick.type = "checkbox"
        tick.value = one.value
        line.append(tick, one.label)
        row.querySelector(".ticks").append(line)
      }
    }
    wire(row, field)
    return row
  }

  const wire = (row, field) => {
    const box = field.kind === "pairs" ? null : row.querySelector(".box"), range = row.querySelector("[type=range]")
    row.querySelector(".back").addEventListener("click", () => { send(field.name, null); box?.focus() })
    const commit = () => {
      box.dataset.clean = "yes"
      cover(row)
      send(field.name, box.type === "checkbox" ? (box.checked ? "yes" : "") : box.value)
    }
    box?.addEventListener("change", commit)
    box?.addEventListener("input", () => {
      delete box.dataset.clean
      if (range) { fill(range, Number(box.value)) }
    })
    box?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && box.tagName === "INPUT") {
        event.preventDefault()
        if (box.dataset.clean !== "yes") { commit() }
      }
      if (event.key === "Escape") { write(row, rows.get(field.name).field); event.stopPropagation() }
    })
    range?.addEventListener("input", () => {
      const number = Number(range.value)
      box.value = String(Number(number.toFixed(Math.max(field.range[3], 0))))
      cover(row)
      fill(range, number)
    })
    range?.addEventListener("change", commit)
    row.querySelector(".ticks")?.addEventListener("change", () => {
      const ticked = [...row.querySelectorAll(".ticks input:checked")].map((one) => one.value)
      send(field.name, ticked.join(", "))
    })
  }

  const cover = (row) => {
    const over = row.querySelector(".grouped")
    if (!over) { return }
    over.textContent = grouped(row.querySelector(".box").value)
    over.parentElement.classList.toggle("many", over.textContent.length > 10)
  }

  const fill = (range, number) => {
    range.value = number
    const part = (Number(range.value) - Number(range.min)) / (Number(range.max) - Number(range.min))
    range.style.setProperty("--part", Number.isFinite(part) ? part : 0)
  }

  const write = (row, field) => {
    const box = row.pairs ? null : row.querySelector(".box"), back = row.querySelector(".back")
    row.pairs?.(field.value)
    const problem = row.querySelector(".problem"), figure = row.querySelector("figure")
    const note = row.querySelector(".extra"), range = row.querySelector("[type=range]")
    row.classList.toggle("changed", Boolean(field.changed))
    row.classList.toggle("wrong", Boolean(field.problem))
    row.querySelector(".live").hidden = !field.live
    back.hidden = !field.changed
    back.setAttribute("aria-label", `Reset ${field.label}`)
    back.title = `Back to ${field.back}`
    if (box?.type === "checkbox") { box.checked = field.value === "yes" }
    else if (box) {
      if (box.tagName === "SELECT" && ![...box.options].some((one) => one.value === field.value)) {
        const option = document.createElement("option")
        option.value = option.textContent = field.value
        box.append(option)
      }
      box.value = field.value
      box.dataset.clean = "yes"
      box.setAttribute("aria-invalid", String(Boolean(field.problem)))
    }
    cover(row)
    if (range) { fill(range, Number(field.value)) }
    const ticked = field.kind === "ticks" ? field.value.split(", ") : []
    for (const tick of row.querySelectorAll(".ticks input")) { tick.checked = ticked.includes(tick.value) }
    note.hidden = !field.note
    note.textContent = field.note || ""
    problem.hidden = !field.problem
    problem.textContent = field.problem || ""
    figure.hidden = !field.plot
    figure.innerHTML = field.plot ? `${field.plot.svg}<figcaption>${field.plot.words}</figcaption>` : ""
  }

  const title = () => {
    head.className = `of-${form.key ?? "none"}`
    head.replaceChildren()
    const add = (tag, words, kind) => {
      if (!words) { return }
      const one = document.createElement(tag)
      one.textContent = words
      if (kind) { one.className = kind }
      head.append(one)
    }
    add("span", form.family, "family")
    add("h2", form.title)
    add("p", form.help, "help")
    add("p", form.state, "state")
    add("p", form.problem, "problem")
    acts.replaceChildren(...form.acts.map(({act, label, key}) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = label
      button.title = `${label} (${key})`
      button.addEventListener("click", () => model.send_msg({act}))
      return button
    }))
  }

  // A group that says in a few words what its settings do, until it is opened.
  const opened = new Set()
  const fold = (group) => {
    const one = document.createElement("details")
    one.dataset.group = group
    one.innerHTML = '<summary><span class="name"></span><span class="words"></span></summary>'
    one.querySelector(".name").textContent = group
    one.addEventListener("toggle", () => {
      if (one.open) { opened.add(group); unfold(one) } else { opened.delete(group) }
    })
    return one
  }
  const unfold = (one) => {
    for (const known of rows.values()) {
      if (known.folded !== one || known.row) { continue }
      known.row = build(known.field)
      one.append(known.row)
      write(known.row, known.field)
    }
  }

  // What is being typed, before the boxes are built anew.
  const held = () => {
    for (const [name, {row}] of rows) {
      const box = row?.querySelector(".box")
      if (box?.matches(":focus") && box.dataset.clean !== "yes") { return {name, text: box.value} }
    }
    return null
  }

  const show = (next) => {
    const moved = form && form.id !== next.id
    const typed = moved ? null : held()
    form = next
    const closed = form.closed || {}
    const now = JSON.stringify([form.id, Object.keys(closed), form.fields.map((one) => [one.name, one.kind, one.choices, one.range, one.group])])
    const before = JSON.stringify([form.title, form.family, form.help, form.state, form.problem, form.acts])
    if (head.dataset.shown !== before) { title(); head.dataset.shown = before }
    if (now !== shape) {
      shape = now
      rows = new Map()
      const parts = []
      let group = "", folded = null
      for (const field of form.fields) {
        if (field.group !== group) {
          group = field.group
          folded = group in closed ? fold(group) : null
          const heading = document.createElement("h3")
          heading.textContent = group
          parts.push(folded ?? heading)
        }
        // What is folded is built when it is opened: most people never do.
        const row = folded ? null : build(field)
        rows.set(field.name, row ? {row} : {folded, field})
        if (row) { parts.push(row) }
      }
      list.replaceChildren(...parts)
      for (const name of opened) { list.querySelector(`[data-group="${name}"]`)?.setAttribute("open", "") }
      if (moved) { el.getRootNode().host?.closest?.(".form")?.scrollTo(0, 0) }
    }
    for (const one of list.querySelectorAll("details")) {
      one.querySelector(".words").textContent = closed[one.dataset.group]
      const inside = form.fields.filter((field) => field.group === one.dataset.group)
      one.toggleAttribute("data-changed", inside.some((field) => field.changed))
      if (inside.some((field) => field.problem)) { one.open = true }
      if (one.open) { unfold(one) }
    }
    for (const field of form.fields) {
      const known = rows.get(field.name)
      if (!known.row) { known.field = field; continue }
      const same = JSON.stringify(field) === JSON.stringify(known.field)
      const box = known.row.pairs ? null : known.row.querySelector(".box")
      known.field = field
      // What is being typed is not taken away; what was committed is shown as the draft has it.
      const typing = box && box.matches(":focus") && box.dataset.clean !== "yes"
      if (!typing && (!same || box?.value !== field.value)) { write(known.row, field) }
    }
    const box = typed && rows.get(typed.name)?.row?.querySelector(".box")
    if (box && !box.matches(":focus")) {
      box.value = typed.text
      delete box.dataset.clean
      box.focus()
    }
  }
  const focus = (name, tries = 0) => {
    const folded = rows.get(name)?.folded
    if (folded && !folded.open) { folded.open = true; unfold(folded) }
    const found = rows.get(name)?.row
    const box = found?.querySelector(".box, .ticks input")
    if (!box) {
      if (tries < 20) { setTimeout(() => focus(name, tries + 1), 25) }
      return
    }
    box.focus()
    if (box.select) { box.select() }
    found.scrollIntoView({block: "center"})
  }
  el.querySelector("form").addEventListener("submit", (event) => event.preventDefault())
  model.on("msg:custom", (message) => {
    const data = message.data ?? message
    if (data.form && data.turn >= turn) { show(data.form) }
    if (data.focus) { focus(data.focus) }
  })
  model.send_msg({ready: true})
}
