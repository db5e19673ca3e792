// One declared number: label, value with unit, a native slider, where the number comes from,
// "back to the default", and the day on which the engine took it. Acts on release.

function show(model, value) {
  const number = model.percent ? value * 100 : value
  return number.toLocaleString("en-US", {
    minimumFractionDigits: model.decimals,
    maximumFractionDigits: model.decimals,
  })
}

export function render({model, el}) {
  el.innerHTML = `
    <div class="head">
      <label class="label" for="range"></label>
      <button class="about" type="button" aria-label="About this number">i</button>
      <span class="number"><output class="value" for="range"></output> <span class="unit"></span></span>
    </div>
    <div class="track">
      <input id="range" type="range">
      <button class="default" type="button">↺</button>
    </div>
    <div class="foot"><span class="effect"></span><span class="applied" aria-live="polite"></span></div>
    <div class="tip" popover="manual" role="tooltip"></div>`
  const find = (name) => el.querySelector(name)
  const range = find("input")
  const [value, unit, back, applied, tip, about, effect] =
    [".value", ".unit", ".default", ".applied", ".tip", ".about", ".effect"].map(find)

  find(".label").textContent = model.label
  unit.textContent = model.unit
  range.min = model.start
  range.max = model.end
  range.step = model.step
  applied.dataset.path = range.dataset.path = model.path
  tip.innerHTML = model.about
  range.setAttribute("aria-label", model.full_label)
  about.setAttribute("aria-label", `About ${model.full_label}`)
  back.setAttribute("aria-label", `Reset ${model.full_label}`)
  back.title = `Back to ${show(model, model.default)} ${model.unit}`

  const write = () => {
    const now = Number(range.value)
    value.textContent = show(model, now)
    range.setAttribute("aria-valuetext", `${show(model, now)} ${model.unit}`)
    range.style.setProperty("--part", (now - model.start) / (model.end - model.start))
    back.style.visibility = Math.abs(now - model.default) < model.step / 2 ? "hidden" : "visible"
  }
  // What the server says of an earlier release must not undo a later one.
  let turn = model.turn
  const is_late = () => model.turn < turn
  const take = () => { if (!is_late()) { range.value = model.value; write() } }
  const release = (number) => {
    turn += 1
    applied.textContent = model.waiting
    model.send_msg({value: number, turn})
  }
  const open = () => {
    const box = find(".head").getBoundingClientRect()
    tip.showPopover()
    tip.style.left = `${box.right + 14}px`
    tip.style.top = `${Math.max(8, Math.min(box.top, innerHeight - tip.offsetHeight - 8))}px`
  }
  const close = () => tip.matches(":popover-open") && tip.hidePopover()

  range.addEventListener("input", write)
  range.addEventListener("change", () => release(Number(range.value)))
  back.addEventListener("click", () => { range.value = model.default; write(); release(model.default) })
  for (const name of ["mouseenter", "focus"]) { about.addEventListener(name, open) }
  for (const name of ["mouseleave", "blur"]) { about.addEventListener(name, close) }
  about.addEventListener("keydown", (event) => event.key === "Escape" && close())

  // A bar around its middle, with its interval; the longest of the column fills half of it.
  const show_effect = () => {
    const {words, title, low, middle, high} = model.effect
    if (!words) { effect.replaceChildren(); return }
    const at = (share) => 32 + 30 * Math.max(-1, Math.min(1, share))
    const bar = `<rect class="${middle < 0 ? "less" : "more"}" x="${Math.min(32, at(middle))}" y="4" height="6"
      width="${Math.max(1, Math.abs(at(middle) - 32))}" rx="1"/>`
    const interval = `<path d="M${at(low)} 7H${at(high)}M${at(low)} 4v6M${at(high)} 4v6"/>`
    effect.innerHTML = `<svg viewBox="0 0 64 14" aria-hidden="true"><path class="zero" d="M32 1v12"/>${bar}${interval}</svg><span></span>`
    effect.lastChild.textContent = words
    effect.title = title
  }

  model.on("effect", show_effect)
  show_effect()
  model.on("value", take)
  model.on("msg:custom", (message) => {
    const said = message.data ?? message
    if (said.turn < turn) { return }
    range.value = said.value
    write()
    applied.textContent = said.applied
  })
  model.on("applied", () => { if (!is_late()) { applied.textContent = model.applied } })
  take()
  applied.textContent = model.applied
}
