// Puts pictures on the map: wire, painted, fig, chosen.
// The people have a canvas of their own above the figure's land: to paint the figure again for
// every picture, with the borders of all neighbourhoods, took ten times as long.
const made = () => {
  const view = fig.document.views_manager.find_one(fig)
  const canvas = document.createElement("canvas")
  canvas.className = "populace-people"
  canvas.style.cssText = "position: absolute; left: 0; top: 0; transform-origin: 0 0; pointer-events: none"
  view.canvas_view.overlays.el.before(canvas)
  const context = canvas.getContext("2d")
  let image = null, pixels = null

  // Undoes packing.py.
  const unpack = (bytes, width, height) => {
    if (image?.width !== width || image?.height !== height) {
      image = new ImageData(width, height)
      pixels = new Uint32Array(image.data.buffer)
    }
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
    const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
    const count = (pixels.length + 31) >> 5
    pixels.fill(0)
    for (let word = 0, next = count; word < count; word++) {
      let mask = words[word]
      while (mask !== 0) {
        const lowest = mask & -mask
        pixels[(word << 5) + 31 - Math.clz32(lowest)] = words[next++]
        mask ^= lowest
      }
    }
    return image
  }

  const people = {canvas, place: null}
  // A picture stays over its part of the world while the map moves on below it.
  people.keep = () => {
    if (people.place === null) { return }
    const {x, y, dw, dh, width, height} = people.place
    const box = view.frame.bbox, across = fig.x_range, up = fig.y_range
    const [per_x, per_y] = [box.width / (across.end - across.start), box.height / (up.end - up.start)]
    const left = box.left + (x - across.start) * per_x
    const top = box.top + (up.end - y - dh) * per_y
    canvas.style.transform =
      `translate(${left}px, ${top}px) scale(${dw * per_x / width}, ${dh * per_y / height})`
  }
  people.choose = () => { canvas.style.display = chosen.data.look[0] === "districts" ? "none" : "" }
  people.put = async (about, bytes) => {
    const {width, height, webp} = about
    const picture = webp
      ? await createImageBitmap(new Blob([bytes], {type: "image/webp"}))
      : unpack(bytes, width, height)
    if (canvas.width !== width || canvas.height !== height) { Object.assign(canvas, {width, height}) }
    if (webp) {
      context.clearRect(0, 0, width, height)
      context.drawImage(picture, 0, 0)
    } else {
      context.putImageData(picture, 0, 0)
    }
    people.place = about
    people.keep()
    canvas.dispatchEvent(new CustomEvent("populace-picture"))
    // A page that is not seen paints nothing, and so asks for nothing.
    await new Promise(requestAnimationFrame)
  }
  // Fetches one picture after the other while there is a page.
  people.follow = async (address) => {
    let number = 0
    for (;;) {
      try {
        const answer = await fetch(`${address}?after=${number}`)
        if (answer.status === 404) { return }
        if (answer.status !== 200) { continue }
        const about = JSON.parse(answer.headers.get("X-Picture"))
        await people.put(about, new Uint8Array(await answer.arrayBuffer()))
        number = about.number
      } catch (error) {
        if (!(error instanceof TypeError)) { throw error }
        // The server is away: Bokeh tells the person, and this asks again meanwhile.
        await new Promise((again) => setTimeout(again, 1000))
      }
    }
  }
  const address = chosen.data.address[0]
  if (address) { people.follow(new URL(address, document.baseURI)) }
  people.choose()
  return people
}
const people = fig.populace_people ??= made()
const sent = wire.data
if (sent.about) {
  people.put(sent.about[0], sent.bytes[0])
    .then(() => { painted.data = {number: [sent.about[0].number]} })
}
