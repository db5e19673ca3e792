// A stay: its law, its numbers, and the density, drawn while one types. Sent when a box is left.

const W = 298, H = 112, LEFT = 4, RIGHT = 8, TOP = 14, FOOT = 18

function log_gamma(x) {
  // Lanczos; ten digits are far more than a line on a screen needs.
  const c = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5]
  const t = x + 5.5 - (x + 0.5) * Math.log(x + 5.5)
  let y = x, sum = 1.000000000190015
  for (const part of c) { y += 1; sum += part / y }
  return -t + Math.log(2.5066282746310005 * sum / x)
}

function density_of({kind, mean, shape, deviation}) {
  if (kind === "exponential") { shape = 1 }
  if (kind === "gamma" || kind === "exponential") {
    const rate = shape / mean, most = shape * Math.log(rate) - log_gamma(shape)
    return (x) => Math.exp(most + (shape - 1) * Math.log(x) - rate * x)
  }
  const square = Math.log(1 + (deviation / mean) ** 2), centre = Math.log(mean) - square / 2
  return (x) => Math.exp(-((Math.log(x) - centre) ** 2) / (2 * square)) / (x * Math.sqrt(2 * Math.PI * square))
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value * 0.999)
}

// Until where the axis goes: 99 of 100 stays are over.
function until(density, mean) {
  const far = mean * 12, step = far / 2400
  let sum = 0
  for (let n = 0; n < 2400; n += 1) {
    sum += density((n + 0.5) * step) * step
    if (sum > 0.99) { return (n + 1) * step }
  }
  return far
}

const number = (value) => Number(value).toLocaleString("en-US", {maximumFractionDigits: 2})

