/** fast-check's arbitraries for the options of the kernels' tables. */
import fc, { type Arbitrary } from 'fast-check'
import { optionValues } from '#lib/checks/validate.js'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import type { Configurable, Option } from '#lib/kernels/option-table.js'

/** Mostly small sizes, as they use as many forms of the loops as large ones. */
export const sizes = (most: number): Arbitrary<number> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: Math.min(4, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: Math.min(17, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: most }) },
  )

/** A number with a given number of decimal digits before or after the point, so that all sizes are equally likely. */
export const ofSize = (least: number, most: number): Arbitrary<number> =>
  fc.integer({ min: Math.round(100 * least), max: Math.round(100 * most) }).map((size) => 10 ** (size / 100))

function optionArbitrary(option: Option): Arbitrary<number | boolean | string> {
  if (option.kind === 'flag') return fc.boolean()
  if (option.kind === 'integer') return fc.integer({ min: option.min, max: option.min + 10 })
  if (option.kind === 'choice') return fc.constantFrom(...option.words)
  if (option.kind === 'records') throw new Error('lists of objects are drawn by those who know the inputs')
  const { min: least, above, below } = option
  if (least === -Infinity) return fc.double({ min: -2, max: 2, noNaN: true })
  if (below === Infinity) return ofSize(-4, 1).map((value) => least + value)
  const inside = fc.double({ min: least, max: below, minExcluded: above, maxExcluded: true, noNaN: true })
  return above ? inside : fc.oneof(fc.constant(least), inside)
}

export type Options = Readonly<Record<string, number | boolean | string>>

/** Any of an entry's options, each sometimes left out. */
export function optionsArbitrary({ options }: Pick<Configurable, 'options'>): Arbitrary<Options> {
  const each = Object.entries(options).map(([name, option]) => [name, optionArbitrary(option)])
  return fc.record(Object.fromEntries(each), { requiredKeys: [] }) as Arbitrary<Options>
}

/** The options of an entry itself, without those that all optimizers have. */
const ownOptions = ({ options }: Pick<Configurable, 'options'>) => ({
  options: Object.fromEntries(Object.entries(options).filter(([name]) => !COMMON_OPTIONS.includes(name))),
})

const hasNoConflict = (entry: Configurable, options: Options): boolean =>
  (entry.conflict?.(optionValues(options, entry.options, 'drawn')) ?? null) === null

/** `{ name, ...options }` for an entry of a table, or the name alone. */
export const choice = <Name extends string>(names: readonly Name[], table: Readonly<Record<Name, Configurable>>) =>
  fc.oneof(
    ...names.map((name) =>
      optionsArbitrary(ownOptions(table[name]))
        .filter((options) => hasNoConflict(table[name], options))
        .map((options) => (Object.keys(options).length === 0 ? name : { name, ...options })),
    ),
  )
