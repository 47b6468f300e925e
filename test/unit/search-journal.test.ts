/** The journal of a search: what was trained is kept, and the study ends the same wherever it was interrupted. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ArraySearchOptions, choice, logUniform, type RecordSearchOptions, search } from 'lockstep-nn/search'
import { drawCount } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'
import { task } from '../support/learning.js'

const { x, y } = task(20)

const options: ArraySearchOptions = {
  data: { x, y },
  space: {
    network: { inputs: 3, layers: choice([[{ units: 4, activation: 'tanh' }, { units: 2 }], [{ units: 2 }]]) },
    trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
    fit: { epochs: 6 },
  },
  trials: 30,
  batch: 7,
  pruner: 'successiveHalving',
  seed: 2,
}

describe('the journal of a search', () => {
  const folder = folderOf()
  const fileOf = (name: string) => join(folder(), name)
  let path: string
  let digest: string

  before(async () => {
    path = fileOf('study.jsonl')
    const study = await search({ ...options, journal: path })
    digest = study.digest()
    assert.equal(digest, (await search(options)).digest())
  })

  it('lets a study that is cut at any byte end the same', async () => {
    const bytes = readFileSync(path)
    const cut = fileOf('cut.jsonl')
    const all = drawCount(64)
    for (let i = 0; i <= all; i++) {
      writeFileSync(cut, bytes.subarray(0, Math.floor((bytes.length * i) / all)))
      const study = await search({ ...options, journal: cut })
      assert.equal(study.digest(), digest)
      assert.equal(study.trials.length, 30)
    }
  })

  it('gives the study without training, with the same best network', async () => {
    const seen: number[] = []
    const again = await search({ ...options, journal: path, onProgress: ({ trials }) => void seen.push(trials) })
    const direct = await search(options)
    assert.deepEqual(seen, [])
    assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(direct)))
    assert.equal(again.best.digest, direct.best.digest)
  })

  it('of an aborted search has whole batches, from which it goes on', async () => {
    const journal = fileOf('aborted.jsonl')
    for (let i = 1; ; i++) {
      const controller = new AbortController()
      const study = await search({
        ...options,
        journal,
        signal: controller.signal,
        // Also called during a batch that takes long.
        onProgress: ({ batch }) => {
          if (batch === null) controller.abort()
        },
      })
      if (study.stopped === 'trials') {
        assert.equal(study.digest(), digest)
        break
      }
      assert.equal(study.trials.length, 7 * i)
    }
  })

  it('of other options or data is refused, and stays as it is', async () => {
    const before = readFileSync(path, 'utf8')
    for (const change of [{ seed: 3 }, { batch: 8 }, { data: { x, y: y.map((value) => value + 1) } }]) {
      await assert.rejects(search({ ...options, ...change, journal: path }), /has another study named "study"/)
    }
    assert.equal(readFileSync(path, 'utf8'), before)
    await search({ ...options, seed: 3, name: 'another', journal: path })
    assert.equal((await search({ ...options, journal: path })).digest(), digest)
  })

  it('of records refuses another validation, and another order of the columns', async () => {
    const records = Array.from(x.slice(0, 20), (value, i) => ({ a: value, b: i % 7, t: value * i }))
    const space: RecordSearchOptions['space'] = { model: { target: 't', fit: { epochs: 2 } } }
    const table: RecordSearchOptions = { data: { records }, space, trials: 2, journal: fileOf('records.jsonl') }
    const { digest: same } = (await search(table)).best
    assert.equal((await search({ ...table, validation: 0.2 })).best.digest, same)
    const changes: Partial<RecordSearchOptions>[] = [
      { validation: 0.3 },
      { validation: { folds: 2 } },
      { validation: { share: 0.2, stratify: 'b' } },
      { validation: records.slice(0, 3) },
      { data: { records: records.map(({ a, b, t }) => ({ b, a, t })) } },
    ]
    for (const change of changes) {
      await assert.rejects(search({ ...table, ...change }), /has another study named "study"/, JSON.stringify(change))
    }
  })

  it('with another value of a trial is refused where that trial is the best', async () => {
    const other = fileOf('other.jsonl')
    writeFileSync(other, readFileSync(path, 'utf8').replaceAll(/"value":0/g, '"value":1'))
    await assert.rejects(search({ ...options, journal: other }), /differ from the digest of their batch/)
  })
})

describe('shards of a search', () => {
  const folder = folderOf()

  it('have journals that make the whole study together, in any order', async () => {
    const whole = await search(options)
    const paths = ['1/3', '2/3', '3/3'].map((shard) => join(folder(), `${shard[0]}.jsonl`))
    const shards = []
    for (const i of [2, 0, 1]) {
      shards.push(await search({ ...options, shard: `${i + 1}/3`, journal: paths[i] }))
    }
    assert.deepEqual(
      shards.map(({ stopped, trials }) => [stopped, trials.length]),
      [
        ['shard', 7],
        ['shard', 14],
        ['shard', 9],
      ],
    )
    const seen: number[] = []
    const merged = join(folder(), 'merged.jsonl')
    const onProgress = ({ trials }: { trials: number }) => void seen.push(trials)
    const study = await search({ ...options, journal: [merged, ...paths], onProgress })
    assert.deepEqual(seen, [])
    assert.equal(study.stopped, 'trials')
    assert.equal(study.digest(), whole.digest())
    assert.equal((await search({ ...options, journal: merged })).digest(), whole.digest())
  })

  it('that are missing are trained where the others are merged', async () => {
    const whole = await search(options)
    const first = join(folder(), 'first.jsonl')
    await search({ ...options, shard: '2/2', journal: first })
    const study = await search({ ...options, journal: [join(folder(), 'rest.jsonl'), first] })
    assert.equal(study.digest(), whole.digest())
    assert.equal(study.best.digest, whole.best.digest)
  })

  it('are refused for a sampler that learns, and where they are no shard', async () => {
    await assert.rejects(
      search({ ...options, sampler: 'tpe', shard: '1/2' }),
      /^RangeError: .* for sampler but received "tpe"/,
    )
    for (const shard of ['0/2', '3/2', '1', '1/0', 'x/2', '1.5/2']) {
      await assert.rejects(search({ ...options, shard }), /^RangeError: Expected a text such as '2\/8' for shard/)
    }
  })
})
