// Keeps metres square, and tells the server what is looked at: fig, home, looked, scale, most, least.
fig.populace_people?.keep()
const state = fig.populace_map ??= {busy: false, at_home: true, home: null}
const unset = fig.properties.inner_width.is_unset || fig.properties.inner_height.is_unset
const [width, height] = unset ? [0, 0] : [fig.inner_width, fig.inner_height]
if (state.busy || !(width > 0 && height > 0) || home.data.x0[0] === home.data.x1[0]) { return }
const x = fig.x_range, y = fig.y_range

const show = (middle_x, middle_y, metres) => {
  state.busy = true
  const right = metres * width / 2, up = metres * height / 2
  x.setv({start: middle_x - right, end: middle_x + right})
  y.setv({start: middle_y - up, end: middle_y + up})
  state.busy = false
}
const show_home = () => {
  const [x0, x1, y0, y1] = ["x0", "x1", "y0", "y1"].map((name) => home.data[name][0])
  show((x0 + x1) / 2, (y0 + y1) / 2, Math.max((x1 - x0) / width, (y1 - y0) / height))
}
const resized = state.width !== width || state.height !== height
// What an address asked for is shown once; the button for everybody leads home.
const [x0, x1, y0, y1] = state.begun ? [] : home.data.begin?.[0] ?? []
if (state.home !== home.data && x1 > x0) {
  state.begun = true
  state.at_home = false
  show((x0 + x1) / 2, (y0 + y1) / 2, Math.max((x1 - x0) / width, (y1 - y0) / height))
} else if (state.home !== home.data) {
  state.at_home = true
  show_home()
} else if (resized) {
  if (state.at_home) { show_home() } else {
    show((x.start + x.end) / 2, (y.start + y.end) / 2, (x.end - x.start) / state.width)
  }
} else {
  state.at_home = false
}
Object.assign(state, {home: home.data, width, height})

// Bokeh sets one axis after the other: only when both are set can they be brought into bounds.
const keep_bounds = () => {
  const [x0, x1, y0, y1] = ["x0", "x1", "y0", "y1"].map((name) => home.data[name][0])
  const within = (value, low, high) => Math.min(high, Math.max(low, value))
  const now = (x.end - x.start) / fig.inner_width
  const widest = 1.5 * Math.max((x1 - x0) / fig.inner_width, (y1 - y0) / fig.inner_height)
  const metres = within(now, Math.min(least, widest), widest)
  const middle = [within((x.start + x.end) / 2, x0, x1), within((y.start + y.end) / 2, y0, y1)]
  const off = Math.abs(x.start + x.end - 2 * middle[0]) + Math.abs(y.start + y.end - 2 * middle[1])
  const skew = Math.abs((y.end - y.start) / fig.inner_height - metres) + Math.abs(now - metres)
  if (off > 1e-6 * (x1 - x0) || skew > 1e-6 * metres) { show(...middle, metres) }
}
queueMicrotask(keep_bounds)

// A bar of a round number of ground metres, about a tenth of the map wide.
const metres = (x.end - x.start) / width * home.data.ground[0]
if (metres > 0) {
  const wanted = 110 * metres, power = 10 ** Math.floor(Math.log10(wanted))
  const long = power * [5, 2, 1].find((step) => step * power <= wanted)
  const words = long >= 1000 ? `${long / 1000} km` : `${long} m`
  const bar = `<div class="scale" style="width:${Math.round(long / metres)}px">${words}</div>`
  scale.setv({text: bar}, {sync: false})
}

const report = () => {
  const dots = window.devicePixelRatio || 1
  const shrink = Math.min(1, most[0] / (fig.inner_width * dots), most[1] / (fig.inner_height * dots))
  looked.data = {
    x0: [x.start], x1: [x.end], y0: [y.start], y1: [y.end],
    width: [Math.round(fig.inner_width * dots * shrink)],
    height: [Math.round(fig.inner_height * dots * shrink)],
    visible: [document.visibilityState === "visible"],
    near: [["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname)],
  }
}
if (!state.report) { document.addEventListener("visibilitychange", () => state.report()) }
state.report = report
clearTimeout(state.timer)
state.timer = setTimeout(report, 60)
