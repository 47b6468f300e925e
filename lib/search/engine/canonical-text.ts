/** Plain data as text that is the same for equal data, whatever the order of its keys. */
import { isFloat64Array } from '../../checks/arrays.js'
import { wrongType } from '../../checks/errors.js'
import { isDate } from '../../data/records/records.js'

/**
 * Numbers are written exactly, -0 and NaN included; a key whose value is undefined is left out. This text is compared and
 * hashed only. `jsonForm` of a space is read again, so that it keeps the order of keys, and has no Dates.
 * @throws TypeError for functions and other values that are no plain data
 */
export function canonicalText(value: unknown, name: string): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'boolean' || value === null || value === undefined) return String(value)
  if (typeof value !== 'object') throw wrongType('plain data', name, value)
  if (Array.isArray(value)) return `[${value.map((item, i) => canonicalText(item, `${name}[${i}]`)).join()}]`
  if (isDate(value)) return `date ${value.getTime()}`
  if (isFloat64Array(value)) return `f64[${Array.from(value, numberText).join()}]`
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item, `${name}.${key}`)}`).join()}}`
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Short names of values: equal data has the same name. Objects are looked up by identity first, so they must not change. */
export class ValueNames {
  private readonly byIdentity = new WeakMap<object, string>()
  private readonly byText = new Map<string, string>()

  of(value: unknown, name: string): string {
    if (typeof value !== 'object' || value === null) return canonicalText(value, name)
    const known = this.byIdentity.get(value)
    if (known !== undefined) return known
    const text = canonicalText(value, name)
    const short = this.byText.get(text) ?? `#${this.byText.size}`
    this.byText.set(text, short)
    this.byIdentity.set(value, short)
    return short
  }
}
