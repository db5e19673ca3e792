// The card of one person. Its words come from the server; its buttons say whom to show next.
const ICON = `<svg viewBox="0 0 24 24" aria-hidden="true" fill="currentColor"><circle cx="12" cy="7.5" r="4"/><path d="M4 20.5c0-4.4 3.6-7 8-7s8 2.6 8 7z"/></svg>`

export function render({model, el}) {
  const card = document.createElement("section")
  card.setAttribute("aria-label", "One person")
  card.hidden = true
  const bar = document.createElement("div")
  bar.className = "bar"
  const button = (words, act, title) => {
    const made = document.createElement("button")
    Object.assign(made, {type: "button", textContent: words, title})
    made.addEventListener("click", act)
    return made
  }
  const close = () => { card.hidden = true; model.send_msg({close: true}) }
  const show = button("Show on the map", () => model.send_msg({show: true}), "Go to where they live")
  const shut = button("✕", close, "Close")
  shut.setAttribute("aria-label", "Close")
  const said = document.createElement("div")
  said.className = "said"
  bar.append(show, shut)
  card.append(bar, said)
  el.append(card)
  said.addEventListener("click", (event) => {
    const other = event.target.closest("[data-person]")
    if (other) { model.send_msg({person: Number(other.dataset.person)}) }
  })
  let person = null
  model.on("msg:custom", (message) => {
    const {html, person: now} = message.data ?? message
    const focused = el.getRootNode().activeElement?.dataset?.person
    said.innerHTML = html
    show.hidden = now === null
    if (card.hidden || now !== person) { said.scrollTop = 0 }
    card.hidden = false
    person = now
    if (focused) { said.querySelector(`[data-person="${focused}"]`)?.focus() }
  })
  const most = button("", () => model.send_msg({most: true}), "Look at one person: who has infected most so far")
  most.className = "most"
  most.setAttribute("aria-label", "Look at one person")
  most.innerHTML = ICON
  el.prepend(most)
}
