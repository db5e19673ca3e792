// Versions on the left; what differs between the two that are marked, on the right.
export function render({model, el}) {
  el.innerHTML = `<dialog aria-labelledby="title"><div class="head"><h2 id="title">Version history</h2>
    <button type="button" class="close" aria-label="Close">×</button></div>
    <div class="split"><div class="versions"><form><input type="text" maxlength="200" aria-label="Name of the version" placeholder="Name this version">
      <button type="submit" class="plain">Keep</button></form><div class="list" role="listbox" aria-label="Versions"></div></div>
    <div class="changes" aria-live="polite"><label>Changes from the marked version to <select><option value="now">now</option></select></label><ul></ul><p class="none" hidden>Keep a version, or save: each save is a version.</p>
      <button type="button" class="main" hidden>Restore this version</button></div></div></dialog>`
  const dialog = el.querySelector("dialog"), one = (query) => el.querySelector(query)
  const list = one(".list"), restore = one(".main"), until = one("select")
  let versions = [], chosen = 0

  const show = () => {
    const version = versions[chosen]
    one(".none").hidden = versions.length > 0
    restore.hidden = !version
    one("label").hidden = !version
    one("ul").replaceChildren()
    for (const [index, line] of [...list.children].entries()) {
      line.setAttribute("aria-selected", String(index === chosen))
      line.tabIndex = index === chosen ? 0 : -1
    }
    if (version) { model.send_msg({act: "compare", old: version.key, new: until.value}) }
  }
  const draw = () => {
    list.replaceChildren(...versions.map((version, index) => {
      const line = document.createElement("div")
      line.setAttribute("role", "option")
      for (const [tag, words] of [["b", version.label], ["small", version.at], ["span", version.what]]) {
        const part = document.createElement(tag)
        part.textContent = words
        line.append(part)
      }
      line.addEventListener("click", () => { chosen = index; show() })
      return line
    }))
    chosen = Math.min(chosen, Math.max(0, versions.length - 1))
    const kept = until.value
    until.replaceChildren(new Option("now", "now"), ...versions.map((one) => new Option(`${one.label}, ${one.at}`, one.key)))
    until.value = versions.some((one) => one.key === kept) ? kept : "now"
    show()
  }
  until.addEventListener("change", show)
  list.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
    if (!step || !versions.length) { return }
    event.preventDefault()
    chosen = Math.min(versions.length - 1, Math.max(0, chosen + step))
    show()
    list.children[chosen].focus()
  })
  one("form").addEventListener("submit", (event) => {
    event.preventDefault()
    model.send_msg({act: "keep", value: one("form input").value})
    one("form input").value = ""
    chosen = 0
  })
  restore.addEventListener("click", () => model.send_msg({act: "restore", key: versions[chosen].key}))
  one(".close").addEventListener("click", () => dialog.close())
  dialog.addEventListener("keydown", (event) => { if (event.key !== "Escape") { event.stopPropagation() } })
  model.on("msg:custom", (message) => {
    const {open, close, versions: rows, lines} = message.data ?? message
    if (rows) { versions = rows; draw() }
    if (lines) {
      one("ul").replaceChildren(...lines.map((text) => {
        const line = document.createElement("li")
        line.textContent = text
        return line
      }))
    }
    if (open && !dialog.open) { dialog.showModal() }
    if (close) { dialog.close() }
  })
}
