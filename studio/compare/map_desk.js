// What the map of districts shows, and what its colours mean.
const MEASURES = [["infected", "Infections"], ["deaths", "Deaths"]]
const LOOKS = [["difference", "Difference between two scenarios"], ["chance", "How likely a district passes a threshold"]]

export function render({model, el}) {
  el.innerHTML = `<div class="row">
    <label>The map shows <select name="look"></select></label>
    <label class="of-two">From <select name="first"></select></label>
    <label><span class="second-label">To</span> <select name="second"></select></label>
    <label class="of-two">Of <select name="measure"></select></label>
    <label class="of-chance">At least <output></output> <input type="range" name="threshold" min="1" max="100" step="1"></label>
    </div><div class="key" role="img"></div><p class="said"></p>`
  const state = {}, find = (query) => el.querySelector(query)
  const fill = (name, pairs) => {
    const select = find(`[name=${name}]`)
    select.replaceChildren(...pairs.map(([value, label]) => new Option(label, value)))
    select.value = state[name]
  }
  const tell = (name, value) => { state[name] = value; draw(); model.send_msg({name, value}) }
  for (const name of ["look", "first", "second", "measure"]) {
    find(`[name=${name}]`).addEventListener("change", (event) => tell(name, event.target.value))
  }
  const slider = find("[name=threshold]")
  const words = () => { find("output").textContent = `${slider.value} ${slider.value === "1" ? "infection" : "infections"} per 100 residents` }
  slider.addEventListener("input", words)
  slider.addEventListener("change", () => tell("threshold", Number(slider.value)))
  const draw = () => {
    const two = state.look === "difference", scenarios = state.names.map((name) => [name, name])
    find(".row").hidden = !state.names.length
    fill("look", LOOKS)
    fill("measure", MEASURES)
    fill("first", scenarios)
    fill("second", scenarios)
    slider.value = state.threshold
    words()
    for (const one of el.querySelectorAll(".of-two")) { one.hidden = !two }
    find(".of-chance").hidden = two
    find(".second-label").textContent = two ? "To" : "In"
    find(".key").innerHTML = state.legend
    find(".key").setAttribute("aria-label", find(".key").textContent)
    find(".said").textContent = state.said
  }
  model.on("msg:custom", (message) => { Object.assign(state, message.data ?? message); draw() })
  model.send_msg({ready: true})
}
