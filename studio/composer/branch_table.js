// The share of one way out of a state, in per cent: one number for all ages, or a table by age.

const written = (share) => Number((100 * share).toFixed(share < 0.0995 ? 2 : 1))

export function render({model, el}) {
  el.innerHTML = `
    <label class="line"><span>Share</span><input type="number" class="one" min="0" max="100" step="0.1"><i>%</i></label>
    <label class="same"><input type="checkbox"> the same for all ages</label>
    <table>
      <thead><tr><th scope="col">Age</th><th scope="col">Share, %</th><th scope="col"><span class="to"></span></th></tr></thead>
      <tbody></tbody>
    </table>
    <p class="small" aria-live="polite"></p>`
  const find = (name) => el.querySelector(name)
  const [one, same, body] = [find(".one"), find(".same input"), find("tbody")]
  let by_age = false, share = [], drawn = ""

  const is_same = () => share.every((part) => part === share[0])
  const send = (band) => model.send_msg({share, band})
  const bar = (row) => {
    const parts = [share[row], ...model.others.map(([, shares]) => shares[row])]
    return parts.map((part, n) => `<i class="${n ? "other" : "this"}" style="width:${100 * part}%"></i>`).join("")
  }
  const rows = () => {
    body.replaceChildren(...model.ages.map((age, band) => {
      const row = document.createElement("tr")
      row.innerHTML = `<th scope="row">${age}</th><td><input type="number" min="0" max="100" step="0.1" aria-label="Share at ages ${age}, per cent"></td><td><div class="bar">${bar(band)}</div></td>`
      const input = row.querySelector("input")
      input.value = written(share[band])
      input.disabled = !model.editable
      input.addEventListener("input", () => {
        const value = parseFloat(input.value)
        if (value >= 0 && value <= 100) { row.querySelector(".this").style.width = `${value}%` }
      })
      input.addEventListener("change", () => {
        const value = parseFloat(input.value)
        if (!(value >= 0 && value <= 100)) { input.value = written(share[band]); return }
        share[band] = value / 100
        send(band)
      })
      // Up and down go from age to age, as in a table; the wheel and typing change a number.
      input.addEventListener("keydown", (event) => {
        const step = {ArrowUp: -1, ArrowDown: 1, Enter: 1}[event.key]
        const next = step && body.querySelectorAll("input")[band + step]
        if (step) { event.preventDefault(); input.blur(); (next ?? input).focus(); (next ?? input).select() }
      })
      return row
    }))
  }
  const layout = () => {
    find("table").hidden = !by_age
    find(".line").hidden = by_age
    same.checked = !by_age
    find(".same").hidden = !model.editable
  }
  const show = () => {
    const active = el.getRootNode().activeElement
    const inputs = [...body.querySelectorAll("input")]
    const focused = inputs.indexOf(active)
    share = [...model.share]
    if (!is_same()) { by_age = true }
    if (one !== active) { one.value = written(share[0] ?? 0) }
    one.disabled = !model.editable
    find(".to").textContent = model.others.length ? `▉ to ${model.label}, rest to others` : ""
    find(".small").textContent = model.words
    // Drawn again with the same numbers: what is being typed must not go.
    const now = JSON.stringify([share, model.others, model.editable, model.ages])
    const is_new = now !== drawn
    drawn = now
    if (is_new) { rows() } else {
      inputs.forEach((input, band) => { if (input !== active) { input.value = written(share[band]) } })
    }
    layout()
    if (is_new && focused >= 0) { body.querySelectorAll("input")[focused].focus() }
  }
  one.addEventListener("change", () => {
    const value = parseFloat(one.value)
    if (!(value >= 0 && value <= 100)) { show(); return }
    share = share.map(() => value / 100)
    send(null)
  })
  same.addEventListener("change", () => {
    by_age = !same.checked
    if (!by_age && !is_same()) {
      const mean = share.reduce((sum, part) => sum + part, 0) / share.length
      share = share.map(() => Math.round(1000 * mean) / 1000)
      one.value = written(share[0])
      send(null)
    }
    layout()
  })
  model.on("turn", show)
  model.on("label", () => { by_age = false })
  show()
}
