/** The types that readCsv infers, and how numbers, dates and missing values are written. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { csvBatches, readCsv } from 'lockstep-nn/data'
import { type Decimal, numberOf } from '#lib/data/csv/numbers.js'
import { drawCount } from '../support/drawn.js'
import { refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

/** A table of one column with these cells. */
const tableOf = (cells: readonly string[]) => ({ text: ['a', ...cells.map((cell) => `"${cell}"`), ''].join('\n') })

async function typeOf(cells: readonly string[], options: object = {}): Promise<string> {
  for await (const { types } of csvBatches(tableOf(cells), options)) return types.a
  return 'no batch'
}

const valuesOf = async (cells: readonly string[], options: object = {}) =>
  (await readCsv(tableOf(cells), options)).map(({ a }) => a)

describe('an inferred column', () => {
  const row = rowTests()
  const utc = (text: string) => new Date(`${text}Z`)
  const columns: readonly (readonly [cells: string[], type: string, values: unknown[], options?: object])[] = [
    [['1', '-2', '+3', '0'], 'integer', [1, -2, 3, 0]],
    [['9007199254740991', '1'], 'integer', [2 ** 53 - 1, 1]],
    [['1,234', '12', '1,234,567'], 'integer', [1234, 12, 1234567]],
    [['1', '2.5', '.5', '3.', '-1e3'], 'number', [1, 2.5, 0.5, 3, -1000]],
    [['1,234.5', '0.25'], 'number', [1234.5, 0.25]],
    [['1.234,5', '12', '0,25'], 'number', [1234.5, 12, 0.25]],
    [['12,5', '1.234'], 'number', [12.5, 1234]],
    [['1.234.567', '2,5'], 'number', [1234567, 2.5]],
    [['12 %', '7.3%', '-100%'], 'number', [0.12, 0.073, -1]],
    [['12,5 %', '7 %'], 'number', [0.125, 0.07]],
    [['1,234'], 'integer', [1234]],
    [['1,234'], 'number', [1.234], { decimal: ',' }],
    [['true', 'FALSE', 'True'], 'boolean', [true, false, true]],
    [['2026-11-28', '2026/11/29'], 'date', [utc('2026-11-28'), utc('2026-11-29')]],
    [['2026-11-28 21:00', '2026-11'], 'date', [utc('2026-11-28T21:00'), utc('2026-11-01')]],
    [['1', '', 'NA', 'n/a', '?', '-', 'NaN', 'null'], 'integer', [1, null, null, null, null, null, null, null]],
    [['', 'NA'], 'string', [null, null]],
    [['1', 'NA'], 'string', ['1', 'NA'], { missing: [] }],
    [['20261128', '20251231'], 'date', [utc('2026-11-28'), utc('2025-12-31')]],
    [['20261128', '20261328'], 'integer', [20261128, 20261328]],
    // Words of a missing value, which are so among other values only.
    [['1', 'unknown', '.', 'None', '#DIV/0!'], 'integer', [1, null, null, null, null]],
    [['2026-11-28', 'n.a.'], 'date', [utc('2026-11-28'), null]],
    [['true', 'Missing'], 'boolean', [true, null]],
    [['12 %', '--'], 'number', [0.12, null]],
    [['a', 'unknown', '.'], 'string', ['a', 'unknown', '.']],
    [['none', 'none'], 'string', ['none', 'none']],
    [['1', 'unknown'], 'string', ['1', 'unknown'], { missing: ['NA'] }],
    [['a', '#N/A', '<NA>'], 'string', ['a', null, null]],
    // A unit that all cells have.
    [['$1,200', '-$3.5', '$ 7', ''], 'number', [1200, -3.5, 7, null]],
    [['12 kg', '0.5kg', '7 KG', 'unknown'], 'number', [12, 0.5, 7, null]],
    [['1.200 €', '3 €'], 'integer', [1200, 3], { decimal: ',' }],
    [['3km/h', '20km/h'], 'integer', [3, 20]],
    [['12 kg', '7 lb'], 'string', ['12 kg', '7 lb']],
    [['12 kg', '7'], 'string', ['12 kg', '7']],
    [['7', '12 kg'], 'string', ['7', '12 kg']],
    [['1st', '1st'], 'string', ['1st', '1st']],
    [['1A', '2A'], 'string', ['1A', '2A']],
    [['007 kg', '12 kg'], 'string', ['007 kg', '12 kg']],
    [['$', 'kg'], 'string', ['$', 'kg']],
    // Quoted cells have their spaces.
    [[' 6.2', '7 ', '  '], 'number', [6.2, 7, null]],
    [[' true', 'false '], 'boolean', [true, false]],
    [[' a', 'b ', '  '], 'string', [' a', 'b ', '  ']],
    // What is not of one type in all cells, or is no number although it has digits only.
    [['1', 'x'], 'string', ['1', 'x']],
    [['12 %', '7'], 'string', ['12 %', '7']],
    [['1,5', '2.5'], 'string', ['1,5', '2.5']],
    [['true', 'yes'], 'string', ['true', 'yes']],
    [['yes', 'no'], 'string', ['yes', 'no']],
    [['true', '1'], 'string', ['true', '1']],
    [['2026-11-28', '7'], 'string', ['2026-11-28', '7']],
    [['02139', '94103'], 'string', ['02139', '94103']],
    [['9007199254740993'], 'string', ['9007199254740993']],
    [['1e999'], 'string', ['1e999']],
    [['0x10'], 'string', ['0x10']],
    [['1,23', '4'], 'number', [1.23, 4]],
    [['12,34,567'], 'string', ['12,34,567']],
    [['1 2'], 'string', ['1 2']],
    [['1e'], 'string', ['1e']],
    [['.'], 'string', ['.']],
    [['%'], 'string', ['%']],
    [['Infinity'], 'string', ['Infinity']],
  ]
  for (const [cells, type, values, options] of columns) {
    row('has the type of all its cells', JSON.stringify([cells, options]), async () => {
      assert.equal(await typeOf(cells, options), type)
      assert.deepEqual(await valuesOf(cells, options), values)
    })
  }

  it('has the type of all rows, also where the first thousands have another', async () => {
    const numbers = Array.from({ length: 5000 }, (_, i) => String(i))
    assert.deepEqual(await valuesOf(numbers), numbers.map(Number))
    assert.deepEqual(await valuesOf([...numbers, '1.5']), [...numbers.map(Number), 1.5])
    assert.deepEqual(await valuesOf([...numbers, 'x']), [...numbers, 'x'])
    assert.deepEqual(await valuesOf([...Array(5000).fill(''), '7']), [...Array(5000).fill(null), 7])
    // Numbers with a decimal comma in the last row decide about the first.
    const text = `a;b\n${'1,234;5\n'.repeat(5000)}1;2,5\n`
    assert.deepEqual((await readCsv({ text })).slice(-2), [
      { a: 1.234, b: 5 },
      { a: 1, b: 2.5 },
    ])
    const points = `a;b\n${'1,234;5\n'.repeat(5000)}1;2.5\n`
    assert.deepEqual((await readCsv({ text: points })).slice(-2), [
      { a: 1234, b: 5 },
      { a: 1, b: 2.5 },
    ])
  })

  it('has the same values where its inferred type is given', async () => {
    const pools = [
      ['1', '-2', '1,234', '7.5', '1e3', ' 3 ', 'unknown', '', '20261128'],
      ['$1', '$ 2.5', '-$3,000', 'none', '$'],
      ['1 kg', '2kg', '3.5 KG', '.', ' 4 kg', '1 lb'],
      ['12 %', '3%', 'n.a.', ''],
      ['true', 'FALSE', ' true', '--', 'yes'],
      ['20261128', '19991231', '2026-11-28', 'tbd', '7'],
      ['a', 'unknown', '  ', '1'],
    ]
    const cells = fc
      .constantFrom(...pools)
      .chain((pool) => fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 6 }))
    const found = new Map<string, number>()
    const property = fc.asyncProperty(cells, async (some) => {
      const type = await typeOf(some)
      found.set(type, (found.get(type) ?? 0) + 1)
      assert.deepEqual(await valuesOf(some, { types: { a: type } }), await valuesOf(some))
    })
    await fc.assert(property, { numRuns: drawCount(2000) })
    assert.deepEqual([...found.keys()].sort(), ['boolean', 'date', 'integer', 'number', 'string'])
  })

  it('has the type of single columns that are given', async () => {
    const text = 'zip,when,share,price,name\n02139,28.11.2026,"1,5",1,2\n94103,1.12.2026,"2,5",2,3\n'
    const types = {
      zip: 'number',
      when: { type: 'date', format: 'D.M.YYYY' },
      share: { type: 'number', decimal: ',' },
      name: 'string',
    } as const
    assert.deepEqual(await readCsv({ text }, { types }), [
      { zip: 2139, when: new Date('2026-11-28'), share: 1.5, price: 1, name: '2' },
      { zip: 94103, when: new Date('2026-12-01'), share: 2.5, price: 2, name: '3' },
    ])
  })

  it('has a name, also where the header has none', async () => {
    assert.deepEqual(await readCsv(',a,\n0,x,y\n'), [{ column_1: 0, a: 'x', column_3: 'y' }])
    assert.deepEqual(await readCsv('1,x\n', { header: ['a', 'b'] }), [{ a: 1, b: 'x' }])
    const [record] = await readCsv('__proto__,constructor\n1,2\n')
    assert.deepEqual(Object.entries(record), [
      ['__proto__', 1],
      ['constructor', 2],
    ])
    assert.equal(Object.getPrototypeOf(record), Object.prototype)
  })
})

