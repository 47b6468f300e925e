/**
 * HTML from templates. Every value of a template is text and is escaped, unless it is HTML made by another template: so
 * a column name or a label cannot become markup.
 */
import { shortened } from '../checks/words.js'

/** A piece of HTML. Only `html` and `trusted` make one. */
export class Html {
  constructor(readonly text: string) {}
}

/** null is nothing; an array is its values one after the other. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or for an attribute in quotes. Control characters are errors in HTML: U+FFFD replaces them. */
export const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced.
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\ufffd')

const written = (value: HtmlValue): string => {
  if (value === null) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(written).join('')
  return escaped(String(value))
}

export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.map((part, i) => (i === 0 ? part : `${written(values[i - 1])}${part}`)).join(''))

/** Text of this library, or of a package, that is HTML, CSS or a script already. */
export const trusted = (text: string): Html => new Html(text)

/** The most letters of a text of the caller's table. */
const MAX_LETTERS = 80

/** A text of the caller's table; its direction does not change that of the text around it. */
export const dataText = (text: string, max = MAX_LETTERS): Html => html`<bdi>${shortened(text, max)}</bdi>`

/**
 * JSON inside a `script` element, where neither the end of the element nor the beginning of a comment may occur. The
 * line separators are for old readers of JSON.
 */
export const jsonText = (value: unknown): Html =>
  trusted(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
