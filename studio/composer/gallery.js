// The first page of a project: samples with pictures, one's own projects, and what a crash has left.
export function render({model, el}) {
  el.innerHTML = `<dialog aria-labelledby="title"><div class="head"><h2 id="title">Open or begin a project</h2>
    <button type="button" class="close" aria-label="Close">×</button></div>
    <div class="body" tabindex="-1"><section class="left"><h3>Not saved when the studio closed</h3><div class="rows"></div></section>
    <section class="new"><h3>Begin with a sample, or blank</h3><div class="cards"></div></section>
    <section class="own"><h3>Your projects</h3><div class="rows"></div></section></div></dialog>
    <section class="notice" aria-label="Not saved" hidden><p role="status"></p><div class="buttons"></div></section>`
  const dialog = el.querySelector("dialog"), one = (query) => el.querySelector(query)
  const tell = (act, value = "") => model.send_msg({act, value})

  const made = (tag, name, text) => {
    const element = document.createElement(tag)
    if (name) { element.className = name }
    if (text !== undefined) { element.textContent = text }
    return element
  }
  const card = (title, facts, about, top, act) => {
    const button = made("button", "card"), words = made("div", "words")
    button.type = "button"
    words.append(made("b", "", title), made("small", "", facts), made("p", "", about))
    button.append(top, words)
    button.addEventListener("click", act)
    return button
  }
  const row = (title, note, buttons) => {
    const line = made("div", "row"), words = made("div")
    words.append(made("b", "", title), made("small", "", note))
    line.append(words)
    for (const [label, kind, act] of buttons) {
      const button = made("button", kind, label)
      button.type = "button"
      button.setAttribute("aria-label", `${label}: ${title}`)
      if (act) { button.addEventListener("click", act) } else { button.disabled = true }
      line.append(button)
    }
    return line
  }
  const draw = ({samples, saved, left}) => {
    const theme = document.documentElement.dataset.theme || "dark"
    const blank = card("Blank", "Nothing yet", "An empty canvas: add people, networks and a disease yourself.", made("div", "blank", "+"), () => tell("blank"))
    one(".new .cards").replaceChildren(blank, ...samples.map((sample) => {
      const drawn = sample.pictures[theme], picture = made(drawn ? "img" : "div", drawn ? "" : "blank")
      if (drawn) { picture.src = drawn; picture.alt = "" }
      const chosen = card(sample.title, sample.facts, sample.about, picture, () => tell("sample", sample.name))
      chosen.dataset.sample = sample.name
      if (!sample.story) { return chosen }
      const cell = made("div", "cell"), story = made("a", "story", "Guided story")
      story.href = sample.story
      story.setAttribute("aria-label", `Guided story: ${sample.title}`)
      cell.append(chosen, story)
      return cell
    }))
    one(".own").hidden = !saved.length
    one(".own .rows").replaceChildren(...saved.map((project) => row(project.title, project.fault || `Saved ${project.at}`,
      [["Open", "plain", project.fault ? null : () => tell("saved", project.folder)]])))
    one(".left").hidden = !left.length
    one(".left .rows").replaceChildren(...left.map((draft) => row(draft.title, `Last edit ${draft.at}`,
      [["Forget", "plain", () => tell("forget", draft.key)], ["Recover", "main", () => tell("recover", draft.key)]])))
  }
  const offer = (left) => {
    const box = one(".notice"), [first] = left
    if (!first) { return }
    const button = (label, kind, act, spoken) => {
      const made_one = made("button", kind, label)
      made_one.type = "button"
      if (spoken) { made_one.setAttribute("aria-label", spoken) }
      made_one.addEventListener("click", () => { box.hidden = true; act() })
      return made_one
    }
    box.hidden = false
    one(".notice p").textContent = left.length === 1
      ? `“${first.title}” was not saved when the studio closed. Last edit ${first.at}.`
      : `${left.length} projects were not saved when the studio closed.`
    one(".notice .buttons").replaceChildren(
      button("Not now", "plain", () => {}),
      left.length === 1
        ? button("Recover", "main", () => tell("recover", first.key), `Recover: ${first.title}`)
        : button("See them", "main", () => { dialog.showModal(); one(".body").scrollTop = 0 }))
  }
  one(".close").addEventListener("click", () => dialog.close())
  dialog.addEventListener("keydown", (event) => { if (event.key !== "Escape") { event.stopPropagation() } })
  dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close() } })
  model.on("msg:custom", (message) => {
    const content = message.data ?? message
    if (content.samples) { draw(content) }
    if (content.open && !dialog.open) { dialog.showModal(); one(".body").scrollTop = 0 }
    if (content.offer) { offer(content.left) }
    if (content.close) { dialog.close() }
  })
  model.send_msg({ready: true})
}