describe('a column of given type', () => {
  it('has missing values for words that mean one, unless columns is strict', async () => {
    const text = 'n,b\n1,y\nunknown,F\n2,t\n'
    assert.deepEqual(await readCsv(text, { types: { n: 'number', b: 'boolean' } }), [
      { n: 1, b: true },
      { n: null, b: false },
      { n: 2, b: true },
    ])
    const units = { text: 'n,m\n12 kg,$3\n7 kg,$4.5\n' }
    assert.deepEqual(await readCsv(units, { types: { n: 'number', m: 'number' } }), [
      { n: 12, m: 3 },
      { n: 7, m: 4.5 },
    ])
    await assert.rejects(readCsv(units, { columns: { n: 'number' } }), /Expected a number for column "n" in line 2/)
    const other = { text: 'n\n12 kg\n7\n' }
    await assert.rejects(async () => {
      for await (const { records } of csvBatches(other, { inferRows: 1 })) assert.equal(records.length, 0)
    }, /Expected a number with kg, as in the rows before, for column "n" in line 3 .* Pass types: \{ "n": 'string' \}/)
    const columns = { n: 'number' } as const
    await assert.rejects(readCsv(text, { columns }), /Expected a number for column "n" in line 3/)
    await assert.rejects(
      readCsv(text, { types: { n: 'number' }, onMissing: 'error' }),
      /Expected a value for column "n" in line 3 of the CSV text but received "unknown"/,
    )
    assert.equal((await readCsv(text, { types: { n: 'number' }, onMissing: 'drop' })).length, 2)
  })

  it('has numbers with separators of thousands, percent signs and dates', async () => {
    const text = 'n;p;d\n1.234,5;12 %;28.11.2026\n7;-1,5%;01.12.2026\n'
    const columns = { n: 'number', p: 'number', d: { type: 'date', format: 'DD.MM.YYYY' } } as const
    const expected = [
      { n: 1234.5, p: 0.12, d: new Date('2026-11-28') },
      { n: 7, p: -0.015, d: new Date('2026-12-01') },
    ]
    assert.deepEqual(await readCsv(text, { columns }), expected)
    assert.deepEqual(await readCsv(text, { columns, decimal: ',', delimiter: ';' }), expected)
    const comma = 'n,p\n"1,234.5",12 %\n7,5 %\n'
    assert.deepEqual(await readCsv(comma, { columns: { n: 'number', p: 'number' } }), [
      { n: 1234.5, p: 0.12 },
      { n: 7, p: 0.05 },
    ])
  })
})

