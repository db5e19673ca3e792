// What matters over the whole range: buttons, progress, bars, a curve, and a map over two numbers.
export function render({model}) {
  const pane = document.createElement("section")
  pane.setAttribute("aria-label", "Over the whole range")
  pane.innerHTML = `
    <h2>Over the whole range (global)</h2>
    <p class="about">All numbers move at once, each from half to twice its value (a share at 0 through all of it), on a smaller population, beside the run.</p>
    <div class="row start"><select class="method" aria-label="Method"></select><button type="button" class="go">Start</button></div>
    <div class="going" hidden><div class="row"><span class="said" role="status"></span><button type="button" class="stop">Stop</button></div><div class="bar"><i></i></div></div>
    <p class="ended" role="status" hidden></p>
    <p class="wrong" role="alert" hidden></p>
    <div class="found" hidden>
      <label>Outcome<select class="outcome"></select></label>
      <div class="bars"></div>
      <h3 class="ask">Curve and map</h3>
      <p>A click on a bar draws the curve along that number. Or choose two for a map:</p>
      <div class="row"><select class="across" aria-label="Across the map"></select><select class="up" aria-label="Up the map"></select><button type="button" class="draw">Draw</button></div>
      <div class="walked" aria-live="polite"></div>
    </div>`
  const one = (name) => pane.querySelector(`.${name}`)
  const [method, outcome, across, up] = ["method", "outcome", "across", "up"].map(one)
  const drawn = new Map()
  let asked = false
  const walk = (paths) => { asked = true; model.send_msg({what: "walk", paths}) }
  const list = (select, choices, chosen) => {
    const text = JSON.stringify(choices)
    if (drawn.get(select) !== text) {
      const before = select.value
      select.replaceChildren(...choices.map(([value, label]) => new Option(label, value)))
      drawn.set(select, text)
      select.value = choices.some(([value]) => value === before) ? before : choices[0]?.[0] ?? ""
    }
    if (chosen !== undefined) { select.value = chosen }
  }
  const write = (name, html) => {
    if (drawn.get(name) !== html) { one(name).innerHTML = html; drawn.set(name, html) }
  }
  const two = () => { one("draw").disabled = across.value === up.value || !one("going").hidden }

  const take = (now) => {
    list(method, now.methods)
    list(outcome, now.outcomes, now.outcome)
    const first = !up.options.length
    list(across, now.numbers)
    list(up, now.numbers)
    if (first && now.numbers.length > 1) { up.value = now.numbers[1][0] }
    one("start").hidden = now.busy
    one("going").hidden = !now.busy
    one("said").textContent = now.busy ? now.said : ""
    pane.querySelector(".going .bar i").style.width = `${100 * now.share}%`
    one("ended").hidden = now.busy || !now.said
    one("ended").textContent = now.busy ? "" : now.said
    one("wrong").hidden = !now.wrong
    one("wrong").textContent = now.wrong
    one("found").hidden = !now.bars
    write("bars", now.bars)
    const news = drawn.get("walked") !== now.walked
    write("walked", now.walked)
    if (news && asked) { asked = false; one("walked").scrollIntoView({block: "nearest"}) }
    two()
  }
  one("go").onclick = () => model.send_msg({what: "begin", method: method.value})
  one("stop").onclick = () => model.send_msg({what: "stop"})
  one("draw").onclick = () => walk([across.value, up.value])
  outcome.onchange = () => model.send_msg({what: "outcome", name: outcome.value})
  across.onchange = up.onchange = two
  one("bars").onclick = (event) => {
    const path = event.target.closest("[data-path]")?.dataset.path
    if (path) { walk([path]) }
  }
  model.on("msg:custom", (message) => take(message.data ?? message))
  model.send_msg({what: "ready"})
  return pane
}
