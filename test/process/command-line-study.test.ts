/** `study`: what a journal has, as text, JSON, CSV and a page; and what it says of files that are no journals. */
import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { choice, integer, logUniform, search } from 'lockstep-nn/search'
import { commandLine, jsonOf } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'
import { randomOf } from '../support/studies.js'

const random = randomOf(2)
const x = Array.from({ length: 40 }, () => [random(), random()])
const y = x.map(([a, b]) => [a * b])

const searched = (journal: string, name: string) =>
  search({
    ...{ name, journal, data: { x, y }, trials: 12, batch: 6, seed: 4, pruner: 'successiveHalving' },
    space: {
      network: {
        inputs: 2,
        layers: choice([
          [{ units: integer(2, 5), activation: 'tanh' }, { units: 1 }],
          [{ units: 3, activation: 'relu' }, { units: 1 }],
        ]),
      },
      trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
      fit: { epochs: 9, batchSize: 8 },
    },
  })

describe('study', () => {
  const folder = folderOf()
  const row = rowTests()
  const at = (name: string) => join(folder(), name)
  const run = (...words: string[]) => commandLine(folder(), ['study', ...words])
  let study: Awaited<ReturnType<typeof searched>>

  before(async () => {
    study = await searched(at('study.jsonl'), 'products')
    copyFileSync(at('study.jsonl'), at('two.jsonl'))
    await searched(at('two.jsonl'), 'others')
    copyFileSync(at('study.jsonl'), at('short.jsonl'))
    // Within the last line.
    truncateSync(at('short.jsonl'), readFileSync(at('short.jsonl')).length - 10)
    writeFileSync(at('table.csv'), 'a,b\n1,2\n')
    writeFileSync(at('empty.jsonl'), '')
  })

  it('has the best trial, the trials by state, the importance and the digest of the search', () => {
    const { trials, best, importance, digest, ...rest } = jsonOf(folder(), ['study', 'study.jsonl'])
    assert.deepEqual(rest, {
      ...{ name: 'products', metric: 'validationLoss', better: 'lower' },
      ...{ sampler: 'random', pruner: 'successiveHalving', seed: 4 },
    })
    const count = (state: string) => study.trials.filter((trial) => trial.state === state).length
    assert.deepEqual(trials, {
      ...{ planned: 12, complete: count('complete'), pruned: count('pruned'), failed: count('failed') },
    })
    assert.ok(count('pruned') > 0)
    const { number, value, epochs, parameters } = best as Record<string, unknown>
    assert.deepEqual([number, value, epochs], [study.best.number, study.best.value, 9])
    assert.match(String((parameters as Record<string, unknown>)['network.layers']), /^(3 relu|.*) → 1$/)
    assert.deepEqual(importance, study.importance())
    assert.equal(digest, study.digest())
  })

  it('has a summary as text', () => {
    const { status, stdout } = run('study.jsonl')
    assert.equal(status, 0)
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0], /^study products: 12 trials \(\d+ complete, \d+ pruned, 0 failed\)$/)
    assert.equal(lines[1], 'sampler random, pruner successiveHalving, seed 4')
    assert.match(lines[2], new RegExp(`^best validationLoss \\S+ of trial ${study.best.number}, after 9 epochs$`))
    assert.ok(lines.includes('importance of the parameters'))
    assert.equal(lines.at(-1), `digest ${study.digest()}`)
  })

  it('writes the trials as CSV', () => {
    const { stdout } = run('study.jsonl', '--table')
    const [head, ...rows] = stdout.trimEnd().split(/\r?\n/)
    assert.match(head, /^number,state,value,epochs,network\.layers,/)
    assert.equal(rows.length, 12)
    assert.deepEqual(
      rows.map((line) => line.split(',').slice(0, 3)),
      study.trials.map(({ number, state, value }) => [String(number), state, String(value)]),
    )
  })

  it('writes the page of the study, the same each time, and nothing beside it', () => {
    const before = readdirSync(folder())
    const { status, stdout } = run('study.jsonl', '--out', 'study.html')
    assert.equal(status, 0)
    assert.match(stdout, /\npage study\.html\n$/)
    const page = readFileSync(at('study.html'), 'utf8')
    assert.match(page, /<h1><bdi>products<\/bdi><\/h1>/)
    assert.ok(page.includes(study.digest()))
    run('study.jsonl', '--out', 'study.html')
    assert.equal(readFileSync(at('study.html'), 'utf8'), page)
    assert.deepEqual(readdirSync(folder()), [...before, 'study.html'].sort())
  })

  it('shows a search that is under way, without a digest, and leaves its journal as it is', () => {
    const before = readFileSync(at('short.jsonl'))
    const { trials, digest } = jsonOf(folder(), ['study', 'short.jsonl'])
    const { planned, complete, pruned, failed } = trials as Record<string, number>
    assert.equal(planned, 12)
    assert.equal(complete + pruned + failed, 11)
    assert.equal(digest, null)
    assert.match(run('short.jsonl').stdout, /^study products: 11 of 12 trials /)
    assert.equal(run('short.jsonl', '--out', 'short.html').status, 0)
    assert.deepEqual(readFileSync(at('short.jsonl')), before)
  })

  it('shows one of several studies by its name', () => {
    assert.equal(jsonOf(folder(), ['study', 'two.jsonl', '--study', 'others']).name, 'others')
  })

  const wrong: readonly [name: string, words: readonly string[], status: number, message: RegExp][] = [
    ['no journal', [], 2, /missing required argument 'journal'/],
    ['a missing file', ['studi.jsonl'], 1, /There is no file studi\.jsonl\. Did you mean "study\.jsonl"\?/],
    ['a folder', ['.'], 1, /folder/],
    ['a table', ['table.csv'], 1, /table\.csv/],
    ['an empty file', ['empty.jsonl'], 1, /no study/],
    ['two studies', ['two.jsonl'], 1, /has 2 studies of lockstep-nn.*"products", "others"/],
    ['another study', ['study.jsonl', '--study', 'other'], 1, /no study "other".*"products"/],
    ['both forms', ['study.jsonl', '--table', '--json'], 2, /one of --table and --json/],
    ['the journal as page', ['study.jsonl', '--out', 'study.jsonl'], 2, /is the file that is read/],
    ['a folder as page', ['study.jsonl', '--out', '.'], 1, /is a folder/],
    ['a folder that is missing', ['study.jsonl', '--out', 'no/study.html'], 1, /There is no folder no/],
  ]
  for (const [name, words, status, message] of wrong) {
    row('ends with a sentence on stderr and nothing on stdout', name, () => {
      const found = run(...words)
      assert.equal(found.status, status, found.stderr)
      assert.match(found.stderr, message)
      assert.doesNotMatch(found.stderr, /\n +at /)
      assert.equal(found.stdout, '')
    })
  }
})
