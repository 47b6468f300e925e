/** Text as compressed bytes, and bytes as text for an address. Browsers and Node.js have the same functions. */

const BLOCK = 2 ** 13

/** Base64 with `-` and `_`, without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += BLOCK) binary += String.fromCharCode(...bytes.subarray(i, i + BLOCK))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws SyntaxError for other text */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[-\w]*$/.test(text)) throw new SyntaxError('not base64url')
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
  } catch {
    throw new SyntaxError('not base64url')
  }
}

/** The text in UTF-8, compressed by deflate (RFC 1951). */
export async function compressed(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** The text of compressed bytes; null where they are not such, or are those of a text of more than `most` bytes. */
export async function decompressed(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<string | null> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let length = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length
      if (length > most) {
        await reader.cancel()
        return null
      }
      text += decoder.decode(part.value, { stream: true })
    }
    return text + decoder.decode()
  } catch {
    return null
  }
}
