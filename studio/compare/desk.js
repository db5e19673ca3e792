// The scenarios, the form of the selected one, and the buttons that start the runs.
// What the server sends is the truth: all is drawn again after every message. It sends all of the
// state when this side is ready, and later what has changed.

const escaped = (text) => { const one = document.createElement("i"); one.textContent = text; return one.innerHTML }

export function render({model, el}) {
  el.innerHTML = `
    <section aria-label="Scenarios">
      <h2>Scenarios</h2>
      <ul class="list"></ul>
      <div class="row"><button type="button" class="duplicate">Duplicate</button>
        <button type="button" class="pin">Pin as baseline</button>
        <button type="button" class="remove">Remove</button></div>
      <div class="row of-keeping" hidden><button type="button" class="keep">Keep these scenarios</button></div>
      <label>Curves <select class="series"></select></label>
    </section>
    <section class="form" aria-label="The selected scenario">
      <h2>Change it</h2>
      <label>Name <input class="name" maxlength="80"></label>
      <label>Value to change <select class="path"></select></label>
      <p class="now"></p>
      <div class="row"><label class="wide">New value <input class="value" autocomplete="off"></label>
        <button type="button" class="set">Set</button></div>
      <div class="row"><label class="wide">Add a policy <select class="kind"></select></label>
        <button type="button" class="add">Add</button></div>
      <div class="row"><label class="wide">Leave a policy out <select class="policy"></select></label>
        <button type="button" class="leave">Leave out</button></div>
    </section>
    <section aria-label="Runs">
      <h2>Run</h2>
      <div class="row"><label class="wide">Runs of each <input type="number" class="runs" min="1" max="1000" step="1"></label>
        <label class="wide of-people">People in each <input type="number" class="people" min="1" step="1"></label></div>
      <p class="fewer"></p>
      <div class="row"><button type="button" class="go">Run</button>
        <button type="button" class="pause">Pause</button>
        <button type="button" class="stop">Stop</button></div>
      <div class="bar" role="progressbar" aria-label="Runs done" aria-valuemin="0" aria-valuemax="100"><i></i></div>
      <p class="said" role="status"></p>
      <p class="wrong" role="alert"></p>
    </section>
    <section aria-label="Files">
      <div class="row"><button type="button" class="figures">Figures as CSV</button>
        <button type="button" class="bands">Curves as CSV</button></div>
    </section>`
  const state = {selected: 0, scenarios: [], choices: [], own: [], kinds: [], series: []}
  const find = (name) => el.querySelector(`.${name}`)
  const tell = (what, more = {}) => model.send_msg({what, id: state.selected, ...more})
  const on = (name, work) => find(name).addEventListener("click", work)
  const options = (pairs) => pairs.map(([value, label]) => `<option value="${escaped(value)}">${escaped(label)}</option>`).join("")
  const keep = (select, html) => { // what a person has chosen stays chosen
    const before = select.value
    if (select.dataset.html === html) { return }
    select.innerHTML = select.dataset.html = html
    if ([...select.options].some((one) => one.value === before)) { select.value = before }
  }

  on("duplicate", () => tell("duplicate"))
  on("pin", () => tell("pin"))
  on("remove", () => tell("remove"))
  on("keep", () => tell("keep"))
  on("set", () => tell("set", {path: find("path").value, value: find("value").value}))
  on("add", () => tell("add", {kind: find("kind").value}))
  on("leave", () => tell("leave", {policy: find("policy").value}))
  on("go", () => tell("run", {runs: Number(find("runs").value), people: Number(find("people").value)}))
  on("pause", () => tell(state.phase === "paused" ? "resume" : "pause"))
  on("stop", () => tell("stop"))
  on("figures", () => tell("figures"))
  on("bands", () => tell("bands"))
  find("value").addEventListener("keydown", (event) => { if (event.key === "Enter") { find("set").click() } })
  find("name").addEventListener("change", () => tell("rename", {name: find("name").value}))
  find("series").addEventListener("change", () => tell("series", {series: find("series").value}))
  find("path").addEventListener("change", () => { find("value").value = ""; now() })
  find("list").addEventListener("click", (event) => {
    const row = event.target.closest("button")
    if (row) { tell("select", {id: Number(row.dataset.id)}) }
  })

  const now = () => {
    const one = state.choices.find((choice) => choice.path === find("path").value)
    find("now").textContent = one ? `Now ${one.now}${one.range ? `; ${one.range}` : ""}.` : ""
  }
  const draw = () => {
    const focused = el.getRootNode().activeElement?.dataset?.id
    find("list").innerHTML = state.scenarios.map((one) => `
      <li><button type="button" data-id="${one.id}" aria-pressed="${one.id === state.selected}">
        <i class="mark" style="border-top: 3px ${one.dash} var(--${one.colour})"></i><b>${escaped(one.name)}</b>${one.pinned ? "<em>baseline</em>" : ""}
        <small>${one.changes.length ? one.changes.map(escaped).join("<br>") : one.pinned ? "" : "Nothing is changed."}</small></button></li>`).join("")
    if (focused !== undefined) { find("list").querySelector(`[data-id="${focused}"]`)?.focus() }
    const chosen = state.scenarios.find((one) => one.id === state.selected)
    if (chosen && el.getRootNode().activeElement !== find("name")) { find("name").value = chosen.name }
    find("pin").disabled = find("remove").disabled = !chosen || chosen.pinned
    keep(find("path"), options(state.choices.map((one) => [one.path, one.label])))
    now()
    keep(find("kind"), options(state.kinds))
    keep(find("policy"), options(state.own))
    find("of-keeping").hidden = !state.can_keep
    find("leave").disabled = !state.own.length
    const busy = state.phase !== "ready"
    find("go").disabled = busy
    find("pause").disabled = find("stop").disabled = !busy
    find("pause").textContent = state.phase === "paused" ? "Resume" : "Pause"
    find("bar").hidden = !busy
    find("bar").firstElementChild.style.width = `${100 * state.share}%`
    find("bar").setAttribute("aria-valuenow", Math.round(100 * state.share))
    find("said").textContent = state.said
    find("wrong").textContent = state.wrong
    keep(find("series"), options(state.series))
    find("series").value = state.shown
    find("figures").disabled = find("bands").disabled = !state.can_export
  }
  const theme = (name) => {
    document.documentElement.dataset.theme = name
    localStorage.setItem("populace-theme", name)
    tell("theme", {theme: name})
  }
  const numbers = () => { // of runs and people: a person's own, once they are there
    find("runs").value = state.runs
    find("people").value = state.people
    find("people").max = state.most
    find("of-people").hidden = !state.people
    find("fewer").textContent = state.people && state.people < state.most
      ? `Of ${state.most.toLocaleString("en-US")} people: shares stay, and so do doses for each person. Fewer people are quicker, and leave more to chance.` : ""
  }
  for (const name of ["runs", "people"]) {
    find(name).addEventListener("change", () => tell("numbers", {runs: Number(find("runs").value), people: Number(find("people").value)}))
  }
  document.querySelector(".theme")?.addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"))
  model.on("msg:custom", (message) => {
    const news = message.data ?? message
    Object.assign(state, news)
    if ("most" in news) { numbers() }
    draw()
  })
  tell("ready")
  theme(document.documentElement.dataset.theme)
}
