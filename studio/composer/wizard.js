// A dialog in steps, drawn from `state`: what stands in it is decided in Python, see wizard.py.
const CHUNK = 2_000_000 // bytes; a message of a server may have 20 MB

export function render({ model, el }) {
  const dialog = make("dialog", { "aria-labelledby": "title" })
  const title = make("h2", { id: "title" })
  const steps = make("ol", { class: "steps", "aria-label": "Steps" })
  const close = make("button", { class: "close", type: "button", "aria-label": "Close" }, "×")
  const [left, right] = [make("div", { class: "list" }), make("div", { class: "list side" })]
  const body = make("div", { class: "body" })
  const message = make("div", { class: "message", role: "alert" })
  const buttons = make("span", { class: "buttons" })
  const header = make("header"), footer = make("footer")
  header.append(title, steps, close)
  body.append(left, right)
  footer.append(message, buttons)
  buttons.style.cssText = "display:flex;gap:8px"
  dialog.append(header, body, footer)
  el.append(dialog)

  const send = (act, rest = {}) => model.send_msg({ act, ...rest })
  const lists = new Map([[left, new Map()], [right, new Map()]])
  let opener = null, step = ""

  close.addEventListener("click", () => send("close"))
  dialog.addEventListener("cancel", event => { event.preventDefault(); send("close") })
  const uploads = { next: null }

  function draw() {
    const state = model.state
    if (!state || !state.title) return
    title.textContent = state.title
    steps.replaceChildren(...state.steps.map((name, at) => {
      const item = make("li", {}, name)
      if (at === state.step) item.setAttribute("aria-current", "step")
      if (at < state.step) item.className = "done"
      return item
    }))
    const blocks = state.blocks
    fill(left, blocks.filter(block => !block.side))
    fill(right, blocks.filter(block => block.side))
    const two = blocks.some(block => block.side)
    body.classList.toggle("two", two)
    right.hidden = !two
    message.textContent = state.message
    draw_buttons(state.buttons)
    if (step !== `${state.title}${state.step}`) body.scrollTop = 0
    step = `${state.title}${state.step}`
  }

  function draw_buttons(wanted) {
    const there = new Map([...buttons.children].map(one => [one.dataset.key, one]))
    buttons.replaceChildren(...wanted.map(one => {
      const button = there.get(one.key) ?? make("button", { type: "button" })
      if (!button.dataset.key) button.addEventListener("click", () => send("press", { key: one.key }))
      button.dataset.key = one.key
      button.textContent = one.label
      button.className = one.primary ? "primary" : ""
      button.disabled = Boolean(one.disabled)
      return button
    }))
  }

  function fill(list, blocks) {
    const kept = lists.get(list), now = new Map()
    for (const [at, block] of blocks.entries()) {
      const key = `${block.type}:${block.key ?? at}`
      let drawn = kept.get(key)
      if (!drawn) drawn = MAKERS[block.type](block, { send, model, uploads })
      if (drawn.last !== JSON.stringify(block)) drawn.update(block)
      drawn.last = JSON.stringify(block)
      now.set(key, drawn)
    }
    lists.set(list, now)
    const wanted = [...now.values()].map(one => one.el)
    const same = wanted.length === list.children.length && wanted.every((one, at) => list.children[at] === one)
    if (!same) {
      const focused = el.getRootNode().activeElement
      list.replaceChildren(...wanted)
      if (focused && list.contains(focused)) focused.focus()
    }
  }

  function show() {
    if (model.open && !dialog.open) {
      opener = document.activeElement
      draw()
      dialog.showModal()
    } else if (!model.open && dialog.open) {
      dialog.close()
      opener?.focus?.()
    }
  }

  model.on("state", draw)
  model.on("open", show)
  model.on("taken", () => uploads.next?.())
  draw()
  show()
}

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text) element.textContent = text
  return element
}

function options_of(select, options) {
  const now = JSON.stringify(options)
  if (select.dataset.options === now) return
  select.dataset.options = now
  select.replaceChildren(...options.map(([value, label]) => {
    const option = document.createElement("option")
    option.value = value
    option.textContent = label
    return option
  }))
}

function field(block) {
  const el = make("label", { class: "field" })
  const name = make("span", {}, block.label), about = make("small")
  el.append(name)
  return { el, about, name }
}

