/** Lists of columns in options. */

/** The names of `a,b`; a text that is the name of a column as a whole is that column, whatever commas it has. */
export function namesOf(text: string | undefined, header: readonly string[]): readonly string[] | undefined {
  if (text === undefined) return undefined
  if (header.includes(text)) return [text]
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
