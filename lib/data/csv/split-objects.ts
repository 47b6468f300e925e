/** Divides JSON lines at the ends of the lines, and a JSON array at the commas between its elements, piece by piece. */
import { wrongSize } from '../../checks/errors.js'
import { MAX_RECORD } from './split-records.js'

/** The text of a record, and the line of the source in which it begins. */
export interface TextAt {
  readonly text: string
  readonly line: number
}

const NEWLINE = 10
const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPENING_BRACKET = 91
const CLOSING_BRACKET = 93
const OPENING_BRACE = 123
const CLOSING_BRACE = 125
const isSpace = (char: number): boolean => char === 32 || (char >= 9 && char <= 13)

export class ObjectSplitter {
  /** Unknown before the first character that is no space. */
  private form: 'unknown' | 'lines' | 'array' | 'after the array' = 'unknown'
  private line = 1
  /** The text since the last record, and the line in which it begins. */
  private parts: string[] = []
  private length = 0
  private start = 1
  /** The elements of the array so far. */
  private elements = 0
  /** The brackets that are open within the element of an array. */
  private depth = 0
  private isString = false
  private isEscaped = false

  /** @param source its name in errors */
  constructor(private readonly source: string) {}

  /** The records that a piece completes. @throws RangeError for too long a record, and for text after an array */
  split(piece: string): TextAt[] {
    const found: TextAt[] = []
    let from = 0
    for (let at = 0; at < piece.length; at++) {
      const char = piece.charCodeAt(at)
      if (char === NEWLINE) this.line++
      if (this.form === 'unknown' && !isSpace(char)) {
        this.form = char === OPENING_BRACKET ? 'array' : 'lines'
        this.start = this.line
        from = this.form === 'array' ? at + 1 : at
      } else if (this.form === 'lines' ? char === NEWLINE : this.form === 'array' && this.endsElement(char)) {
        this.add(piece.slice(from, at))
        this.take(found, char)
        from = at + 1
      } else if (this.form === 'after the array' && !isSpace(char)) {
        throw wrongSize('the end of the text', `line ${this.line} of ${this.source}`, 'more after the array')
      }
    }
    if (this.form === 'lines' || this.form === 'array') this.add(piece.slice(from))
    return found
  }

  /** The record that the end of the text completes. @throws RangeError for an array that is not closed */
  end(): TextAt[] {
    const found: TextAt[] = []
    if (this.form === 'array') {
      throw wrongSize('the end of the array ]', `line ${this.line} of ${this.source}`, 'the end of the text')
    }
    if (this.form === 'lines') this.take(found, NEWLINE)
    return found
  }

  /** Whether a character is the comma after an element of the array, or the bracket at the end of the array. */
  private endsElement(char: number): boolean {
    if (this.isString) {
      if (this.isEscaped) this.isEscaped = false
      else if (char === BACKSLASH) this.isEscaped = true
      else if (char === QUOTE) this.isString = false
      return false
    }
    if (char === QUOTE) this.isString = true
    if (this.depth === 0 && (char === COMMA || char === CLOSING_BRACKET)) return true
    if (char === OPENING_BRACKET || char === OPENING_BRACE) this.depth++
    if ((char === CLOSING_BRACKET || char === CLOSING_BRACE) && this.depth > 0) this.depth--
    return false
  }

  private add(text: string): void {
    this.length += text.length
    if (this.length > MAX_RECORD) {
      const most = `a record of at most ${MAX_RECORD} characters`
      throw wrongSize(most, `line ${this.start} of ${this.source}`, 'a longer one')
    }
    if (text !== '') this.parts.push(text)
  }

  /** The text since the last record, which this character ends. */
  private take(found: TextAt[], end: number): void {
    const whole = this.parts.join('')
    const text = whole.trim()
    const before = whole.slice(0, whole.length - whole.trimStart().length)
    const line = this.start + before.split('\n').length - 1
    // Empty lines and an empty array have no record; a comma without an element is an error of JSON.
    if (text !== '' || end === COMMA || (end === CLOSING_BRACKET && this.elements > 0)) found.push({ text, line })
    if (end === CLOSING_BRACKET) this.form = 'after the array'
    this.elements++
    this.parts = []
    this.length = 0
    this.start = this.line
  }
}