describe('the delimiter', () => {
  const row = rowTests()
  const tables: readonly (readonly [text: string, records: unknown])[] = [
    ['a,b\n1,2\n', [{ a: 1, b: 2 }]],
    ['a;b\n1,5;2\n', [{ a: 1.5, b: 2 }]],
    ['a;b\n1.5;2\n', [{ a: 1.5, b: 2 }]],
    ['a\tb\n1,5\tx y\n', [{ a: 1.5, b: 'x y' }]],
    ['a|b\n"x|y"|2\n', [{ a: 'x|y', b: 2 }]],
    ['"a, b";c\nx;y\n', [{ 'a, b': 'x', c: 'y' }]],
    ['a;b,c;d\n1;x;2\n', [{ a: 1, 'b,c': 'x', d: 2 }]],
    ['a\nx;y\n', [{ a: 'x;y' }]],
    ['a\nx y\n', [{ a: 'x y' }]],
    ['a\n', null],
  ]
  for (const [text, records] of tables) {
    row('is the one that divides the first lines into equal numbers of cells', text, async () => {
      if (records === null) await assert.rejects(readCsv(text))
      else assert.deepEqual(await readCsv(text), records)
    })
  }
})

/** The number of a text, as a cell between others. */
const numberIn = (text: string, decimal: Decimal, percent: boolean): number =>
  numberOf(`1${text}2%`, 1, 1 + text.length, decimal, percent)

