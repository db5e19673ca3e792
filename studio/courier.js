// Puts the pieces of a file together and hands it to the browser's downloads.
export function render({model}) {
  let pieces = []
  const take = ({piece, name, kind}) => {
    if (piece !== undefined) {
      pieces.push(Uint8Array.from(atob(piece), (letter) => letter.charCodeAt(0)))
      return
    }
    const address = URL.createObjectURL(new Blob(pieces, {type: kind}))
    pieces = []
    const link = document.createElement("a")
    link.href = address
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 60000)
  }
  model.on("msg:custom", (message) => take(message.data ?? message))
  return document.createElement("span")
}
