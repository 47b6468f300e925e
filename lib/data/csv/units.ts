/** Units before and after numbers, where all cells of a column have the same: `$1,200`, `12 kg`. */

const CURRENCIES = '$€£¥₹₽₩'
const UNITS: ReadonlySet<string> = new Set(
  [
    'usd eur gbp jpy chf cny inr cad aud nzd sek nok dkk pln czk huf brl mxn',
    'kg g mg µg lb lbs oz t cwt km m cm mm µm nm mi mile miles ft in yd',
    'm² m2 km² km2 cm² ft² sqft sqm ha acre acres l ml cl dl gal m³ cm³ cc',
    's sec ms min mins h hr hrs hour hours day days week weeks month months yr yrs year years',
    '° °c °f mph kmh km/h m/s kn rpm bpm mpg hp ps w kw mw kwh mwh kv ma ah mah ω',
    'hz khz mhz ghz kb mb gb tb kbps mbps gbps px mp pa hpa kpa mmhg bar psi kj cal kcal db lm ppm',
  ].flatMap((line) => line.split(' ')),
)

/** A currency sign before a number, or a unit after it, in lower case; the other is empty. */
export interface Unit {
  readonly before: string
  readonly after: string
}

const BEFORE = new RegExp(`^([-+]?)([${CURRENCIES}])\\s*(?=[\\d.,])`)
const AFTER = new RegExp(`^([-+]?[\\d.,]+)\\s*([${CURRENCIES}]|[^\\d\\s.,%$+-][^\\s.,%]*)$`, 'u')

/** The unit of a cell; null where it has none that is known. */
export function unitOf(cell: string): Unit | null {
  const before = BEFORE.exec(cell)
  if (before !== null) return { before: before[2], after: '' }
  const after = AFTER.exec(cell)
  if (after === null) return null
  const unit = after[2].toLowerCase()
  return UNITS.has(unit) || CURRENCIES.includes(unit) ? { before: '', after: unit } : null
}

/** The text of the number in a cell of a unit, with its sign; null for a cell without it. */
export function withoutUnit(cell: string, { before, after }: Unit): string | null {
  if (before !== '') {
    const found = BEFORE.exec(cell)
    return found?.[2] === before ? found[1] + cell.slice(found[0].length) : null
  }
  const found = AFTER.exec(cell)
  return found?.[2].toLowerCase() === after ? found[1] : null
}

export const sameUnit = (a: Unit | undefined, b: Unit | undefined): boolean =>
  a?.before === b?.before && a?.after === b?.after
