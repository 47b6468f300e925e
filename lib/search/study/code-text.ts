/** Options as JavaScript that can be pasted into a program, and the program that trains with the options of a trial. */
import { lengthOf, typedArrayKind } from '../../checks/arrays.js'

/** Objects and lists that fit into a line of this length are in one line. */
const MAX_LINE = 100
/** What is deeper in a value is left out. */
const MAX_DEPTH = 20
/** The most values of a typed array. */
const MAX_VALUES = 1000

/** A value as JavaScript. `undefined` values of objects are left out. What is no plain data is named in a comment. */
export const codeText = (value: unknown, indent = ''): string => written(value, indent, 0)

function written(value: unknown, indent: string, depth: number): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || typeof value === 'boolean' || value === undefined) return String(value)
  if (typeof value !== 'object') return `/* a ${typeof value} */ undefined`
  if (depth === MAX_DEPTH) return '/* and more */ undefined'
  const kind = typedArrayKind(value)
  if (kind !== undefined) {
    const length = lengthOf(value as ArrayBufferView)
    if (length > MAX_VALUES) return `/* a ${kind} of ${length} values */ undefined`
    return `${kind}.of(${Array.from(value as Iterable<number>, (item) => written(item, '', depth)).join(', ')})`
  }
  if (Array.isArray(value)) {
    const items = (inner: string) => Array.from(value, (item) => written(item, inner, depth + 1))
    return inLines(items, indent, '[', ']', '')
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const items = (inner: string) =>
    entries.map(([key, item]) => `${propertyName(key)}: ${written(item, inner, depth + 1)}`)
  return inLines(items, indent, '{', '}', ' ')
}

/** The items between brackets: in one line where they fit, else each in a line of its own. */
function inLines(
  itemsAt: (indent: string) => string[],
  indent: string,
  open: string,
  close: string,
  space: string,
): string {
  const items = itemsAt(`${indent}  `)
  if (items.length === 0) return `${open}${close}`
  const line = `${open}${space}${items.join(', ')}${space}${close}`
  if (indent.length + line.length <= MAX_LINE && !line.includes('\n')) return line
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}${close}`
}

const isName = (key: string): boolean => /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__'

/** `__proto__` without brackets would be no property. */
const propertyName = (key: string): string => (isName(key) ? key : key === '__proto__' ? `['__proto__']` : quoted(key))

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced.
  const inner = text.replace(/['\\\0-\x1f\x7f\u2028\u2029]/g, (letter) => {
    if (letter === "'" || letter === '\\') return `\\${letter}`
    return ESCAPES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `'${inner}'`
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A program, and what it needs. */
export interface Program {
  readonly code: string
  /**
   * `arrays`: `x` and `y`, the samples that the trial was trained on, and `validationX` and `validationY` where these decide
   * when it ends; `records`: the records of the search.
   */
  readonly data: 'arrays' | 'records'
}

/**
 * The program that trains with the options of a trial, `{ network, trainer, fit }` or `{ model }`; null where they are
 * others.
 */
export function repeatCode(options: unknown): Program | null {
  if (!isObject(options)) return null
  const { network, trainer, fit = {}, model } = options
  if (isObject(model)) {
    const code = `import { Model } from 'lockstep-nn/data'

const model = await Model.fit(records, ${codeText(model)})`
    return { code, data: 'records' }
  }
  if (!isObject(network) || !isObject(trainer)) return null
  const code = `import { Network, Trainer } from 'lockstep-nn'

const network = new Network(${codeText(network)})
const trainer = new Trainer(network, ${codeText(trainer)})
await trainer.fit(x, y, ${isValidated(trainer, fit) ? `{ ...${codeText(fit)}, ${VALIDATION} }` : codeText(fit)})`
  return { code, data: 'arrays' }
}

const VALIDATION = 'validationData: [validationX, validationY]'

/** Whether the validation samples have a part in the training. */
function isValidated({ schedule }: Readonly<Record<string, unknown>>, fit: unknown): boolean {
  const name = isObject(schedule) ? schedule.name : schedule
  return name === 'reduceOnPlateau' || (isObject(fit) && fit.earlyStopping !== undefined)
}
