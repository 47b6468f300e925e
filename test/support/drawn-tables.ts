/** Drawn tables: columns of all types, with missing and odd values. */
import fc from 'fast-check'

const missing = fc.constantFrom(null, undefined, Number.NaN, '')
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
  fc.constantFrom(0, -0, 1, 5e-324, -1e150, 1e150),
)
const word = fc.oneof(fc.constantFrom('a', 'b', 'c', 'ä', '__proto__', 'toString'), fc.string({ maxLength: 3 }))
const time = fc.integer({ min: -8.64e15, max: 8.64e15 })
const date = fc.oneof(
  time.map((ms) => new Date(ms)),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString().slice(0, 10)),
)
const KINDS: Record<string, fc.Arbitrary<unknown>> = {
  number,
  integer: fc.integer({ min: -3, max: 3 }),
  boolean: fc.boolean(),
  date,
  // Words for true and false, and dates of a format that is found.
  answer: fc.constantFrom('yes', 'no', 'Yes', 'NO'),
  dotted: fc.integer({ min: 0, max: 4e12 }).map((ms) => {
    const [year, month, day] = new Date(ms).toISOString().slice(0, 10).split('-').map(Number)
    return `${day}.${month}.${year}`
  }),
  word,
  mixed: fc.oneof(word, fc.boolean(), fc.integer({ min: 0, max: 3 })),
}

/** A column: its kind, the values trained on, and others for prediction. */
export const drawnColumn = fc
  .tuple(fc.constantFrom(...Object.keys(KINDS)), fc.boolean(), fc.boolean())
  .chain(([kind, gapsBefore, gapsAfter]) => {
    const values = (gaps: boolean, count: number) =>
      fc.array(gaps ? fc.oneof({ weight: 3, arbitrary: KINDS[kind] }, missing) : KINDS[kind], {
        minLength: count,
        maxLength: count,
      })
    return fc.record({ kind: fc.constant(kind), before: values(gapsBefore, 24), after: values(gapsAfter, 6) })
  })

export interface DrawnColumn {
  readonly kind: string
  readonly before: readonly unknown[]
  readonly after: readonly unknown[]
}

/** The options that hold for a kind, or none. */
const OPTIONS: Record<string, readonly (object | undefined)[]> = {
  number: [
    undefined,
    { scaler: 'quantileScaler', missing: 'mean' },
    { indicator: true, scaler: { name: 'robustScaler', clip: 'smooth', quantiles: [0.1, 0.9] } },
  ],
  integer: [undefined, 'category' as never, { scaler: 'minMaxScaler', missing: 7 }],
  boolean: [undefined, { indicator: true }],
  date: [undefined, { parts: ['hour', 'days', 'month'] }],
  answer: [undefined, { indicator: true }, 'category' as never],
  dotted: [undefined, { parts: ['days', 'weekday'] }],
  word: [undefined, { minimumCount: 2 }, { maxOneHot: 2 }, { unknown: 'zeros', missing: 'other' }],
  mixed: [undefined, { type: 'category', maxCategories: 2 }],
}

/** The options of columns c0, c1, …: the k-th of each kind. */
export const optionsOf = (columns: readonly DrawnColumn[], k: number): Record<string, object | undefined> =>
  Object.fromEntries(columns.map(({ kind }, j) => [`c${j}`, OPTIONS[kind][k % OPTIONS[kind].length]]))

/** Records with the values of columns c0, c1, …, and a column that is always usable. */
export const recordsOf = (columns: readonly DrawnColumn[], part: 'before' | 'after'): Record<string, unknown>[] =>
  columns[0][part].map((_, i) => ({ sure: i, ...Object.fromEntries(columns.map((one, j) => [`c${j}`, one[part][i]])) }))

/** Targets of records by their index; some have nothing to do with the columns. */
export const DRAWN_TARGETS: readonly (readonly [yOf: (i: number) => object, target: unknown])[] = [
  [(i) => ({ y: i / 7 }), 'y'],
  [(i) => ({ y: 1 + i / 7 }), { column: 'y', type: 'number', scale: 'log' }],
  [(i) => ({ y: i % 5 }), { column: 'y', type: 'number', scaler: 'quantileScaler' }],
  [(i) => ({ y: i % 5 }), { column: 'y', type: 'number', scaler: { name: 'minMaxScaler', range: [-1, 1] } }],
  [(i) => ({ y: i % 4 }), { column: 'y', type: 'count' }],
  [(i) => ({ y: ['a', 'b', 'c'][i % 3] }), 'y'],
  [(i) => ({ y: i % 3 === 0 }), 'y'],
  [(i) => ({ y: i % 4 }), { column: 'y', type: 'ordered' }],
  [
    (i) => ({ y: i / 3, l: i % 2 === 0, o: i % 3, v: i % 2 }),
    ['y', 'l', { column: 'o', type: 'ordered' }, { column: 'v', type: 'count' }],
  ],
]
