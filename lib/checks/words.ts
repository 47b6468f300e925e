/** Words in error messages: long words are shortened, long lists cut, and the nearest known word is suggested. */

/** The most letters of a caller's word in a message. */
const MAX_LETTERS = 40
/** Longer words are not compared. */
const MAX_COMPARED_LETTERS = 60
/** The most known words that a word is compared with. */
const MAX_COMPARED = 1000
/** The most words of a list, and their letters in total. */
const MAX_LISTED = 24
const MAX_LISTED_LETTERS = 480

/** The first letters of a text. */
export function shortened(text: string, max = MAX_LETTERS): string {
  // A letter of two code units is kept whole or omitted.
  return text.length > max ? `${text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')}…` : text
}

/** A text without its middle, if it is longer than `max` letters. */
export function withoutMiddle(text: string, max: number): string {
  if (text.length <= max) return text
  const end = Math.floor(max / 3)
  return `${shortened(text, max - end - 1)}${text.slice(1 - end).replace(/^[\uDC00-\uDFFF]/, '')}`
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** `a, b, c`; of a long list the first words and the number of the others. */
export function listed<Word>(words: readonly Word[], write: (word: Word) => string = String): string {
  const shown: string[] = []
  let letters = 0
  for (const word of words.slice(0, MAX_LISTED)) {
    const written = write(typeof word === 'string' ? (shortened(word) as Word) : word)
    letters += written.length + 2
    if (shown.length > 0 && letters > MAX_LISTED_LETTERS) break
    shown.push(written)
  }
  const more = words.length - shown.length
  return more === 0 ? shown.join(', ') : `${shown.join(', ')}, and ${grouped(more)} more`
}

/**
 * The common form of all spellings of a name, such as `mean_squared_error` and `MeanSquaredError`. Long names are
 * unchanged.
 */
export const normalForm = (word: string): string =>
  word.length > MAX_COMPARED_LETTERS ? word : word.toLowerCase().replace(/[\s_-]/g, '')

/** The number of insertions, deletions and replacements between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/**
 * The known words by their distance from a word, and the distance of the first; words that are not compared follow in
 * their order.
 */
function ranked(word: string, known: readonly string[]): { words: readonly string[]; nearest: number } {
  if (word.length > MAX_COMPARED_LETTERS) return { words: known, nearest: Infinity }
  const own = normalForm(word)
  const compared = known.slice(0, MAX_COMPARED).map((name) => {
    const far = name.length > MAX_COMPARED_LETTERS ? Infinity : distance(own, normalForm(name))
    return { name, far }
  })
  compared.sort((a, b) => (a.far === b.far ? 0 : a.far - b.far))
  const words = [...compared.map(({ name }) => name), ...known.slice(MAX_COMPARED)]
  return { words, nearest: compared[0]?.far ?? Infinity }
}

/**
 * "Did you mean …?" where a known word is near, or one of `meant` is known; then all known words, or the nearest ones.
 * @param hint a sentence between the two
 */
export function suggestion(word: string, known: readonly string[], meant: readonly string[] = [], hint = ''): string {
  const { words, nearest } = ranked(word, known)
  const near = nearest <= Math.max(2, word.length / 3) ? [words[0]] : []
  const others = meant.filter((name) => known.includes(name))
  const names = nearest > 0 && others.length > 0 ? others : near
  const question = names.map((name) => JSON.stringify(shortened(name))).join(' or ')
  const all = listed(known.length > MAX_LISTED ? words : known)
  return `${question === '' ? '' : `Did you mean ${question}? `}${hint}Known: ${all}.`
}
