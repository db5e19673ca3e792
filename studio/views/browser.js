// What only the browser can do: the theme of the document, and keys that work everywhere.
const TAKES_KEYS = "input, select, textarea, button, a, summary, [role], [contenteditable]"

const KEPT = "populace-theme"

export function render({model}) {
  const dress = () => {
    document.documentElement.dataset.theme = model.theme
    localStorage.setItem(KEPT, model.theme)
  }
  const kept = localStorage.getItem(KEPT)
  const press = (event) => {
    const target = event.composedPath()[0]
    const busy = target instanceof Element && target.closest(TAKES_KEYS) != null
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey || busy) { return }
    event.preventDefault()
    if (!event.repeat) { model.send_msg({name: "space"}) }
  }
  if (kept && kept !== model.theme) { model.send_msg({name: "theme", value: kept}) }
  else { dress() }
  model.on("theme", dress)
  document.addEventListener("keydown", press)
  const opened = (event) => { if (event.newState === "open") { model.send_msg({name: "check"}) } }
  document.getElementById("checks")?.addEventListener("toggle", opened)
  model.on("remove", () => document.removeEventListener("keydown", press))
  return document.createElement("span")
}
