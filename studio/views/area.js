// The button and the card of an area. Words and figures come from the server.
const ICON = `<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"><path d="M4.5 8.5L13.5 4l6 7-4 8.5-9-1.5z" stroke-dasharray="3 2.4"/><g fill="currentColor" stroke="none"><circle cx="4.5" cy="8.5" r="2.2"/><circle cx="13.5" cy="4" r="2.2"/><circle cx="19.5" cy="11" r="2.2"/><circle cx="15.5" cy="19.5" r="2.2"/><circle cx="6.5" cy="18" r="2.2"/></g></svg>`

export function render({model, el}) {
  const made = (tag, fields) => Object.assign(document.createElement(tag), fields)
  const open = made("button", {type: "button", className: "open", innerHTML: ICON})
  open.title = "Look at an area: draw a line around people, or choose a district"
  open.setAttribute("aria-label", "Look at an area")
  const card = made("section", {hidden: true})
  card.setAttribute("aria-label", "Area")
  const bar = made("div", {className: "bar"})
  const again = made("button", {type: "button", textContent: "Draw again"})
  const shut = made("button", {type: "button", textContent: "✕", title: "Close (Escape)"})
  shut.setAttribute("aria-label", "Close")
  const choice = made("label", {className: "choice", textContent: "or choose"})
  const places = made("select")
  places.setAttribute("aria-label", "Choose a district by name")
  choice.append(places)
  const said = made("div", {className: "said", tabIndex: 0})
  said.setAttribute("role", "group")
  said.setAttribute("aria-label", "Numbers of the area")
  bar.append(again, shut)
  card.append(bar, said, choice)
  el.append(open, card)

  const begin = () => model.send_msg({begin: true})
  const close = () => { model.send_msg({close: true}); card.hidden = true; open.focus() }
  open.addEventListener("click", begin)
  again.addEventListener("click", begin)
  shut.addEventListener("click", close)
  places.addEventListener("change", () => {
    if (places.value) { model.send_msg({place: places.value}) }
  })
  let listed = ""
  const list = (offered) => {
    const now = JSON.stringify(offered)
    if (now === listed) { return }
    listed = now
    const groups = offered.map(([group, members]) => {
      const options = members.map(([key, name]) => new Option(name, key))
      if (!group) { return options }
      const one = made("optgroup", {label: group})
      one.append(...options)
      return [one]
    })
    places.replaceChildren(new Option("a district …", ""), ...groups.flat())
  }
  model.on("msg:custom", (message) => {
    const {html, draws, places: offered, place} = message.data ?? message
    const begins = card.hidden && html
    const top = said.scrollTop
    card.hidden = !html
    said.innerHTML = html
    said.scrollTop = begins ? 0 : top
    again.hidden = draws
    open.setAttribute("aria-pressed", String(draws))
    choice.hidden = offered.length === 0
    list(offered)
    places.value = place
  })
  // Before others hear it: Escape closes one thing at a time.
  const escape = (event) => {
    if (event.key === "Escape" && !card.hidden && !document.querySelector(":popover-open")) {
      event.stopImmediatePropagation()
      close()
    }
  }
  window.addEventListener("keydown", escape, true)
  model.on("remove", () => window.removeEventListener("keydown", escape, true))
  model.send_msg({ready: true})
}
