// The model as text. Lines that the last edit changed are marked for a moment.
const MARK_MS = 2500
const WORDS = {
  yaml: /(#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([\w.-]+(?=:(?:\s|$)))|(\b\d{4}-\d\d-\d\d\b|(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.-])|\b(?:true|false|null)\b)/gm,
  python: /(#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\b(?:import|from|def|for|in|if|else|with|as|None|True|False|return)\b)|((?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?)/gm,
}
const KINDS = ["note", "text", "word", "number"]

export function render({model, el}) {
  el.innerHTML = `<div class="bar"><div role="tablist" aria-label="Language">
      <button type="button" role="tab" id="t-yaml" data-code="yaml" aria-controls="code" aria-selected="true">YAML</button>
      <button type="button" role="tab" id="t-python" data-code="python" aria-controls="code" aria-selected="false" tabindex="-1">Python</button></div>
    <span class="note">Follows the canvas; edit there.</span><button type="button" class="copy">Copy</button></div>
    <div id="code" role="tabpanel" aria-labelledby="t-yaml" tabindex="0"><pre></pre></div>`
  const one = (query) => el.querySelector(query)
  const shown = {yaml: "", python: ""}
  let language = "yaml", calm = null

  const coloured = (line) => {
    const parts = []
    let last = 0
    for (const found of line.matchAll(WORDS[language])) {
      parts.push(line.slice(last, found.index))
      const span = document.createElement("i")
      span.className = KINDS[[1, 2, 3, 4].findIndex((group) => found[group] !== undefined)]
      span.textContent = found[0]
      parts.push(span)
      last = found.index + found[0].length
    }
    parts.push(line.slice(last))
    return parts
  }
  const draw = (before) => {
    const lines = shown[language].replace(/\n$/, "").split("\n")
    const old = before === undefined ? null : new Set(before.split("\n"))
    one("pre").replaceChildren(...lines.map((line) => {
      const row = document.createElement("span")
      row.className = "line"
      if (old?.size > 1 && !old.has(line)) { row.classList.add("new") }
      row.append(...coloured(line), "\n")
      return row
    }))
    clearTimeout(calm)
    calm = setTimeout(() => { for (const row of el.querySelectorAll(".new")) { row.classList.remove("new") } }, MARK_MS)
  }
  const turn = (to) => {
    language = to
    for (const tab of el.querySelectorAll("[role=tab]")) {
      const chosen = tab.dataset.code === to
      tab.setAttribute("aria-selected", String(chosen))
      tab.tabIndex = chosen ? 0 : -1
    }
    one("#code").setAttribute("aria-labelledby", `t-${to}`)
    draw()
  }
  one("[role=tablist]").addEventListener("click", (event) => {
    if (event.target.dataset.code) { event.stopPropagation(); turn(event.target.dataset.code) }
  })
  one("[role=tablist]").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") { return }
    event.stopPropagation()
    turn(language === "yaml" ? "python" : "yaml")
    one(`[data-code="${language}"]`).focus()
  })
  one(".copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(shown[language])
    one(".copy").textContent = "Copied"
    setTimeout(() => { one(".copy").textContent = "Copy" }, 1500)
  })
  model.on("msg:custom", (message) => {
    const code = message.data ?? message
    const before = shown[language]
    Object.assign(shown, code)
    draw(before)
  })
  model.send_msg({ready: true})
}
