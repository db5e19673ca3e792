// Puts a picture on the map and says so once it is painted: wire, shown, painted.
(async () => {
  const sent = wire.data, number = sent.number[0]
  if (number === 0) { return }
  const [width, height] = [sent.width[0], sent.height[0]]
  let bytes = sent.bytes[0]
  if (sent.webp[0]) {
    const image = await createImageBitmap(new Blob([bytes], {type: "image/webp"}),
      {premultiplyAlpha: "none", colorSpaceConversion: "none"})
    const canvas = new OffscreenCanvas(width, height).getContext("2d")
    canvas.drawImage(image, 0, 0)
    bytes = canvas.getImageData(0, 0, width, height).data
  }
  // Bokeh paints its own kind of array only; a plain one stays blank without an error.
  const Pixels = shown.data.image[0].constructor
  const pixels = new Pixels(new Uint32Array(bytes.buffer, bytes.byteOffset, width * height), [height, width])
  const data = {image: [pixels], x: sent.x, y: sent.y, dw: sent.dw, dh: sent.dh}
  // Else the pixels would travel back to the server, and be compared one by one with the last.
  shown.setv({data}, {sync: false, check_eq: false})
  requestAnimationFrame(() => setTimeout(() => { painted.data = {number: [number]} }))
})()
