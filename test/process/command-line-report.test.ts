/** `train --report`: the page of a training, and the command in it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Model } from 'lockstep-nn/data'
import { commandLine, csvOf, jsonOf, plants, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

const TRAIN = ['train', 'plants.csv', '--target', 'kind', '--drop', 'mass', '--epochs', '40', '--seed', '3']

describe('train --report', () => {
  const folder = folderOf()
  const read = (name: string) => readFileSync(join(folder(), name), 'utf8')
  const textOf = (page: string) =>
    page
      .replace(/<[^>]*>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
  /** The command of a page, as words. */
  const wordsIn = (page: string) => {
    const [, command] = /<pre[^>]*><code>(.*?)<\/code>/s.exec(page) ?? []
    return Array.from(textOf(command).matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain)
  }

  before(() => {
    plantsFile(folder())
  })

  it('writes a page of the test rows, whose command trains the same model', () => {
    const words = [...TRAIN, '--test', '0.2', '--out', 'my model.json', '--report', 'report.html']
    const { report, digest } = jsonOf(folder(), words)
    assert.equal(report, 'report.html')
    const page = read('report.html')
    assert.match(page, /On 18 rows: the test rows/)
    assert.ok(page.includes(digest as string))
    const [npx, name, ...again] = wordsIn(page)
    assert.deepEqual([npx, name], ['npx', 'lockstep-nn'])
    assert.deepEqual(again.slice(0, 2), ['train', 'plants.csv'])
    assert.equal(jsonOf(folder(), again).digest, digest)
    assert.equal(read('report.html'), page)
  })

  it('scores the validation rows where there are no test rows: those whose loss chose the best epoch', async () => {
    const words = [
      'train',
      'plants.csv',
      '--target',
      'mass',
      '--epochs',
      '20',
      '--members',
      '1',
      '--report',
      'report.html',
    ]
    const { validationLoss, validationRows } = jsonOf(folder(), words)
    const page = read('report.html')
    assert.match(page, new RegExp(`On ${validationRows} rows: the validation rows`))
    const [, found] = /<bdi>root mean squared error<\/bdi><\/th><td class="number">([^<]+)/.exec(page) ?? []
    // The loss is the mean squared error of scaled numbers.
    const { target } = await Model.load(join(folder(), 'model.json'))
    const scale = target.type === 'number' ? target.scaler?.scale[0] : undefined
    const expected = Math.sqrt(validationLoss as number) * (scale as number)
    assert.ok(Math.abs(Number(found?.replace(/[^\d.]/g, '')) / expected - 1) < 1e-3, `${found} and ${expected}`)
  })

  it('scores the rows trained on where these are few, and says so', () => {
    plantsFile(folder(), 18, 'few.csv')
    jsonOf(folder(), ['train', 'few.csv', '--target', 'kind', '--epochs', '5', '--report', 'report.html'])
    assert.match(read('report.html'), /On 18 rows: the rows that the model was trained on/)
  })

  it('numbers the worst rows as in the table, also where rows and columns are left out', async () => {
    const rows = plants(120).map((plant, i) => ({ ...plant, mass: i % 10 === 0 ? '' : plant.mass, half: (i + 1) / 2 }))
    writeFileSync(join(folder(), 'numbered.csv'), csvOf(rows))
    const words = ['train', 'numbered.csv', '--target', 'mass', '--drop', 'kind', '--epochs', '5', '--test', '0.3']
    jsonOf(folder(), [...words, '--report', 'report.html'])
    const page = read('report.html')
    const worst = page.slice(page.indexOf('id="worst"'))
    const found = [...worst.matchAll(/data-label="row">(\d+)<.*?<bdi>half<\/bdi>: <bdi>([\d.]+)<\/bdi>/gs)]
    assert.equal(found.length, 10)
    for (const [, row, half] of found) assert.equal(Number(row), 2 * Number(half))
    const model = await Model.load(join(folder(), 'model.json'))
    assert.ok(model.columns.some(({ name }) => name === 'half'))
  })

  it('shows names and labels that are markup as text', () => {
    const rows = plants(60).map(({ height, kind }) => ({ '<img src=x onerror=alert(1)>': height, kind: `<b>${kind}` }))
    writeFileSync(join(folder(), 'markup.csv'), csvOf(rows))
    jsonOf(folder(), ['train', 'markup.csv', '--target', 'kind', '--epochs', '5', '--report', 'report.html'])
    const page = read('report.html')
    assert.ok(page.includes('&lt;img src=x onerror=alert(1)&gt;'))
    assert.doesNotMatch(page, /<img|<b>/)
  })

  it('is refused before any work where the page cannot be written', () => {
    const cases: readonly [words: string[], message: RegExp, status: number][] = [
      [['--report', 'plants.csv'], /--report plants\.csv is the file that is read/, 2],
      [['--out', 'a.json', '--report', './a.json'], /--out and --report are one file/, 2],
      [['--out', 'a.json', '--report', 'none/a.html'], /There is no folder none, where --report/, 1],
    ]
    for (const [words, message, expected] of cases) {
      const { status, stderr } = commandLine(folder(), [...TRAIN, ...words])
      assert.match(stderr, message)
      assert.equal(status, expected)
    }
    assert.ok(!existsSync(join(folder(), 'a.json')))
  })
})
