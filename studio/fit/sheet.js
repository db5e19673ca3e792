// HTML from the server, by place. Only a place that changes is drawn again; focus stays.
export function render({model, el}) {
  const places = {}
  model.on("msg:custom", (message) => {
    for (const [name, html] of Object.entries(message.data ?? message)) {
      if (!(name in places)) {
        places[name] = document.createElement("div")
        places[name].className = name
        el.append(places[name])
      }
      const {what, value} = el.getRootNode().activeElement?.dataset ?? {}
      places[name].innerHTML = html
      if (what) { [...places[name].querySelectorAll("[data-what]")].find((one) => one.dataset.what === what && one.dataset.value === value)?.focus() }
    }
  })
  el.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-what]")
    if (button) { model.send_msg({what: button.dataset.what, value: button.dataset.value ?? ""}) }
  })
  model.send_msg({what: "ready"})
}
