// In the page under test: goes to a day by the handle of the timeline, and times the picture of it.
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
  window.live_bench = {
    newest: () => Number(/(\d+)/.exec(document.querySelector(".clock span")?.textContent)?.[1] ?? 0),
    painted: () => people()?.place?.day ?? null,
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