describe('a number in text', () => {
  it('has the bits of the number that JavaScript reads, for any digits', () => {
    const digits = fc.stringMatching(/^[0-9]{1,18}$/)
    const numbers = fc.tuple(fc.constantFrom('', '-', '+'), digits, fc.option(digits), fc.constantFrom('', 'e5', 'E-7'))
    const property = fc.property(numbers, ([sign, whole, fraction, exponent]) => {
      const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent}`
      assert.ok(Object.is(numberIn(text, '.', false), Number(text)), text)
      assert.ok(Object.is(numberIn(text.replace('.', ','), ',', false), Number(text)), text)
      const grouped = whole.replace(/^0+(?=\d)/, '').replace(/\B(?=(\d{3})+$)/g, ',')
      const written = `${sign}${grouped}${fraction === null ? '' : `.${fraction}`}${exponent}`
      assert.ok(Object.is(numberIn(written, '.', false), Number(text)), written)
      if (exponent === '') assert.ok(Object.is(numberIn(`${text} %`, '.', true), Number(`${text}e-2`)), `${text} %`)
    })
    fc.assert(property, { numRuns: drawCount(20_000) })
  })

  const row = rowTests()
  const none = [
    '',
    '-',
    '.',
    '1..2',
    '1.2.3',
    ',1',
    '1,',
    '1,2345',
    '1234,567',
    '0,123',
    '1.5,000',
    '1e',
    'e1',
    '1e+',
    '1 ',
  ]
  for (const text of none) {
    row('is NaN where it has another form', text, () => assert.ok(Number.isNaN(numberIn(text, '.', false))))
    const swapped = text.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'))
    row('is NaN where it has another form', `${swapped} with a comma`, () =>
      assert.ok(Number.isNaN(numberIn(swapped, ',' satisfies Decimal, false))),
    )
  }
})

refusals('readCsv with inferred types', [
  [
    'a header without rows',
    () => readCsv('a,b\n'),
    'RangeError',
    'Expected a row after the names of the columns for the CSV text but received none. Their types would be inferred from rows: pass columns to allow none.',
  ],
  [
    'a name twice',
    () => readCsv('a,b,a\n1,2,3\n'),
    'RangeError',
    'Expected one column "a" for the header of the CSV text but received several. Rename one of them, or pass columns without it.',
  ],
  [
    'a type of a column that is not there',
    () => readCsv('a,b\n1,2\n', { types: { c: 'string' } }),
    'RangeError',
    'Expected a column "c" for the header of the CSV text but received only "a", "b".',
  ],
  [
    'a cell that is not of the given type',
    () => readCsv('a,b\n1,2\nx,3\n', { types: { a: 'number' } }),
    'TypeError',
    'Expected a number for column "a" in line 3 of the CSV text but received "x" of type string.',
  ],
  [
    'rows of another length',
    () => readCsv('a,b\n1,2\n3\n'),
    'RangeError',
    'Expected 2 cells, as in the header, for line 3 of the CSV text but received 1.',
  ],
  [
    'a row of several cells in a table of one column',
    () => readCsv('a\nx\ny,z\n'),
    'RangeError',
    'Expected 1 cell, as in the header, for line 3 of the CSV text but received 2. Does the file use another delimiter? Pass delimiter.',
  ],
])
