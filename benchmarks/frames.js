// In the page under test: counts pictures that changed what is painted, and times slider moves.
(() => {
  const bench = window.populace_bench = {pictures: 0, moves: [], share: 0}
  const models = () => [...Bokeh.documents].flatMap((one) => [...one._all_models.values()])
  const inside = (root, name) => {
    const found = [...root.querySelectorAll(name)]
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) { found.push(...inside(one.shadowRoot, name)) }
    }
    return found
  }
  const laid_out = (one) => !one.properties.inner_width.is_unset && one.inner_width > 0
  bench.map = () => models().find((one) => one.name === "map_figure" && laid_out(one))
  bench.ready = () => Boolean(window.Bokeh?.documents?.length && bench.map()?.populace_people)

  bench.day = () => Number(/day (\d+)/.exec(inside(document, ".clock time + span")[0]?.textContent)?.[1] ?? 0)

  let last = null
  const look = () => {
    // A sum over its pixels changes with what is seen.
    const canvas = bench.map().populace_people.canvas
    const area = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    const pixels = new Uint32Array(area.data.buffer)
    let sum = 0
    for (let i = 0; i < pixels.length; i++) { sum = (Math.imul(sum, 31) + pixels[i]) | 0 }
    if (sum !== last) { bench.pictures += 1; last = sum }
  }
  bench.follow = () => {
    const regions = models().find((one) => one.name === "map_regions")
    const people = bench.map().populace_people
    if (people.place !== null) { bench.first ??= performance.now() }
    people.canvas.addEventListener("populace-picture", () => {
      // After the frame in which Bokeh has painted.
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
        look()
        bench.first ??= performance.now()
      })))
    })
    setInterval(() => {
      const sum = (column) => Array.from(regions.data[column]).reduce((a, b) => a + b, 0)
      bench.share = sum("infected") / Math.max(1, sum("people"))
    }, 100)
  }
  bench.time_moves = (path) => {
    const range = inside(document, `input[data-path="${path}"]`)[0]
    const applied = inside(document, `.applied[data-path="${path}"]`)[0]
    let released = null
    window.addEventListener("pointerup", (event) => { released = event.timeStamp }, true)
    new MutationObserver(() => {
      if (released !== null && /^applied on day \d+/.test(applied.textContent)) {
        bench.moves.push(performance.now() - released)
        released = null
      }
    }).observe(applied, {childList: true, characterData: true, subtree: true})
    const box = range.getBoundingClientRect()
    return {x: box.x, y: box.y + box.height / 2, width: box.width}
  }
})()
