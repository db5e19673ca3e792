// A handle on the timeline. One day is asked for at a time: the newest wish wins while one waits.
const NOW = "Back to now", BRANCH = "Go on from this day"

export function render({model, el}) {
  const handle = document.createElement("input")
  Object.assign(handle, {type: "range", min: 0, max: 1, step: 1, value: 0, disabled: true})
  handle.setAttribute("aria-label", "Day shown")
  handle.title = "Drag to see any day that has gone by"
  const note = document.createElement("div")
  note.className = "note"
  note.hidden = true
  note.setAttribute("role", "status")
  const words = document.createElement("p")
  const now = document.createElement("button")
  Object.assign(now, {type: "button", textContent: NOW})
  now.title = "Show the newest day of the run again (Escape)"
  const branch = document.createElement("a")
  Object.assign(branch, {textContent: BRANCH, target: "_blank"})
  branch.title = "Open a new run that is as this one was on that evening. This run stays as it is."
  const acts = document.createElement("div")
  acts.append(now, branch)
  note.append(words, acts)
  el.append(handle, note)

  let state = null, held = false, wish = null, waiting = null
  const ask = () => {
    if (wish === null || waiting !== null) { return }
    waiting = wish
    wish = null
    model.send_msg({day: waiting})
    setTimeout(() => { waiting = null; ask() }, 400)  // an answer may be the same as the last
  }
  const show = (next) => {
    state = next
    waiting = null
    handle.max = state.days
    handle.disabled = state.newest === 0
    handle.style.setProperty("--gone", state.days ? state.newest / state.days : 0)
    if (!held && wish === null) { handle.value = state.shown }
    handle.setAttribute("aria-valuetext", state.words)
    note.hidden = !state.back
    document.documentElement.toggleAttribute("data-back", state.back)
    words.innerHTML = "You look back at <b></b>"
    words.querySelector("b").textContent = state.words
    branch.href = state.branch
    ask()
  }
  const back_to_now = () => { wish = null; held = false; model.send_msg({day: null}) }
  handle.addEventListener("input", () => {
    held = true
    // What is still to come cannot be shown.
    if (state && Number(handle.value) > state.newest) { handle.value = state.newest }
    wish = Number(handle.value)
    ask()
  })
  handle.addEventListener("change", () => { held = false })
  now.addEventListener("click", () => { back_to_now(); handle.focus() })
  const escape = (event) => {
    if (event.key === "Escape" && state?.back && !document.querySelector(":popover-open")) {
      back_to_now()
    }
  }
  document.addEventListener("keydown", escape)
  model.on("remove", () => document.removeEventListener("keydown", escape))
  model.on("msg:custom", (message) => show(message.data ?? message))
  model.send_msg({ready: true})
}
