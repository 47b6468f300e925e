/** `predict`: the rows of a table with the predictions, in each format. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Model } from 'lockstep-nn/data'
import { commandLine, csvOf, jsonOf, plants, plantsFile, TRAIN_PLANTS as TRAIN } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

describe('predictions of the command line', () => {
  const folder = folderOf()
  const run = (words: readonly string[], input?: string) => commandLine(folder(), words, input)
  const ok = (words: readonly string[], input?: string): string => {
    const { status, stdout, stderr } = run(words, input)
    assert.equal(status, 0, `${words.join(' ')}: ${stderr}`)
    return stdout
  }

  before(() => {
    plantsFile(folder())
    jsonOf(folder(), TRAIN)
  })

  it('predicts the rows of a file, with the predictions as further columns', async () => {
    const lines = ok(['predict', 'model.json', 'plants.csv']).trimEnd().split('\n')
    const [header, ...rows] = lines.map((line) => line.split(','))
    assert.deepEqual(header, [
      ...['height', 'leaves', 'colour', 'kind', 'mass'],
      ...['predicted_kind', 'probability_herb', 'probability_shrub', 'probability_tree'],
    ])
    const model = await Model.load<'label'>(join(folder(), 'model.json'))
    const expected = plants(90).map((plant) => {
      const { height, leaves, colour } = plant
      const { label, probabilities } = model.predict({ height, leaves, colour })
      return [...Object.values(plant), label, ...Object.values(probabilities)].map(String)
    })
    assert.deepEqual(rows, expected)
  })

  it('predicts in JSON lines, and writes to a file', () => {
    ok(['predict', 'model.json', 'plants.csv', '--out', 'predicted.jsonl'])
    const lines = readFileSync(join(folder(), 'predicted.jsonl'), 'utf8').trimEnd().split('\n')
    const first = JSON.parse(lines[0])
    assert.equal(lines.length, 90)
    assert.deepEqual([first.height, first.colour, first.predicted_kind], [0.3, 'green', 'herb'])
    assert.equal(ok(['predict', 'model.json', '-'], JSON.stringify(plants(1))), `${lines[0]}\n`)
    assert.equal(ok(['predict', 'model.json', 'plants.csv', '--format', 'jsonl']), `${lines.join('\n')}\n`)
  })

  it('writes tabs between the cells of a .tsv file, also from JSON', () => {
    ok(['predict', 'model.json', '-', '--out', 'predicted.tsv'], JSON.stringify(plants(1), null, 2))
    const lines = readFileSync(join(folder(), 'predicted.tsv'), 'utf8').split('\n')
    assert.match(lines[0], /^height\tleaves\tcolour\tkind\tmass\tpredicted_kind\t/)
    assert.match(lines[1], /^0\.3\t12\tgreen\therb\t42\therb\t0\.9/)
  })

  it('copies columns that the model does not use, whatever their later cells are', () => {
    const rows = plants(12_000).map((plant, i) => ({ ...plant, note: i < 11_000 ? i : `later ${i}` }))
    const lines = ok(['predict', 'model.json', '-'], csvOf(rows)).split('\n')
    assert.match(lines[11_500], /^\d[^,]*,\d+,red,herb,\d+,later 11499,herb,/)
  })

  it('keeps quoted cells and the delimiter when it predicts', () => {
    const text = 'height;leaves;colour;note\n0.3;12;green;"a ""b""; c"\n0.3;12;red;" d\ne"\n'
    const [header, ...rows] = ok(['predict', 'model.json', '-'], text).split(/\n(?=0\.3)/)
    assert.match(header, /^height;leaves;colour;note;predicted_kind;probability_herb;/)
    assert.match(rows[0], /^0\.3;12;green;"a ""b""; c";herb;/)
    assert.match(rows[1], /^0\.3;12;red;" ?d\ne";herb;/)
  })

  it('predicts intervals of numbers, in which as many new rows are as asked', () => {
    ok(['train', 'plants.csv', '--target', 'mass', '--test', '0.3', '--epochs', '300', '--out', 'numbers.json'])
    const lines = ok(['predict', 'numbers.json', 'plants.csv', '--interval', '0.8', '--format', 'jsonl']).trimEnd()
    const rows = lines.split('\n').map((line) => JSON.parse(line) as Record<string, number>)
    assert.ok(rows.every((plant) => plant.low_mass <= plant.predicted_mass && plant.predicted_mass <= plant.high_mass))
    const inside = rows.filter((plant) => plant.low_mass <= plant.mass && plant.mass <= plant.high_mass).length
    assert.ok(inside / rows.length > 0.6, String(inside))
  })

  it('predicts sets of labels, joined in CSV and as arrays in JSON lines, and scores them', () => {
    const rows = plants(90).map((plant, i) =>
      i % 4 === 0 ? { ...plant, kind: ['herb', 'tree'][i % 3] ?? 'shrub' } : plant,
    )
    writeFileSync(join(folder(), 'mixed.csv'), csvOf(rows))
    ok(['train', 'mixed.csv', '--target', 'kind', '--drop', 'mass', '--epochs', '20', '--out', 'mixed.json', '--quiet'])
    const predict = ['predict', 'mixed.json', 'mixed.csv', '--interval', '0.9']
    const sets = ok([...predict, '--format', 'jsonl'])
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { labels_kind: string[] }).labels_kind)
    const [header, ...lines] = ok(predict).trimEnd().split('\n')
    assert.match(header, /,probability_tree,labels_kind$/)
    assert.deepEqual(
      lines.map((line) => line.slice(line.lastIndexOf(',') + 1).split('|')),
      sets,
    )
    assert.ok(sets.some((set) => set.length > 1))
    const evaluate = ['evaluate', 'mixed.json', 'mixed.csv', '--interval', '0.9']
    const { coverage, meanSize } = jsonOf(folder(), evaluate) as { coverage: number; meanSize: number }
    assert.equal(coverage, rows.filter(({ kind }, i) => sets[i].includes(String(kind))).length / 90)
    assert.equal(meanSize, sets.reduce((sum, set) => sum + set.length, 0) / 90)
    assert.match(ok(evaluate), /\n {2}coverage +[01]/)
  })
})
