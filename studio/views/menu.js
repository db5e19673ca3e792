// A button and its menu. Files that are chosen go to the server in pieces, each after the other.
const PIECE = 3000000

export function render({model, el}) {
  el.innerHTML = `
    <button type="button" id="open" aria-haspopup="menu" aria-expanded="false"><b></b><span></span>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.8"/></svg></button>
    <div id="menu" role="menu" popover></div>
    <input type="file" id="file" hidden>
    <dialog id="ask" aria-labelledby="asked"><form method="dialog"><h2 id="asked"></h2><input type="text" aria-label="Name" maxlength="200" autocomplete="off" required>
      <div class="acts"><button type="button" value="no">Cancel</button><button type="submit" class="main">Save</button></div></form></dialog>
    <dialog id="link" aria-label="Link to this page"><h2>Link to this page</h2><input type="text" readonly aria-label="Address">
      <p>Whoever can reach this server sees the same run, map and colours, while it runs.</p>
      <div class="acts"><button type="button" value="no">Close</button><button type="button" class="main">Copy</button></div></dialog>`
  const one = (query) => el.querySelector(query)
  const button = one("#open"), menu = one("#menu"), file = one("#file"), ask = one("#ask"), link = one("#link")
  let items = [], asked = null, pieces = null

  const choose = (item) => {
    menu.hidePopover()
    if (item.file) { file.accept = item.file; file.value = ""; file.click(); return }
    if (item.ask) {
      asked = item
      one("#ask h2").textContent = item.ask
      one("#ask input").value = item.value
      ask.showModal()
      one("#ask input").select()
      return
    }
    model.send_msg({act: item.act})
  }
  const draw = () => {
    menu.replaceChildren(...items.map((item) => {
      if (!item.act) {
        const title = document.createElement("div")
        title.className = "title"
        title.textContent = item.label
        return title
      }
      const line = document.createElement("button")
      line.type = "button"
      line.setAttribute("role", "menuitem")
      line.dataset.item = item.act
      line.tabIndex = -1
      line.title = item.hint
      const label = document.createElement("span")
      label.textContent = item.label
      line.append(label)
      if (item.key) {
        const key = document.createElement("kbd")
        key.textContent = `Ctrl ${item.key.toUpperCase()}`
        line.append(key)
      }
      line.addEventListener("click", () => choose(item))
      return line
    }))
  }
  const lines = () => [...menu.querySelectorAll("button")]
  const take = (message) => {
    if (message.next) { pieces?.next(); return }
    if (message.link !== undefined) {
      const address = new URL(window.location.href)
      address.search = message.link
      link.querySelector("input").value = address.href
      link.querySelector(".main").textContent = "Copy"
      link.showModal()
      link.querySelector("input").select()
      return
    }
    items = message.items
    one("#open b").textContent = message.label
    one("#open span").textContent = message.note
    button.title = message.note
    button.setAttribute("aria-label", `${message.label} ${message.note}`.trim())
    draw()
  }

  button.addEventListener("click", () => menu.togglePopover())
  menu.addEventListener("beforetoggle", (event) => {
    const box = button.getBoundingClientRect()
    menu.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - 296))}px`
    menu.style.top = `${box.bottom + 5}px`
    button.setAttribute("aria-expanded", String(event.newState === "open"))
  })
  menu.addEventListener("toggle", (event) => { if (event.newState === "open") { lines()[0]?.focus() } })
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); menu.showPopover() }
  })
  menu.addEventListener("keydown", (event) => {
    const all = lines(), now = all.indexOf(el.getRootNode().activeElement ?? document.activeElement)
    const to = {ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1}[event.key]
    if (event.key === "Tab") { menu.hidePopover() }
    if (event.key === "Escape") { menu.hidePopover(); button.focus() }
    event.stopPropagation()
    if (to === undefined) { return }
    event.preventDefault()
    all[(to + all.length) % all.length].focus()
  })
  ask.querySelector('[value="no"]').addEventListener("click", () => ask.close())
  link.querySelector('[value="no"]').addEventListener("click", () => link.close())
  link.addEventListener("keydown", (event) => event.stopPropagation())
  link.querySelector(".main").addEventListener("click", async () => {
    // Browsers let pages copy on safe addresses alone; elsewhere the text is marked to be copied.
    await navigator.clipboard?.writeText(link.querySelector("input").value)
    link.querySelector(".main").textContent = navigator.clipboard ? "Copied" : "Press Ctrl C"
    link.querySelector("input").select()
  })
  ask.addEventListener("keydown", (event) => event.stopPropagation())
  ask.querySelector("form").addEventListener("submit", () => {
    const value = one("#ask input").value.trim()
    if (value) { model.send_msg({act: asked.act, value}) }
  })
  file.addEventListener("change", () => {
    const chosen = file.files[0]
    if (!chosen) { return }
    if (model.bytes_max && chosen.size > model.bytes_max) {
      model.send_msg({act: "too_large", value: String(chosen.size)})
      return
    }
    pieces = send(chosen, model)
    pieces.next()
  })
  const press = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) { return }
    const item = items.find((one) => one.key && one.key === event.key.toLowerCase())
    if (item) { event.preventDefault(); choose(item) }
  }
  document.addEventListener("keydown", press)
  model.on("remove", () => document.removeEventListener("keydown", press))
  model.on("msg:custom", (message) => take(message.data ?? message))
  model.send_msg({ready: true})
}

function send(chosen, model) {
  let at = -1
  return {
    async next() {
      if (at < 0) { at = 0; model.send_msg({begin: chosen.name}) }
      if (at >= chosen.size) { model.send_msg({end: true}); return }
      const bytes = new Uint8Array(await chosen.slice(at, at + PIECE).arrayBuffer())
      at += PIECE
      let letters = ""
      for (let i = 0; i < bytes.length; i += 32768) {
        letters += String.fromCharCode(...bytes.subarray(i, i + 32768))
      }
      model.send_msg({piece: btoa(letters)})
    },
  }
}
