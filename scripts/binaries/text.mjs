/** A text that ends at a zero byte, or before `limit`. */
export function textAt(bytes, start, limit = bytes.length) {
  if (start >= bytes.length) throw new RangeError('a name is outside of the file')
  const end = bytes.indexOf(0, start)
  return bytes.toString('latin1', start, end < 0 || end > limit ? limit : end)
}
