/** Tests that options change the outcome of a call, and that misspelled ones are refused. */
import assert from 'node:assert/strict'
import type { Configurable, Option } from '#lib/kernels/option-table.js'
import { rowTests } from './rows.js'

export type Given = Readonly<Record<string, unknown>>

/** Another value of an option. */
function other(option: Option, from: unknown = 'default' in option ? option.default : undefined): unknown {
  if (option.kind === 'records') throw new Error('a list of objects has no usual change')
  if (option.kind === 'flag') return !from
  if (option.kind === 'integer') return (from as number) + 1
  if (option.kind === 'choice') return option.words.find((word) => word !== from && word !== 'auto')
  const value = from as number
  if (value === 0) return option.min < 0 ? -0.25 : 0.001
  return option.min === 1 ? 2 * value : value / 2
}

/** The options that an option depends on, and its changed value if the usual change has no effect. */
export interface Special {
  readonly base?: Given
  readonly to?: unknown
}

/** Checks all options of an entry: `of` returns the result with some of them. */
export function changesOutcome(
  what: string,
  { options }: Configurable,
  of: (given: Given) => string,
  special: Readonly<Record<string, Special>> = {},
): void {
  const row = rowTests()
  for (const [name, option] of Object.entries(options)) {
    row(`changes the outcome of ${what}, and a misspelled one is refused by name`, name, () => {
      const { base = {}, to = other(option, base[name]) } = special[name] ?? {}
      assert.notEqual(of({ ...base, [name]: to }), of(base), `${name}: ${to} changes nothing`)
      assert.throws(
        () => of({ ...base, [`${name}x`]: to }),
        new RegExp(`^TypeError: Unknown option "${name}x" .* Did you mean "${name}"\\?`),
      )
    })
  }
}

/** Checks options that are in no table: each with a value that is not the default. */
export function eachChangesOutcome(
  what: string,
  names: readonly string[],
  changes: Readonly<Record<string, Special & { readonly to: unknown }>>,
  of: (given: Given) => string,
): void {
  const row = rowTests()
  it(`${what}: the list is whole`, () => assert.deepEqual(Object.keys(changes).sort(), [...names].sort()))
  for (const [name, { base = {}, to }] of Object.entries(changes)) {
    row(`changes the outcome of ${what}, and a misspelled one is refused by name`, name, () => {
      assert.notEqual(of({ ...base, [name]: to }), of(base), `${name} changes nothing`)
      assert.throws(
        () => of({ ...base, [`${name}x`]: to }),
        new RegExp(`Unknown option "${name}x" .* Did you mean "${name}"\\?`),
      )
    })
  }
}
