/** One's own tables in the playground. */
import assert from 'node:assert/strict'
import { loadDataSet } from '../../playground/data/load.js'
import { splitOrder } from '../../playground/data/split.js'
import { columnsOf } from '../../playground/data/table.js'
import type { CsvSettings } from '../../playground/state/settings.js'
import { trainTo } from '../../playground/training/train-to.js'
import { settingsWith } from '../support/playground-settings.js'

const TEXT = `size,weight,colour,kind
1,10,red,a
2,20,red,a
3,,blue,b
4,40,blue,b
5,50,red,a
6,60,blue,
7,70,red,b
`

const settingsOf = (csv: Partial<CsvSettings>, validation = 0) =>
  settingsWith({
    data: { source: 'csv', validation, csv: { text: TEXT, target: '', task: 'auto', columns: [], ...csv } },
  })
const dataOf = (csv: Partial<CsvSettings>, validation = 0) => loadDataSet(settingsOf(csv, validation).data)

describe('a table in the playground', () => {
  it('has the last column as its target, the types of the data module, and an input that marks missing values', async () => {
    const data = await dataOf({})
    assert.deepEqual(await columnsOf(TEXT), ['size', 'weight', 'colour', 'kind'])
    assert.equal(data.task, 'classes')
    assert.deepEqual(data.task === 'classes' && data.classes, ['a', 'b'])
    const names = data.inputs.map(({ name }) => name)
    assert.equal(names[0], 'size')
    assert.equal(names[1], 'weight')
    assert.ok(
      names.some((name) => /weight/.test(name) && name !== 'weight'),
      names.join(),
    )
    assert.ok(names.some((name) => /red/.test(name)) && names.some((name) => /blue/.test(name)), names.join())
    // The row without a target is left out.
    assert.equal(data.training.count, 6)
    assert.ok(data.training.x.every(Number.isFinite))
    assert.equal(data.training.x.length, 6 * names.length)
  })

  it('shows the most frequent category and the median of inputs that are no axis', async () => {
    const { inputs } = await dataOf({})
    const middleOf = (part: RegExp) => inputs.find(({ name }) => part.test(name))?.middle
    assert.equal(middleOf(/red/), 1)
    assert.equal(middleOf(/blue/), 0)
    const marker = inputs.find(({ name }) => /weight/.test(name) && name !== 'weight')
    assert.equal(marker?.middle, 0)
  })

  it('predicts a number of many values as a number from -1 to 1, and one of few as classes', async () => {
    const number = await dataOf({ target: 'size' })
    assert.equal(number.task, 'number')
    assert.deepEqual([Math.min(...number.training.y), Math.max(...number.training.y)], [-1, 1])
    const text = 'x,y\n1,0\n2,1\n3,0\n4,1\n'
    assert.equal((await dataOf({ text })).task, 'classes')
    assert.equal((await dataOf({ text, task: 'number' })).task, 'number')
  })

  it('uses the chosen columns only', async () => {
    const { inputs } = await dataOf({ columns: ['size'] })
    assert.deepEqual(
      inputs.map(({ name }) => name),
      ['size'],
    )
  })

  it('fits what it computes from columns to the training rows', async () => {
    const tableOf = (changed: number, value: number): string =>
      `x,y\n${Array.from({ length: 40 }, (_, i) => `${i === changed ? value : i},${i % 2}\n`).join('')}`
    const { training, validation } = splitOrder(40, settingsOf({}, 0.5).data)
    const xOf = async (changed: number) => (await dataOf({ text: tableOf(changed, 390) }, 0.5)).training.x
    const { training: unchanged } = await dataOf({ text: tableOf(-1, 0) }, 0.5)
    assert.deepEqual(await xOf(validation[0]), unchanged.x)
    assert.notDeepEqual(await xOf(training[0]), unchanged.x)
  })

  it('trains to a digest that depends on the table', async () => {
    const [first, second] = [settingsOf({}), settingsOf({ text: TEXT.replace('7,70', '7,71') })]
    const digests = await Promise.all(
      [first, first, second].map(async (settings) => trainTo(settings, 3, await loadDataSet(settings.data)).digest),
    )
    assert.equal(digests[0], digests[1])
    assert.notEqual(digests[0], digests[2])
  })

  const wrong: readonly (readonly [name: string, csv: Partial<CsvSettings>, message: RegExp])[] = [
    ['no text', { text: ' ' }, /^Expected the text of a CSV file for data\.csv\.text but received none\./],
    ['only names', { text: 'a,b\n' }, /^Expected a row after the names of the columns/],
    ['too few rows', { text: 'a,b\n1,2\n' }, /^Expected 4 to 10000 rows for the CSV text but received 1\./],
    [
      'no numbers',
      { text: `name,kind\n${Array.from({ length: 30 }, (_, i) => `n${i},k${i % 2}\n`).join('')}` },
      /column that can be used/,
    ],
    ['an unknown target', { target: 'kin' }, /"kind"/],
    ['an unknown column', { columns: ['siz'] }, /"size"/],
    ['the target as a column', { columns: ['kind'] }, /other than the target/],
    ['a target of one value', { text: 'a,b\n1,2\n2,2\n3,2\n4,2\n' }, /at least two different values for column "b"/],
    [
      'too many classes',
      { target: 'size', task: 'classes' },
      /^Expected at most 4 classes .* Predict it as a number\.$/,
    ],
    ['a number of text', { task: 'number' }, /^Expected numbers for column "kind" .* Predict it as classes\.$/],
    ['rows of other lengths', { text: 'a,b\n1,2\n1\n2,3\n4,5\n' }, /line 3/],
  ]
  for (const [name, csv, message] of wrong) {
    it(`refuses a table with a sentence: ${name}`, async () => {
      await assert.rejects(dataOf(csv), { message })
    })
  }
})
