// In the page under test: goes to a day by the handle of the timeline, or releases a slider, and times
// what the page shows of it.
(() => {
  const inside = (root, query) => {
    const found = root.querySelector(query)
    if (found) { return found }
    for (const one of root.querySelectorAll("*")) {
      const deeper = one.shadowRoot && inside(one.shadowRoot, query)
      if (deeper) { return deeper }
    }
    return null
  }
  const handle = () => inside(document, 'input[aria-label="Day shown"]')
  const people = () => window.Bokeh.documents[0].get_model_by_name("map_figure").populace_people
  const words = (query) => inside(document, query)?.textContent ?? ""
  const bars = () => {
    const table = inside(document, ".tornado")
    return table?.checkVisibility() ? table.tBodies[0].rows.length : 0
  }
  window.live_bench = {
    newest: () => Number(/(\d+)/.exec(document.querySelector(".clock span")?.textContent)?.[1] ?? 0),
    painted: () => people()?.place?.day ?? null,
    source: () => bars() ? words(".tornado-source") : "",
    // Of a release: milliseconds to the frame with all bars, first of a small city, then of everybody.
    // Pictures are counted until then, or until the run has no day left to draw.
    release: (path, days) => new Promise((done, failed) => {
      const slider = inside(document, `input[data-path="${path}"]`)
      const found = {pictures: -populace_bench.pictures}, start = performance.now()
      let asked = false
      const look = () => {
        const source = live_bench.source(), since = performance.now() - start
        asked ||= source === ""
        if (asked && source.startsWith("From a city")) { found.first ??= since }
        const full = asked && source.startsWith("From all")
        if (found.drawn === undefined && (full || live_bench.newest() >= days)) {
          found.drawn = since
          found.pictures += populace_bench.pictures
        }
        if (full) {
          done({...found, full: since})
        } else if (since > 280000) {
          failed(new Error(`no bars of everybody: ${words(".effects-note")}`))
        } else { requestAnimationFrame(look) }
      }
      slider.stepUp()
      slider.dispatchEvent(new Event("input"))
      slider.dispatchEvent(new Event("change"))
      look()
    }),
    scrub: (day) => new Promise((done, failed) => {
      const start = performance.now(), slider = handle(), {canvas} = people()
      const late = setTimeout(() => failed(new Error(`no picture of day ${day}`)), 20000)
      const look = () => {
        if (people().place.day !== day) { return }
        canvas.removeEventListener("populace-picture", look)
        clearTimeout(late)
        // The frame in which it is on the screen.
        requestAnimationFrame(() => done(performance.now() - start))
      }
      canvas.addEventListener("populace-picture", look)
      slider.value = day
      slider.dispatchEvent(new Event("input"))
      slider.dispatchEvent(new Event("change"))
    }),
  }
})()
