/** Columns of CSV without records: what the command line predicts from. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { csvBatches, csvText, Model } from 'lockstep-nn/data'
import { columnBatches } from '#lib/data/csv/column-batches.js'
import { drawCount } from '../support/drawn.js'

const part = fc.constantFrom('a', '1', '"', ',', ';', ' ', '\n', '\t', '\u0001', 'é', '\u00a0', '😀')
const cell = fc.oneof(
  fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
  fc.constantFrom('', 'b', 'NA', '1.5'),
)

/** A text in pieces that end at these places. */
async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<string> {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
  for (let i = 1; i < places.length; i++) yield text.slice(places[i - 1], places[i])
}

describe('columns of CSV', () => {
  it('have the values and cells of the records, wherever the text is divided', async () => {
    const rows = fc.array(fc.tuple(fc.constantFrom('1', '2.5', '', 'NA', '-3e2'), cell, cell), { minLength: 1 })
    const drawn = fc.record({
      rows,
      mark: fc.constantFrom(',', ';', '\t', '|', '😀'),
      isPlain: fc.boolean(),
      blank: fc.boolean(),
      cuts: fc.array(fc.nat(), { maxLength: 4 }),
    })
    const property = fc.asyncProperty(drawn, async ({ rows, mark, isPlain, blank, cuts }) => {
      const header = ['n', 'a', 'b']
      // Without quotation marks the text has cells as they are, with spaces at their ends.
      const plain = (one: string) => one.replaceAll(/["\n]/g, '').replaceAll(mark, '')
      const lines = isPlain
        ? rows.map((row) => `${row.map(plain).join(mark)}\n`)
        : [csvText(rows, mark === '😀' ? ',' : mark)]
      const delimiter = !isPlain && mark === '😀' ? ',' : mark
      const text = lines.join(blank ? ' \n\n' : '')
      const options = { header, delimiter, types: { n: 'number', a: 'string', b: 'string' } } as const
      const expected = { values: [[], [], []] as unknown[][], cells: [] as string[][], lines: [] as number[] }
      for await (const { records, cells, lines } of csvBatches({ text }, options)) {
        for (const { n, a, b } of records) [n, a, b].forEach((value, j) => void expected.values[j].push(value))
        expected.cells.push(...cells)
        expected.lines.push(...lines)
      }
      const found = { values: [[], [], []] as unknown[][], cells: [] as string[][], lines: [] as number[] }
      for await (const { rows, values } of columnBatches(pieces(text, cuts), options, new Set(['n', 'b']))) {
        assert.deepEqual([...values.keys()], ['n', 'b'])
        found.values[0].push(...(values.get('n') as unknown[]))
        found.values[2].push(...(values.get('b') as unknown[]))
        for (let i = 0; i < rows.count; i++) {
          found.cells.push(rows.cells(i))
          found.lines.push(rows.line(i))
          const written = rows.asWritten(i)
          // What needs no quotation marks is what csvText writes.
          if (written !== null && written !== '') assert.equal(`${written}\n`, csvText([rows.cells(i)], delimiter))
        }
      }
      expected.values[1] = []
      assert.deepEqual(found, expected)
    })
    await fc.assert(property, { numRuns: drawCount(1000) })
  })

  it('are predicted with the bits of the records', async () => {
    const rows = Array.from({ length: 90 }, (_, i) => ({
      x: i % 7 === 0 ? null : (i % 11) / 3,
      kind: i % 13 === 0 ? null : 'abc'[i % 3],
      y: (i % 11) + (i % 3),
      label: i % 2 === 0 ? 'even' : 'odd',
    }))
    for (const members of [1, 3]) {
      const target = ['y', 'label'] as const
      const model = await Model.fit(rows, { target, columns: ['x', 'kind'], members, fit: { epochs: 2 } })
      const values = new Map<string, unknown[]>([
        ['x', rows.map(({ x }) => x)],
        ['kind', rows.map(({ kind }) => kind)],
      ])
      const [numbers, labels] = await model.predictColumns(rows.length, values)
      const predicted = model.predict(rows)
      assert.deepEqual(
        [...numbers.values],
        predicted.map(({ y }) => y),
      )
      assert.deepEqual(
        [...labels.values],
        predicted.flatMap(({ label }) => Object.values(label.probabilities)),
      )
    }
  })
})
