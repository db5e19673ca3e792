// What the browser does for the whole room: buttons of the bar, tabs, keys that work everywhere,
// the theme, and the words that the page has for the person.
const KEPT = "populace-theme"
const WRITES = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=spinbutton]"

export function render({model}) {
  const all = (query) => document.querySelectorAll(query)
  const one = (query) => document.querySelector(query)
  const send = (name, value = null) => model.send_msg({name, value})

  const dress = (theme) => {
    document.documentElement.dataset.theme = theme
    localStorage.setItem(KEPT, theme)
  }
  const theme = () => document.documentElement.dataset.theme || "dark"

  const open = (number, focus) => {
    for (const tab of all("[data-tab]")) {
      const chosen = tab.dataset.tab === String(number)
      tab.setAttribute("aria-selected", String(chosen))
      tab.tabIndex = chosen ? 0 : -1
      one(`#panel-${tab.dataset.tab}`).hidden = !chosen
      if (chosen && focus) { tab.focus() }
    }
    // What was laid out while hidden has no size yet.
    window.dispatchEvent(new Event("resize"))
    send("tab", Number(number))
  }

  let quiet = null
  const show = ({bar, said, go, tab}) => {
    if (bar) {
      for (const [name, word] of [["undo", "Undo"], ["redo", "Redo"]]) {
        const button = one(`[data-act="${name}"]`)
        const label = bar[name] == null ? word : `${word}: ${bar[name]}`
        button.disabled = bar[name] == null
        button.title = label
        button.setAttribute("aria-label", label)
      }
      const run = one('[data-act="run"]')
      run.setAttribute("aria-disabled", String(bar.reason !== ""))
      run.title = bar.reason || "Run this model"
      one('[data-text="reason"]').textContent = bar.reason
      one('[data-text="empty"]').hidden = !bar.empty
      document.title = `${bar.title} · Populace`
      // Nothing that opens by itself: a browser keeps only what it knows.
      one('[data-text="name"]')?.replaceChildren(bar.title)
    }
    if (said) {
      const box = one('[data-text="said"]')
      box.textContent = said
      box.dataset.on = "yes"
      clearTimeout(quiet)
      quiet = setTimeout(() => { delete box.dataset.on }, 4000 + 60 * said.length)
    }
    if (tab) { open(tab, false) }
    if (go) { window.location.assign(new URL(go, window.location.href)) }
  }

  const click = (event) => {
    const target = event.composedPath().find((part) => part instanceof Element && part.dataset?.act)
    if (target) {
      const act = target.dataset.act
      if (act === "theme") { dress(theme() === "dark" ? "light" : "dark"); send("theme", theme()) }
      else if (target.tagName === "BUTTON") { send(act) }
      return
    }
    const tab = event.target.closest?.("[data-tab]")
    if (tab) { open(tab.dataset.tab, false) }
  }
  const press = (event) => {
    const target = event.composedPath()[0]
    // A box whose text is committed has nothing of its own to undo.
    const writes = target instanceof Element && target.closest(WRITES) != null &&
      target.dataset.clean !== "yes"
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !writes && (key === "z" || key === "y")) {
      event.preventDefault()
      send(key === "y" || event.shiftKey ? "redo" : "undo")
    }
    const tab = event.target.closest?.("[data-tab]")
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
    if (tab && step) {
      const tabs = [...all("[data-tab]")]
      open(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length].dataset.tab, true)
    }
  }
  model.on("msg:custom", (message) => show(message.data ?? message))
  document.addEventListener("click", click)
  document.addEventListener("keydown", press)
  model.on("remove", () => {
    document.removeEventListener("click", click)
    document.removeEventListener("keydown", press)
  })
  send("ready", theme())
  return document.createElement("span")
}