function typed(kind) {
  return (block, { send }) => {
    const { el, about, name } = field(block)
    const input = make("input", { type: kind, autocomplete: "off" })
    const row = make("span", { class: "with-unit" }), unit = make("small")
    row.append(input, unit)
    el.append(row, about)
    const value = () => kind === "number" ? input.valueAsNumber : input.value
    input.addEventListener("change", () => {
      if (kind !== "number" || Number.isFinite(value())) send("change", { key: block.key, value: value() })
    })
    return {
      el,
      update(block) {
        name.textContent = block.label
        about.textContent = block.about ?? ""
        unit.textContent = block.unit ?? ""
        for (const bound of ["min", "max", "step"]) if (block[bound] !== undefined) input[bound] = block[bound]
        input.value = block.value
      },
    }
  }
}

const MAKERS = {
  html() {
    const el = make("div")
    return { el, update(block) { el.innerHTML = block.html; el.className = block.class ?? "" } }
  },
  note(block) {
    const el = make("div")
    return { el, update(block) { el.className = `note ${block.tone ?? ""}`; el.textContent = block.text } }
  },
  text: typed("text"),
  number: typed("number"),
  select(block, { send }) {
    const { el, about, name } = field(block)
    const select = make("select")
    el.append(select, about)
    select.addEventListener("change", () => send("change", { key: block.key, value: select.value }))
    return {
      el,
      update(block) {
        name.textContent = block.label
        about.textContent = block.about ?? ""
        options_of(select, block.options)
        select.value = block.value
        select.classList.toggle("wanting", Boolean(block.wanting))
      },
    }
  },
  choices(block, { send }) {
    const el = make("fieldset"), cards = make("div", { class: "cards" })
    el.append(make("legend", {}, block.label), cards)
    const group = `choice-${block.key}`
    for (const [value, label, about] of block.options) {
      const card = make("label"), input = make("input", { type: "radio", name: group, value })
      card.append(input, make("b", {}, label), make("small", {}, about))
      input.addEventListener("change", () => send("change", { key: block.key, value }))
      cards.append(card)
    }
    return {
      el,
      update(block) { for (const one of cards.querySelectorAll("input")) one.checked = one.value === block.value },
    }
  },
  checks(block, { send }) {
    const el = make("fieldset"), list = make("div", { class: "checks" }), about = make("small")
    el.append(make("legend", {}, block.label), list, about)
    return {
      el,
      update(block) {
        about.textContent = block.about ?? ""
        list.replaceChildren(...block.options.map(([value, label]) => {
          const row = make("label"), input = make("input", { type: "checkbox", value })
          input.checked = block.value.includes(value)
          input.addEventListener("change", () => {
            const chosen = [...list.querySelectorAll(":checked")].map(one => one.value)
            send("change", { key: block.key, value: chosen })
          })
          row.append(input, document.createTextNode(label))
          return row
        }))
      },
    }
  },
  row(block, context) {
    const el = make("div", { class: "row" }), kept = new Map()
    return {
      el,
      update(block) {
        const drawn = block.blocks.map((one, at) => {
          const key = `${one.type}:${one.key ?? at}`
          if (!kept.has(key)) kept.set(key, MAKERS[one.type](one, context))
          kept.get(key).update(one)
          return kept.get(key).el
        })
        const same = drawn.length === el.children.length && drawn.every((one, at) => el.children[at] === one)
        if (!same) el.replaceChildren(...drawn)
      },
    }
  },
  progress() {
    const el = make("div", { role: "status" }), words = make("div"), bar = make("progress", { max: 1, "aria-label": "Progress" })
    el.append(words, bar)
    return {
      el,
      update(block) {
        words.textContent = block.words
        if (block.share === null) bar.removeAttribute("value")
        else bar.value = block.share
      },
    }
  },
  upload(block, { send, model, uploads }) {
    const el = make("label", { class: "drop" })
    const input = make("input", { type: "file", accept: block.accept, "aria-label": block.label })
    const words = make("b"), about = make("span", { class: "dim" })
    el.append(input, words, about)
    let largest = block.largest
    const take = file => {
      if (!file) return
      if (file.size > largest) {
        send("too_large", { key: block.key, name: file.name, size: file.size })
        return
      }
      let at = 0
      const next = async () => {
        if (at >= file.size && at > 0) { uploads.next = null; return }
        const part = await file.slice(at, at + CHUNK).arrayBuffer()
        at += CHUNK
        send("chunk", { key: block.key, data: part, last: at >= file.size })
      }
      uploads.next = next
      send("begin", { key: block.key, name: file.name, size: file.size })
    }
    input.addEventListener("change", () => { take(input.files[0]); input.value = "" })
    el.addEventListener("dragover", event => { event.preventDefault(); el.classList.add("over") })
    el.addEventListener("dragleave", () => el.classList.remove("over"))
    el.addEventListener("drop", event => {
      event.preventDefault()
      el.classList.remove("over")
      take(event.dataTransfer.files[0])
    })
    return {
      el,
      update(block) {
        largest = block.largest
        words.textContent = block.label
        about.textContent = block.about
      },
    }
  },
  table() {
    const el = make("div", { class: "scroll", tabindex: 0, role: "region" })
    return {
      el,
      update(block) {
        el.setAttribute("aria-label", block.label)
        const table = make("table"), head = make("tr")
        for (const [at, heading] of block.headings.entries()) {
          const cell = make("th", { scope: "col" }, heading)
          if (block.roles?.[at]) cell.append(make("em", {}, block.roles[at]))
          head.append(cell)
        }
        table.append(head, ...block.rows.map(row => row_of(row)))
        el.replaceChildren(table)
      },
    }
  },
  problem(block, { send }) {
    const el = make("section", { class: "problem" }), head = make("div", { class: "head" })
    const name = make("h3"), count = make("span"), select = make("select")
    const details = make("details"), summary = make("summary", {}, "Show the rows")
    const scroll = make("div", { class: "scroll", tabindex: 0, role: "region" })
    head.append(name, select)
    details.append(summary, scroll)
    el.append(head, details)
    select.addEventListener("change", () => send("change", { key: block.key, value: select.value }))
    return {
      el,
      update(block) {
        name.replaceChildren(document.createTextNode(block.title), count)
        count.textContent = block.count
        select.setAttribute("aria-label", `What to do: ${block.title}`)
        scroll.setAttribute("aria-label", `Rows: ${block.title}`)
        options_of(select, block.options)
        select.value = block.value
        select.disabled = block.options.length < 2
        const table = make("table"), top = make("tr")
        for (const heading of ["Row", "Column", "Value", "What is wrong"]) top.append(make("th", { scope: "col" }, heading))
        table.append(top, ...block.rows.map(row => row_of(row)))
        if (block.more) table.append(row_of(["", "", "", block.more]))
        scroll.replaceChildren(table)
        details.open ||= Boolean(block.shown)
      },
    }
  },
  search(block, { send }) {
    const el = make("div", { class: "field" })
    const label = make("label", { class: "field" })
    const input = make("input", { type: "search", autocomplete: "off", placeholder: block.placeholder ?? "" })
    const list = make("div", { class: "found", role: "listbox", "aria-label": block.label, tabindex: 0 })
    label.append(make("span", {}, block.label), input)
    el.append(label, list)
    let chosen = "", shown = []
    const pick = value => { input.value = ""; send("change", { key: block.key, value }) }
    const draw = () => {
      const wanted = plain(input.value)
      shown = block.options.filter(([value, words]) => plain(`${value} ${words ?? ""}`).includes(wanted))
      const starts = ([value]) => plain(value).startsWith(wanted) ? 0 : 1
      if (wanted) shown.sort((one, other) => starts(one) - starts(other))
      list.replaceChildren(...shown.map(([value]) => {
        const row = make("div", { role: "option", "aria-selected": String(value === chosen) }, value)
        row.addEventListener("click", () => pick(value))
        return row
      }))
      if (!shown.length) list.replaceChildren(make("p", {}, "Nothing of that name."))
    }
    input.addEventListener("input", draw)
    input.addEventListener("keydown", event => {
      if (event.key === "Enter" && shown.length) pick(shown[0][0])
    })
    list.addEventListener("keydown", event => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!move) return
      event.preventDefault()
      const at = shown.findIndex(([value]) => value === chosen) + move
      if (shown[at]) pick(shown[at][0])
    })
    return {
      el,
      update(block) {
        chosen = block.value
        draw()
        const row = list.querySelector('[aria-selected="true"]')
        requestAnimationFrame(() => { if (row) list.scrollTop = row.offsetTop - list.offsetTop - 60 })
      },
    }
  },
  world(block, { send, model }) {
    const el = make("div", { class: "picture world" })
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    svg.setAttribute("viewBox", "0 0 640 300")
    svg.setAttribute("role", "img")
    svg.setAttribute("aria-label", "A map of the world: click a country to choose it")
    for (const [name, path] of model.world) {
      const shape = document.createElementNS("http://www.w3.org/2000/svg", "path")
      shape.setAttribute("d", path)
      shape.dataset.name = name
      const tip = document.createElementNS("http://www.w3.org/2000/svg", "title")
      tip.textContent = name
      shape.append(tip)
      shape.addEventListener("click", () => send("change", { key: block.key, value: name }))
      svg.append(shape)
    }
    el.append(svg)
    return {
      el,
      update(block) {
        for (const shape of svg.children) shape.classList.toggle("chosen", shape.dataset.name === block.value)
      },
    }
  },
}

function row_of(cells) {
  const row = make("tr")
  row.append(...cells.map(cell => make("td", {}, String(cell ?? ""))))
  return row
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
}
