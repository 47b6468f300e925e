/** `search` and `merge`: the best model of a table, its journal, shards, signals, and what is refused. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Model } from 'lockstep-nn/data'
import { choice, logUniform, readJournal, search } from 'lockstep-nn/search'
import { COMMANDS } from '#lib/cli/commands.js'
import { pruners } from '#lib/search/pruners/pruners.js'
import { samplers } from '#lib/search/samplers/samplers.js'
import { commandLine, csvOf, jsonOf, plants, plantsFile, startCommandLine } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

const SPACE = {
  hidden: { $choice: [[4], [6]] },
  trainer: { optimizer: { name: 'adam', learningRate: { $logUniform: [0.003, 0.1] } } },
  fit: { epochs: 12 },
}
const SEARCH = ['search', 'plants.csv', '--target', 'kind', '--drop', 'mass', '--space', 'space.json', '--seed', '3']
const SHORT = [...SEARCH, '--trials', '24', '--batch', '6']

interface Found {
  readonly best: { readonly number: number; readonly value: number; readonly digest: string; readonly options: object }
  readonly trials: Readonly<Record<string, number>>
  readonly digest: string | null
}

const found = (folder: string, words: readonly string[]) => jsonOf(folder, words) as unknown as Found

describe('search on the command line', () => {
  const folder = folderOf()
  const row = rowTests()
  const at = (name: string) => join(folder(), name)
  const run = (...words: string[]) => commandLine(folder(), words)
  let whole: Found

  before(() => {
    plantsFile(folder())
    writeFileSync(at('space.json'), JSON.stringify(SPACE))
    whole = found(folder(), [...SHORT, '--journal', 'study.jsonl', '--page', 'study.html'])
  })

  it('has the trials and the model of search in the library, and writes the model', async () => {
    const records = plants(90).map(({ mass: _, ...plant }) => plant)
    const study = await search({
      data: { records },
      space: {
        model: {
          target: 'kind',
          hidden: choice([[4], [6]]),
          trainer: { optimizer: { name: 'adam', learningRate: logUniform(0.003, 0.1) } },
          fit: { epochs: 12 },
        },
      },
      ...{ trials: 24, batch: 6, seed: 3, validation: 0.2 },
    })
    assert.deepEqual([study.digest(), study.best.digest], [whole.digest, whole.best.digest])
    const model = await Model.load<'label'>(at('model.json'))
    const again = await Model.fit(records, whole.best.options as { target: 'kind' })
    assert.equal(model.digest(), whole.best.digest)
    assert.equal(again.digest(), whole.best.digest)
    assert.equal(whole.best.value, model.training?.validationLoss)
    assert.deepEqual(whole.trials, { planned: 24, complete: 24, pruned: 0, failed: 0 })
  })

  it('has the samplers and pruners of the library', () => {
    const { options } = COMMANDS.find(({ name }) => name === 'search') as (typeof COMMANDS)[number]
    const choicesOf = (flag: string) => options.find(({ flags }) => flags.startsWith(`--${flag} `))?.choices
    assert.deepEqual(choicesOf('sampler')?.toSorted(), Object.keys(samplers).sort())
    assert.deepEqual(choicesOf('pruner')?.toSorted(), Object.keys(pruners).sort())
  })

  it('goes on from its journal without training, and study shows the same', () => {
    const { stderr } = run(...SHORT, '--journal', 'study.jsonl', '--out', 'again.json')
    assert.equal(stderr, '')
    assert.deepEqual(readFileSync(at('again.json')), readFileSync(at('model.json')))
    const shown = found(folder(), ['study', 'study.jsonl'])
    assert.equal(shown.digest, whole.digest)
    assert.equal(shown.best.number, whole.best.number)
    assert.match(readFileSync(at('study.html'), 'utf8'), new RegExp(whole.digest as string))
    assert.equal(
      run('study', 'study.jsonl', '--table').stdout,
      run(...SHORT, '--journal', 'study.jsonl', '--table').stdout,
    )
  })

  it('prints a summary, with the scores on rows that no trial has seen', () => {
    const { status, stdout, stderr } = run(...SHORT, '--test', '0.2', '--out', 'tested.json', '--name', 'plants')
    assert.equal(status, 0, stderr)
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines[0], 'plants.csv: 72 rows, 18 for the test')
    assert.equal(lines[1], 'study plants: 24 trials (24 complete, 0 pruned, 0 failed)')
    assert.ok(lines.includes('on 18 rows that no trial has seen:'))
    assert.match(stdout, /\n {2}accuracy +[01]/)
    assert.match(lines.at(-1) as string, /^tested\.json: predicts kind, digest [0-9a-f]{64}$/)
    assert.match(stderr, /^6 of 24 trials, best validationLoss [\d.e-]+, \d+ s left\n/)
    assert.match(run('verify', 'tested.json', 'plants.csv').stdout, /^the same: digest /)
    const quiet = run(...SHORT, '--quiet', '--out', 'quiet.json')
    assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, '', ''])
  })

  it('searches the space of the number of rows, with folds, pruners and metrics', () => {
    const { best, trials } = found(folder(), [
      ...['search', 'plants.csv', '--target', 'mass', '--columns', 'height,leaves', '--trials', '12', '--batch', '12'],
      ...['--folds', '2', '--pruner', 'median', '--sampler', 'sobol', '--metric', 'validationR2', '--out', 'mass.json'],
    ])
    assert.ok(best.value > 0.5, String(best.value))
    assert.ok(trials.pruned > 0)
    assert.equal(jsonOf(folder(), ['verify', 'mass.json', 'plants.csv']).same, true)
  })

  it('tries all of a grid', () => {
    const words = SEARCH.map((word) => (word === 'space.json' ? 'grid.json' : word))
    writeFileSync(at('grid.json'), JSON.stringify({ ...SPACE, hidden: { $choice: [[2], [3], [4]] } }))
    assert.equal(found(folder(), [...words, '--sampler', 'grid', '--out', 'grid-model.json']).trials.complete, 15)
    const { status, stderr } = run(...words, '--sampler', 'grid', '--trials', '16')
    assert.deepEqual([status, stderr.includes('--trials 16 is more than the 15 of the grid.')], [2, true])
  })

  it('in shards has journals that merge to the whole study, which then trains nothing', async () => {
    const journals = ['1.jsonl', '2.jsonl', '3.jsonl']
    for (const [i, journal] of journals.entries()) {
      const { status, stderr } = run(...SHORT, '--journal', journal, '--shard', `${i + 1}/3`, '--quiet')
      assert.equal(status, 0, stderr)
    }
    const { stdout } = run('merge', 'merged.jsonl', '1.jsonl', '3.jsonl')
    assert.match(stdout, /^merged\.jsonl: study study, 18 of 24 trials\nmissing: 6 to 11\. /)
    const merged = jsonOf(folder(), ['merge', 'merged.jsonl', ...journals])
    assert.deepEqual(merged, { name: 'study', out: 'merged.jsonl', trials: 24, planned: 24, missing: [] })
    const before = readFileSync(at('merged.jsonl'))
    const { digest, best } = found(folder(), [...SHORT, '--journal', 'merged.jsonl', '--out', 'merged.json'])
    assert.deepEqual([digest, best.digest], [whole.digest, whole.best.digest])
    assert.deepEqual(readFileSync(at('merged.jsonl')), before)
    assert.equal((await readJournal(at('merged.jsonl'))).batches.length, 4)
  })

  it('writes no model of a shard unless it has a name', () => {
    const words = [...SHORT, '--journal', 'shard.jsonl', '--shard', '1/2']
    const names = readdirSync(folder())
    const { out, digest } = jsonOf(folder(), words)
    assert.deepEqual([out, digest], [undefined, null])
    assert.deepEqual(
      readdirSync(folder()).filter((name) => !names.includes(name)),
      ['shard.jsonl'],
    )
    assert.equal(jsonOf(folder(), [...words, '--out', 'shard.json']).out, 'shard.json')
    assert.ok(existsSync(at('shard.json')))
  })

  it('ends with status 1 where no trial is complete', () => {
    const space = { hidden: [4], trainer: { optimizer: { name: 'sgd', learningRate: { $uniform: [1e200, 1e201] } } } }
    writeFileSync(at('diverging.json'), JSON.stringify(space))
    const words = ['search', 'plants.csv', '--target', 'mass', '--space', 'diverging.json', '--trials', '3']
    const { status, stderr } = run(...words, '--out', 'none.json')
    assert.equal(status, 1)
    assert.match(stderr, /No trial is complete, so that there is no model\. Trial 0: it diverged\.\n$/)
    assert.ok(!existsSync(at('none.json')))
  })

  const wrong: readonly [name: string, words: readonly string[], status: number, message: RegExp][] = [
    ['no target', ['search', 'plants.csv'], 2, /Expected the option --target <name>/],
    [
      'a misspelled target',
      ['search', 'plants.csv', '--target', 'knid'],
      2,
      /no column "knid"\. Did you mean "kind"\?/,
    ],
    ['a missing table', ['search', 'plant.csv', '--target', 'kind'], 1, /Did you mean "plants\.csv"\?/],
    ['a missing space', [...SEARCH, '--space', 'spac.json'], 1, /no file spac\.json\. Did you mean "space\.json"\?/],
    ['a missing metric', [...SHORT, '--metric', 'accurcy'], 2, /series for --metric .* Did you mean "accuracy"\?/],
    [
      'a metric of other targets',
      ['search', 'plants.csv', '--target', 'mass', '--metric', 'validationAccuracy'],
      2,
      /--metric validationAccuracy does not fit the target mass: accuracy compares classes\. For numbers, use /,
    ],
    [
      'targets of two kinds',
      ['search', 'plants.csv', '--target', 'kind,mass'],
      1,
      /one network can predict.* Search for each/,
    ],
    [
      'another study',
      [...SEARCH, '--trials', '25', '--journal', 'study.jsonl'],
      1,
      /another study named "study".*differs/,
    ],
    ['a table as journal', [...SHORT, '--journal', 'plants.csv'], 2, /--journal plants\.csv is the file that is read/],
    ['the space as model', [...SHORT, '--out', 'space.json'], 2, /--out space\.json is the file that is read/],
    ['one file twice', [...SHORT, '--journal', 'a', '--page', 'a'], 2, /--journal and --page are one file, a/],
    ['both forms', [...SHORT, '--table', '--json'], 2, /one of --table and --json/],
    ['both validations', [...SHORT, '--folds', '3', '--validation', '0.2'], 2, /one of --validation and --folds/],
    ['too many folds', [...SHORT, '--folds', '91'], 1, /Expected at least 91 rows for --folds but received 90\.\n$/],
    ['too few rows', [...SHORT, '--validation', '0.001'], 1, /for --validation but received 0\.001 .* none\.\n$/],
    ['no name', [...SHORT, '--name', ''], 2, /Expected a name for --name/],
    ['a shard alone', [...SHORT, '--shard', '1/2'], 2, /--journal together with --shard/],
    ['no shard', [...SHORT, '--journal', 'b', '--shard', '3/2'], 2, /Expected a part and their number, such as 2\/8/],
    [
      'an empty shard',
      [...SHORT, '--journal', 'b', '--shard', '5/9'],
      2,
      /5\/9 has no trials: 24 trials in batches of 6 are 4\./,
    ],
    [
      'a shard of tpe',
      [...SHORT, '--journal', 'b', '--shard', '1/2', '--sampler', 'tpe'],
      2,
      /--shard needs a sampler whose trials do not depend on others/,
    ],
    ['an unknown sampler', [...SHORT, '--sampler', 'bayes'], 2, /Allowed choices are random, sobol, grid, tpe/],
    [
      'journals that are missing',
      ['merge', 'o.jsonl', 'study.jsonl', 'stduy.jsonl'],
      1,
      /Did you mean "study\.jsonl"\?/,
    ],
    ['one journal twice', ['merge', 'o.jsonl', 'study.jsonl', 'study.jsonl'], 2, /study\.jsonl is named twice/],
    ['no journals', ['merge', 'o.jsonl'], 2, /missing required argument 'journals'/],
    ['a journal over its source', ['merge', 'study.jsonl', 'study.jsonl'], 2, /is the file that is read/],
    ['a table among journals', ['merge', 'o.jsonl', 'plants.csv'], 1, /plants\.csv/],
  ]
  for (const [name, words, status, message] of wrong) {
    row('and merge end with a sentence on stderr, nothing on stdout and no new file', name, () => {
      const names = readdirSync(folder())
      const result = run(...words)
      assert.equal(result.status, status, result.stderr)
      assert.match(result.stderr, message)
      assert.doesNotMatch(result.stderr, /\n +at /)
      assert.equal(result.stdout, '')
      assert.deepEqual(readdirSync(folder()), names)
    })
  }

  const spaces: readonly [text: string, message: RegExp][] = [
    ['{', /^lockstep-nn: wrong\.json is not JSON: /],
    ['[1]', /wrong\.json is not an object with options of Model\.fit/],
    ['{ "target": "kind" }', /wrong\.json has target, .* Name it by --target\./],
    ['{ "hidden": { "$choice": [] } }', /wrong\.json: Expected at least one value .* This is space\.hidden\./],
    ['{ "hidden": { "$chioce": [[8]] } }', /wrong\.json: .* for space\.hidden .* Did you mean "\$choice"\?/],
    ['{ "fit": { "epochs": { "$uniform": [2, 1] } } }', /wrong\.json: .* This is space\.fit\.epochs\./],
    ['{ "hiden": [8] }', /wrong\.json: Unknown option "hiden" .* Did you mean "hidden"\?/],
    ['{ "members": 4 }', /wrong\.json: Expected nothing for members .* A trial trains one network\./],
    ['{ "fit": { "validationSplit": 0.2 } }', /wrong\.json: Expected nothing for fit\.validationSplit /],
    ['{ "fit": { "epochs": { "$choice": [0] } } }', /wrong\.json: .* epochs .* received 0 .* This is trial 0\./],
  ]
  for (const [text, message] of spaces) {
    row('names the file and the place of what is wrong in a space', text, () => {
      writeFileSync(at('wrong.json'), text)
      const { status, stdout, stderr } = run('search', 'plants.csv', '--target', 'kind', '--space', 'wrong.json')
      assert.deepEqual([status, stdout], [1, ''], stderr)
      assert.match(stderr, message)
    })
  }
})

describe('an interrupted search', () => {
  const folder = folderOf()
  const LONG = ['search', 'many.csv', '--target', 'mass', '--drop', 'kind', '--space', 'space.json', '--batch', '10']

  before(() => {
    writeFileSync(join(folder(), 'many.csv'), csvOf(plants(2000)))
    writeFileSync(join(folder(), 'space.json'), JSON.stringify({ ...SPACE, fit: { epochs: 200, batchSize: 64 } }))
  })

  /** @param hasBatch whether a batch has ended, by what is on stderr so far */
  async function interrupted(signal: NodeJS.Signals, hasBatch: (stderr: string) => boolean, ...words: string[]) {
    const { child, stderr, ended } = startCommandLine(folder(), [...LONG, ...words])
    while (child.exitCode === null && !hasBatch(stderr())) await delay(10)
    child.kill(signal)
    return await ended
  }

  it('keeps the best model of whole batches, says how to go on, and ends with status 143 at SIGTERM', async () => {
    // The first line is printed during the first batch, the next one 5 seconds later.
    const hasBatch = (text: string) => text.includes('best validationLoss')
    const { status, stdout, stderr } = await interrupted(
      'SIGTERM',
      hasBatch,
      '--trials',
      '100000',
      '--out',
      'first.json',
    )
    assert.equal(status, 143, stderr)
    assert.match(
      stderr,
      /\nStopping\. The best model of the batches that were done is kept; Ctrl-C again ends at once\.\n/,
    )
    assert.match(stderr, /\nWith --journal FILE, the same command goes on where it was stopped\.\n/)
    assert.match(stdout, /\nstudy study: \d+0 of 100000 trials /)
    assert.match(stdout, /\nin [\d.]+ s \(interrupted, the batches that were done are kept\)\n/)
    const model = await Model.load(join(folder(), 'first.json'))
    assert.ok(stdout.includes(`digest ${model.digest()}`))
  })

  it('goes on from its journal to the study of a search that was never interrupted', async () => {
    const words = ['--trials', '60', '--out', 'best.json']
    const journal = join(folder(), 'study.jsonl')
    const hasBatch = () => existsSync(journal) && readFileSync(journal, 'utf8').includes('"lockstep:batch"')
    const { status, stderr } = await interrupted('SIGINT', hasBatch, ...words, '--journal', 'study.jsonl')
    assert.equal(status, 130, stderr)
    assert.match(stderr, /\nWhole batches are in study\.jsonl: the same command goes on from there\.\n/)
    const { batches, trials } = await readJournal(join(folder(), 'study.jsonl'))
    assert.equal(trials.length, 10 * batches.length)
    assert.ok(batches.length > 0 && batches.length < 6)
    const resumed = found(folder(), [...LONG, ...words, '--journal', 'study.jsonl'])
    const direct = found(folder(), [...LONG, ...words])
    assert.deepEqual([resumed.digest, resumed.best], [direct.digest, direct.best])
  })
})
