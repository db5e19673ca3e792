// The steps of a fit and its buttons. What the server sends is the truth: all of it when this side
// is ready, and later what has changed. A field in which somebody writes is left alone.

const made = (tag, name = "", text = "") => {
  const one = document.createElement(tag)
  one.className = name
  one.textContent = text
  return one
}
const options = (pairs) => pairs.map(([value, label]) => {
  const one = made("option", "", label)
  one.value = value
  return one
})

const NUMBERS = ["runs", "particles", "people"]

export function render({model, el}) {
  el.innerHTML = `
    <section aria-labelledby="step-1">
      <h2 id="step-1"><i>1</i>What may vary</h2>
      <p>Switch on what you do not know. Say what is plausible of it before you look at the data.</p>
      <input type="search" class="search" aria-label="Search the quantities" placeholder="Search the quantities" hidden>
      <div class="quantities"></div>
    </section>
    <section aria-labelledby="step-2">
      <h2 id="step-2"><i>2</i>What was observed</h2>
      <div class="series"></div>
      <p class="no-series" hidden>This model has no data to be fitted to. Open it in <a>Compose</a>, press “Bring data” there, and read in a table of counts by date. Then come back.</p>
    </section>
    <section aria-labelledby="step-3">
      <h2 id="step-3"><i>3</i>How to fit</h2>
      <label>Method <select class="method"></select></label>
      <p class="about"></p>
      <div class="fields"><label>Runs at most <input type="number" class="runs" min="1" step="1"></label>
        <label>Guesses in each round <input type="number" class="particles" min="20" step="1"></label>
        <label class="of-people">People in each run <input type="number" class="people" min="1" step="1"></label></div>
      <p class="fewer"></p>
    </section>
    <section class="acts" aria-label="Begin and end">
      <div class="row"><button type="button" class="go">Fit</button>
        <button type="button" class="stop">Stop</button></div>
      <p class="cost"></p>
      <p class="reason"></p>
      <p class="wrong" role="alert"></p>
    </section>`
  const state = {quantities: [], kinds: [], series: [], methods: []}
  const rows = new Map(), boxes = new Map(), data = new Map()
  const active = () => el.getRootNode().activeElement
  const find = (name) => el.querySelector(`.${name}`)
  const tell = (what, more = {}) => model.send_msg({what, ...more})
  const put = (field, value) => { if (active() !== field) { field.value = value } }
  const numbers = () => Object.fromEntries(NUMBERS.map((name) => [name, Number(find(name).value)]))

  find("go").addEventListener("click", () => tell("fit", numbers()))
  find("stop").addEventListener("click", () => tell("stop"))
  find("method").addEventListener("change", () => tell("method", {method: find("method").value}))
  for (const name of NUMBERS) {
    // At once, or the answer to what was typed before would put the old number back.
    find(name).addEventListener("input", () => { state[name] = Number(find(name).value) })
    find(name).addEventListener("change", () => tell("numbers", numbers()))
  }
  find("search").addEventListener("input", () => search())

  // One quantity: a switch, and below it what is plausible.
  const row = (one) => {
    const item = made("div", "quantity"), head = made("label", "switch"), box = made("input")
    box.type = "checkbox"
    const name = made("span", "label", one.label)
    head.append(box, name, made("small", "now", `now ${one.now}`))
    const prior = made("div", "prior"), kind = made("select"), fields = made("div", "fields")
    kind.setAttribute("aria-label", `What is plausible of ${one.label}`)
    kind.append(...options(state.kinds.map(({kind, label}) => [kind, label])))
    const curve = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    curve.setAttribute("viewBox", "0 0 100 30")
    curve.setAttribute("preserveAspectRatio", "none")
    curve.setAttribute("class", "curve")
    curve.setAttribute("role", "img")
    const ends = made("div", "ends")
    ends.append(made("span"), made("span"))
    const wrong = made("p", "wrong")
    wrong.setAttribute("role", "alert")
    prior.append(kind, fields, curve, ends, wrong)
    item.append(head, prior)
    box.addEventListener("change", () => tell("vary", {path: one.path, on: box.checked}))
    kind.addEventListener("change", () => tell("kind", {path: one.path, kind: kind.value}))
    return {item, box, kind, fields, curve, ends, wrong, prior, shown: ""}
  }
  const field = (of, name, label, changed) => {
    const holder = made("label", "field", label), input = made("input")
    input.dataset.number = name
    input.autocomplete = "off"
    input.setAttribute("aria-label", `${of}: ${label}`)
    input.addEventListener("change", () => changed(input.value))
    holder.append(input)
    return holder
  }
  const place = (one) => { // below the part of the model that it belongs to
    if (!boxes.has(one.group)) {
      const box = made("details"), head = made("summary", "", one.group)
      head.append(made("em"))
      box.append(head)
      box.open = state.quantities.length <= 12 || state.quantities.some((other) => other.group === one.group && other.on)
      boxes.set(one.group, box)
      find("quantities").append(box)
    }
    return boxes.get(one.group)
  }
  const vary = (one) => {
    if (!rows.has(one.path)) {
      rows.set(one.path, row(one))
      place(one).append(rows.get(one.path).item)
    }
    const mine = rows.get(one.path)
    mine.box.checked = one.on
    mine.prior.hidden = !one.on
    if (!one.on) { return }
    mine.kind.value = one.kind
    if (mine.shown !== one.kind) {
      mine.shown = one.kind
      const kind = state.kinds.find((other) => other.kind === one.kind)
      mine.fields.replaceChildren(...kind.numbers.map(([name, label]) => field(one.label, name, label, (value) => tell("number", {path: one.path, name, value}))))
    }
    for (const input of mine.fields.querySelectorAll("input")) {
      put(input, one.numbers[input.dataset.number] ?? "")
      input.toggleAttribute("aria-invalid", false)
      if (one.wrong) { input.setAttribute("aria-invalid", "true") }
    }
    mine.wrong.textContent = one.wrong
    mine.curve.innerHTML = one.curve ? `<path d="${one.curve}"/>` : ""
    mine.curve.setAttribute("aria-label", `${one.label}: plausible from ${one.ends[0]} to ${one.ends[1]}`)
    mine.ends.children[0].textContent = one.ends[0]
    mine.ends.children[1].textContent = one.ends[1]
    mine.curve.style.display = mine.ends.style.display = one.curve ? "" : "none"
  }
  const search = () => {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean)
    for (const one of state.quantities) {
      const text = `${one.group} ${one.label}`.toLowerCase()
      rows.get(one.path).item.hidden = !words.every((word) => text.includes(word))
    }
    for (const box of boxes.values()) {
      const left = [...box.querySelectorAll(".quantity")].some((item) => !item.hidden)
      box.hidden = !left
      if (words.length && left) { box.open = true }
    }
  }
  // One series: a switch, and below it what it counts and how it came about.
  const seen = (one) => {
    const item = made("div", "quantity"), head = made("label", "switch"), box = made("input"), words = made("span", "label", one.label)
    box.type = "checkbox"
    words.append(made("small", "below", one.about))
    head.append(box, words)
    const more = made("div", "prior"), wrong = made("p", "wrong"), fields = made("div", "fields")
    const choice = (name, label, pairs) => {
      const holder = made("label", "", label), select = made("select")
      select.append(...options(pairs))
      select.addEventListener("change", () => tell("series", {name: one.name, key: name, value: select.value}))
      holder.append(select)
      more.append(holder)
      return select
    }
    const observes = choice("observes", "They count", one.observes), likelihood = choice("likelihood", "How they come about", one.likelihoods)
    wrong.setAttribute("role", "alert")
    more.append(fields, wrong)
    item.append(head, more)
    box.addEventListener("change", () => tell("observed", {name: one.name, on: box.checked}))
    return {item, box, more, observes, likelihood, fields, wrong, shown: ""}
  }
  const observed = (one) => {
    if (!data.has(one.name)) {
      data.set(one.name, seen(one))
      find("series").append(data.get(one.name).item)
    }
    const mine = data.get(one.name), names = one.fields.map(([name]) => name).join()
    mine.box.checked = one.on
    mine.more.hidden = !one.on
    mine.observes.value = one.chosen.observes
    mine.likelihood.value = one.chosen.likelihood
    for (const select of [mine.observes, mine.likelihood]) { select.title = select.selectedOptions[0]?.textContent ?? "" }
    if (mine.shown !== names) {
      mine.shown = names
      mine.fields.replaceChildren(...one.fields.map(([name, label]) => field(one.label, name, label, (value) => tell("series", {name: one.name, key: name, value}))))
    }
    for (const [name, , text] of one.fields) { put(mine.fields.querySelector(`[data-number="${name}"]`), text) }
    mine.wrong.textContent = one.wrong
  }
  const draw = () => {
    state.quantities.forEach(vary)
    for (const [group, box] of boxes) {
      const count = state.quantities.filter((one) => one.group === group && one.on).length
      box.querySelector("em").textContent = count ? `${count} may vary` : ""
    }
    find("search").hidden = state.quantities.length <= 12
    find("no-series").querySelector("a").href = state.compose
    state.series.forEach(observed)
    find("no-series").hidden = state.series.length > 0
    if (find("method").options.length !== state.methods.length) {
      find("method").replaceChildren(...options(state.methods.map((one) => [one.name, one.label])))
    }
    find("method").value = state.method
    find("about").textContent = state.methods.find((one) => one.name === state.method)?.about ?? ""
    for (const name of NUMBERS) { put(find(name), state[name]) }
    find("people").max = state.most
    find("of-people").hidden = !state.people
    find("fewer").textContent = state.people && state.people < state.most
      ? `Of ${state.most.toLocaleString("en-US")} people: what the model counts is scaled up to all of them.` : ""
    find("cost").textContent = state.reason || state.phase === "running" ? "" : state.cost
    const busy = state.phase === "running"
    for (const one of el.querySelectorAll(".quantities input, .quantities select, .series input, .series select, .method, .runs, .particles, .people")) { one.disabled = busy }
    const [begin, end] = [find("go"), find("stop")], held = [begin, end].includes(active())
    begin.disabled = busy || Boolean(state.reason)
    end.disabled = !busy
    if (held && active()?.disabled !== false) { (busy ? end : begin).focus() } // a keyboard stays where it was
    find("go").textContent = state.phase === "stopped" ? "Go on" : "Fit"
    find("reason").textContent = busy ? "" : state.reason
    find("acts > .wrong").textContent = state.wrong  // rows have lines of their own
  }
  const theme = (name) => {
    document.documentElement.dataset.theme = name
    localStorage.setItem("populace-theme", name)
    tell("theme", {theme: name})
  }
  document.querySelector(".theme")?.addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"))
  model.on("msg:custom", (message) => {
    const {go, ...news} = message.data ?? message
    if (go) { window.location.assign(go) }
    Object.assign(state, news)
    draw()
  })
  tell("ready")
  theme(document.documentElement.dataset.theme)
}
