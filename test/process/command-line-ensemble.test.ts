/** `search --members`: a model file of the trials that are best together, which the other commands take. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WeightedEnsemble } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { commandLine, jsonOf, plants, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

const SPACE = {
  hidden: { $choice: [[4], [6], [3, 3]] },
  trainer: { optimizer: { name: 'adam', learningRate: { $logUniform: [0.003, 0.1] } } },
  fit: { epochs: 6 },
}
const SEARCH = [
  ...['search', 'plants.csv', '--target', 'mass', '--drop', 'kind', '--space', 'space.json', '--seed', '3'],
  ...['--trials', '18', '--batch', '6'],
]

interface Found {
  readonly best: { readonly number: number; readonly value: number; readonly digest: string }
  readonly ensemble: {
    readonly trials: readonly { readonly number: number; readonly weight: number }[]
    readonly values: readonly number[]
    readonly digest: string
  }
}

describe('search --members on the command line', () => {
  const folder = folderOf()
  const at = (name: string) => join(folder(), name)
  const run = (...words: string[]) => commandLine(folder(), words)
  let found: Found

  before(() => {
    plantsFile(folder())
    writeFileSync(at('space.json'), JSON.stringify(SPACE))
    found = jsonOf(folder(), [...SEARCH, '--members', '6', '--journal', 'study.jsonl']) as unknown as Found
  })

  it('writes a model of the chosen trials, and says which these are', async () => {
    const { best, ensemble } = found
    const model = await Model.load(at('model.json'))
    const [network] = model.networks
    assert.ok(network instanceof WeightedEnsemble)
    assert.equal(model.digest(), ensemble.digest)
    assert.notEqual(ensemble.digest, best.digest)
    assert.deepEqual(
      network.weights,
      ensemble.trials.map(({ weight }) => weight),
    )
    assert.ok(ensemble.trials.length > 1)
    assert.ok((ensemble.values.at(-1) as number) < best.value)
  })

  it('writes the same file from its journal, and prints the value and the trials', () => {
    const { stdout, stderr, status } = run(
      ...SEARCH,
      '--members',
      '6',
      '--journal',
      'study.jsonl',
      '--out',
      'again.json',
    )
    assert.deepEqual([status, stderr], [0, ''])
    assert.deepEqual(readFileSync(at('again.json')), readFileSync(at('model.json')))
    const { trials } = found.ensemble
    const members = trials.map(({ number, weight }) => (weight === 1 ? `${number}` : `${number} (${weight} times)`))
    const lines = stdout.split('\n')
    const place = lines.findIndex((line) => line.startsWith('ensemble validationLoss '))
    assert.match(lines[place], new RegExp(` of ${trials.length} trials$`))
    assert.equal(lines[place + 1], `  ${members.join(', ')}`)
  })

  it('writes a file that the other commands take', async () => {
    assert.equal(jsonOf(folder(), ['verify', 'model.json', 'plants.csv', '--threads', '2']).same, true)
    const model = await Model.load<'number'>(at('model.json'))
    const records = plants(90)
    const { stdout } = run('predict', 'model.json', 'plants.csv')
    const predicted = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',').at(-1)))
    assert.deepEqual(predicted, model.predict(records.map(({ kind: _, ...record }) => record)))
    assert.equal(typeof jsonOf(folder(), ['evaluate', 'model.json', 'plants.csv']).r2, 'number')
    for (const format of ['module', 'onnx']) {
      assert.equal(run('export', 'model.json', '--format', format, '--out', `model.${format}`).status, 0)
    }
    const one = run('export', 'model.json', '--format', 'safetensors', '--out', 'one.safetensors')
    assert.equal(one.status, 1)
    assert.match(one.stderr, /model\.json has \d+ networks, and a file of safetensors holds one: choose it by --member/)
    assert.equal(run('export', 'model.json', '--format', 'safetensors', '--member', '1', '--out', 'one.st').status, 0)
  })

  it('is inspected by architecture, with the weights of its networks', async () => {
    interface Inspected {
      readonly networks: readonly {
        readonly members: number
        readonly weights: readonly number[]
        readonly parameterCount: number
      }[]
    }
    const { networks } = jsonOf(folder(), ['inspect', 'model.json']) as unknown as Inspected
    const { trials } = found.ensemble
    const sorted = (weights: readonly number[]) => weights.toSorted((a, b) => a - b)
    assert.deepEqual(sorted(networks.flatMap(({ weights }) => weights)), sorted(trials.map(({ weight }) => weight)))
    assert.equal(
      networks.reduce((sum, { members }) => sum + members, 0),
      trials.length,
    )
    const { stdout } = run('inspect', 'model.json')
    for (const { parameterCount, weights } of networks) {
      const word = weights.length === 1 ? 'weight' : 'weights'
      assert.ok(stdout.includes(` and ${parameterCount} parameters; ${word} ${weights.join(', ')}\n`), stdout)
    }
  })

  it('of a table that changed is different for verify', () => {
    const [head, first, ...rest] = readFileSync(at('plants.csv'), 'utf8').split('\n')
    writeFileSync(at('other.csv'), [head, ...rest.slice(0, -1), first, ''].join('\n'))
    const { status, stdout } = run('verify', 'model.json', 'other.csv')
    assert.equal(status, 1)
    assert.match(stdout, /^different: digest .* other\.csv is not the file that the model was trained on\./)
  })

  it('chooses with folds, and scores rows that no trial has seen', () => {
    const words = [
      ...SEARCH,
      '--members',
      '4',
      '--candidates',
      '5',
      '--folds',
      '2',
      '--test',
      '0.2',
      '--out',
      'folds.json',
    ]
    const result = jsonOf(folder(), words) as unknown as Found & { readonly test: object }
    assert.ok(result.ensemble.trials.length <= 4)
    assert.equal(typeof (result.test as { r2: number }).r2, 'number')
    assert.equal(jsonOf(folder(), ['verify', 'folds.json', 'plants.csv']).same, true)
  })

  it('is refused before any work where there is nothing to choose from', () => {
    const refused = (...words: string[]) => {
      const { status, stderr, stdout } = run(...SEARCH, ...words, '--out', 'none.json')
      assert.deepEqual([status, stdout, existsSync(at('none.json'))], [2, '', false])
      return stderr
    }
    assert.match(refused('--candidates', '5'), /Expected --members together with --candidates/)
    assert.match(
      refused('--members', '5', '--metric', 'loss'),
      /--members needs rows for validation, and --metric loss/,
    )
    assert.match(refused('--members', '0'), /--members/)
    const shard = run(...SEARCH, '--members', '5', '--shard', '1/2', '--journal', 'shard.jsonl')
    assert.deepEqual([shard.status, existsSync(at('shard.jsonl'))], [2, false])
    assert.match(shard.stderr, /Expected --out together with --members and --shard/)
  })
})