export function render({model, el}) {
  el.innerHTML = `
    <label class="line"><span>How long</span><select class="kind" aria-label="Law of the stay"></select></label>
    <label class="line" data-for="mean"><span>Mean</span><input type="number" step="0.1" class="mean"><i>days</i></label>
    <label class="line" data-for="shape"><span>Shape</span><input type="number" step="0.1" class="shape"><i>higher: more regular</i></label>
    <label class="line" data-for="deviation"><span>Deviation</span><input type="number" step="0.1" class="deviation"><i>days</i></label>
    <div class="days" data-for="days"></div>
    <svg viewBox="0 0 ${W} ${H}" role="img"></svg>
    <p class="small"></p>`
  const find = (name) => el.querySelector(name)
  const [kind, svg] = [find(".kind"), find("svg")]
  const boxes = ["mean", "shape", "deviation"].map((name) => find(`.${name}`))
  let days = []

  const now = () => ({
    kind: kind.value,
    mean: parseFloat(find(".mean").value),
    shape: parseFloat(find(".shape").value),
    deviation: parseFloat(find(".deviation").value),
    days,
  })
  const usable = (stay) => stay.kind === "table"
    ? days.length > 0 && days.every(([day, weight]) => day >= 1 && weight >= 0) && days.some(([, weight]) => weight > 0)
    : stay.mean > 0 && (stay.kind !== "gamma" || stay.shape > 0) && (stay.kind !== "lognormal" || stay.deviation > 0)
  const mean_of = (stay) => stay.kind === "table"
    ? days.reduce((sum, [day, weight]) => sum + day * weight, 0) / days.reduce((sum, [, weight]) => sum + weight, 0)
    : stay.mean

  const draw = () => {
    const stay = now()
    for (const part of el.querySelectorAll("[data-for]")) {
      const wanted = {fixed: ["mean"], exponential: ["mean"], gamma: ["mean", "shape"], lognormal: ["mean", "deviation"], table: ["days"]}[stay.kind] ?? []
      part.hidden = !wanted.includes(part.dataset.for)
    }
    if (!usable(stay)) { svg.innerHTML = ""; svg.setAttribute("aria-label", "No stay yet"); return }
    const mean = mean_of(stay)
    const bars = stay.kind === "fixed" ? [[mean, 1]] : stay.kind === "table" ? days : null
    const density = bars ? null : density_of(stay)
    const end = nice(bars ? Math.max(...bars.map(([day]) => day)) * 1.15 + 1 : Math.max(until(density, mean), mean * 1.2))
    const x = (day) => LEFT + (W - LEFT - RIGHT) * day / end
    const base = H - FOOT
    let shape
    if (bars) {
      const top = Math.max(...bars.map(([, weight]) => weight))
      const width = Math.max(3, Math.min(14, 0.7 * (x(1) - x(0))))
      shape = bars.map(([day, weight]) => `<rect x="${x(day) - width / 2}" y="${base - (base - TOP) * weight / top}" width="${width}" height="${(base - TOP) * weight / top}" rx="1.5"/>`).join("")
    } else {
      const points = Array.from({length: 150}, (_, n) => (n + 0.5) * end / 150).map((day) => [day, density(day)])
      const top = Math.max(...points.map(([, value]) => value))
      const line = points.map(([day, value]) => `${x(day).toFixed(1)},${(base - (base - TOP) * value / top).toFixed(1)}`).join(" L")
      shape = `<path class="area" d="M${x(points[0][0])},${base} L${line} L${x(end)},${base} Z"/><path class="curve" d="M${line}"/>`
    }
    const step = nice(end / 5.01)
    const ticks = Array.from({length: Math.floor(end / step + 1e-9) + 1}, (_, n) => n * step)
    const near = x(mean) > W - 90
    svg.innerHTML = `
      <line class="base" x1="${LEFT}" x2="${W - RIGHT}" y1="${base}" y2="${base}"/>${shape}
      <line class="mean-line" x1="${x(mean)}" x2="${x(mean)}" y1="${TOP - 4}" y2="${base}"/>
      <text class="mean-word" x="${x(mean) + (near ? -5 : 5)}" y="${TOP + 2}" text-anchor="${near ? "end" : "start"}">mean ${number(mean)} days</text>
      ${ticks.filter((tick) => x(tick) < W - 46).map((tick) => `<text x="${x(tick)}" y="${H - 4}" text-anchor="${tick ? "middle" : "start"}">${number(tick)}</text>`).join("")}
      <text x="${W - RIGHT}" y="${H - 4}" text-anchor="end">${number(end)} days</text>`
    svg.setAttribute("aria-label", `How long people stay: mean ${number(mean)} days, most within ${number(end)} days`)
  }

  const send = () => {
    const stay = now()
    if (usable(stay)) { model.send_msg(stay) } else { show() }
  }
  const rows = () => {
    const box = find(".days")
    box.innerHTML = `<p class="small">Days, and how many of 100 (or of any number) leave on each.</p>`
    days.forEach((pair, row) => {
      const line = document.createElement("div")
      line.className = "line day"
      line.innerHTML = `<span>Day</span><input type="number" min="1" max="32000" step="1" aria-label="Day ${row + 1}"><input type="number" min="0" step="any" aria-label="Weight ${row + 1}"><button type="button" aria-label="Take day ${row + 1} out">×</button>`
      const [day, weight] = line.querySelectorAll("input")
      day.value = pair[0]
      weight.value = pair[1]
      day.disabled = weight.disabled = !model.editable
      line.querySelector("button").hidden = !model.editable || days.length < 2
      day.addEventListener("input", () => { pair[0] = Math.round(parseFloat(day.value)); draw() })
      weight.addEventListener("input", () => { pair[1] = parseFloat(weight.value); draw() })
      for (const input of [day, weight]) { input.addEventListener("change", send) }
      line.querySelector("button").addEventListener("click", () => { days.splice(row, 1); rows(); draw(); send() })
      box.append(line)
    })
    if (model.editable) {
      const more = document.createElement("button")
      more.type = "button"
      more.textContent = "Add a day"
      more.addEventListener("click", () => { days.push([Math.max(0, ...days.map(([day]) => day)) + 1, days.at(-1)?.[1] ?? 1]); rows(); draw(); send() })
      box.append(more)
    }
  }
  const show = () => {
    const stay = model.dwell
    kind.value = stay.kind ?? "exponential"
    const mean = stay.mean ?? 5
    find(".mean").value = mean
    find(".shape").value = stay.shape ?? 4
    find(".deviation").value = stay.deviation ?? Math.round(mean * 5) / 10
    days = (stay.days ?? []).map((pair) => [...pair])
    const [[low, high], shape, part] = ["mean", "shape", "deviation"].map((name) => model.limits[name])
    Object.assign(find(".mean"), {min: low, max: high})
    Object.assign(find(".shape"), {min: shape[0], max: shape[1]})
    Object.assign(find(".deviation"), {min: part[0] * mean, max: part[1] * mean})
    for (const box of [kind, ...boxes]) { box.disabled = !model.editable }
    rows()
    draw()
    find(".small:last-child").textContent = "Stays are whole days, at least one; their mean is this mean."
  }
  kind.addEventListener("change", () => {
    if (kind.value === "table" && days.length === 0) {
      const mean = Math.max(1, Math.round(parseFloat(find(".mean").value) || 5))
      days = [[Math.max(1, mean - 1), 1], [mean, 2], [mean + 1, 1]].filter(([day], row, all) => all.findIndex(([other]) => other === day) === row)
    } else if (kind.value !== "table" && model.dwell.kind === "table" && days.length) {
      const total = days.reduce((sum, [, weight]) => sum + weight, 0)
      find(".mean").value = Math.round(10 * days.reduce((sum, [day, weight]) => sum + day * weight, 0) / total) / 10
    }
    rows()
    draw()
    send()
  })
  for (const box of boxes) {
    box.addEventListener("input", draw)
    box.addEventListener("change", send)
  }
  kind.replaceChildren(...model.laws.map(([name, words]) => new Option(words, name)))
  for (const name of ["dwell", "turn", "editable"]) { model.on(name, show) }
  show()
}
