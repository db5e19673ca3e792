// Writes the texts of the day into the page, and its rows onto the curves.
const named = (name) => {
  for (const one of window.Bokeh.documents) {
    const found = one.get_model_by_name(name)
    if (found) { return found }
  }
  return null
}

export function render({model}) {
  const write = ({texts, tables, rows, restart, today}) => {
    for (const [name, html] of Object.entries(texts)) {
      const place = document.querySelector(`[data-text="${name}"]`)
      // An open popover stays open: it says nothing that changes within a run.
      if (place && !place.querySelector(":popover-open")) { place.innerHTML = html }
    }
    for (const [name, data] of Object.entries(tables)) {
      named(name)?.setv({data}, {sync: false, check_eq: false})
    }
    const curve = named("curve")
    if (restart) {
      const none = Object.keys(curve.data).map((name) => [name, rows[name] ?? []])
      curve.setv({data: Object.fromEntries(none)}, {sync: false, check_eq: false})
    } else if (rows.date?.length) {
      curve.stream(rows, undefined, {sync: false})
    }
    if (today) { named("today")?.setv({location: today}, {sync: false}) }
  }
  model.on("msg:custom", (message) => write(message.data ?? message))
  model.send_msg({name: "ready"})
  return document.createElement("span")
}
