/** Text that means a missing value where the other cells of its column are numbers, dates, or true and false. */

const WORDS: ReadonlySet<string> = new Set([
  ...['na', 'n/a', '#n/a', '#na', '<na>', 'n.a.', 'nan', 'nat', 'null', '#null!', 'nil', 'none', 'undefined'],
  ...['missing', 'unknown', 'unk', 'not available', 'not applicable', 'tba', 'tbd'],
  ...['.', '..', '...', '--', '---', '\u2013', '\u2014', '*'],
  // What spreadsheets have for a failed formula.
  ...['#value!', '#div/0!', '#ref!', '#num!', '#name?'],
])
const LONGEST = Math.max(...Array.from(WORDS, ({ length }) => length))

export const isMissingWord = (text: string): boolean => text.length <= LONGEST && WORDS.has(text.toLowerCase())
