/** Ensembles of the trials of a study: the same bits on every backend, from a journal, and as computed from the trials. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Network, type NetworkOptions, Trainer, WeightedEnsemble } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import {
  type ArraySearchOptions,
  choice,
  logUniform,
  type RecordSearchOptions,
  type SearchValidation,
  search,
} from 'lockstep-nn/search'
import { ensembleAgain } from '#lib/search/ensemble/trained-ensemble.js'
import { sameBits } from '../support/bits.js'
import { folderOf } from '../support/folder.js'
import { implementations } from '../support/paths.js'

const x = Array.from({ length: 60 }, (_, i) => [((i * 37) % 101) / 50 - 1, ((i * 53) % 97) / 48 - 1])
const product = x.map(([a, b]) => [a * b])
const classes = x.map(([a, b]) => (a * b > 0 ? [1, 0] : [0, 1]))

/** Trials of three architectures; `last` is the layer that they have in common. */
const arrays = (last: object, loss: string, y: number[][]): ArraySearchOptions => ({
  data: { x, y },
  space: {
    network: {
      inputs: 2,
      layers: choice([[{ units: 5, activation: 'tanh' }, last], [{ units: 8, activation: 'relu' }, last], [last]]),
    },
    trainer: { loss, optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
    fit: { epochs: 12 },
  } as never,
  ...{ trials: 16, seed: 1 },
})
const numbers = arrays({ units: 1 }, 'meanSquaredError', product)
const labels = arrays({ units: 2, activation: 'softmax' }, 'categoricalCrossentropy', classes)

const COLOURS = ['red', 'green', 'blue']
const records = Array.from({ length: 60 }, (_, i) => ({
  size: i % 7 === 3 ? null : ((i * 37) % 61) / 8,
  colour: COLOURS[(i * 5) % 3],
  price: ((i * 37) % 61) / 16 + ((i * 5) % 3),
}))
const table: RecordSearchOptions = {
  data: { records },
  space: {
    model: {
      target: 'price',
      hidden: choice([[4], [6, 3]]),
      trainer: { optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
      fit: { epochs: 12 },
    },
  },
  ...{ trials: 12, seed: 5 },
}

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `${actual} is not ${expected}`)

const STUDIES: Readonly<Record<string, ArraySearchOptions>> = {
  'of numbers': numbers,
  'of labels': labels,
  'with folds': { ...numbers, validation: { folds: 3 } },
  'by a metric that is better where it is higher': { ...labels, metric: 'validationAccuracy' },
}

describe('the ensemble of a study of arrays', () => {
  for (const [title, options] of Object.entries(STUDIES)) {
    it(`is the same on every backend: ${title}`, async () => {
      const found = []
      for (const backend of implementations) {
        const { model, trials, values } = await (await search({ ...options, backend })).ensemble({ members: 6 })
        found.push({ digest: model.digest(), trials, values })
      }
      for (const one of found) assert.deepEqual(one, found[0])
    })
  }

  it('has the networks of its trials, weighted by how often they were chosen', async () => {
    const study = await search(numbers)
    const { model, trials } = await study.ensemble({ members: 8, candidates: 10 })
    assert.ok(model instanceof WeightedEnsemble)
    assert.ok(trials.length > 1)
    assert.deepEqual(
      model.weights,
      trials.map(({ weight }) => weight),
    )
    for (const [i, { options }] of trials.entries()) {
      const { network: shape, trainer, fit } = options as { network: NetworkOptions; trainer: never; fit: object }
      const network = new Network(shape)
      await new Trainer(network, trainer).fit(x, product, { ...fit, validationSplit: 0.2 })
      assert.equal(model.members[i].digest(), network.digest())
    }
  })

  it('begins with the value of the best trial, and ends with that of its predictions', async () => {
    for (const [options, y] of [
      [numbers, product],
      [labels, classes],
    ] as const) {
      const study = await search(options)
      const { model, trials, values } = await study.ensemble({ members: 8 })
      near(values[0], study.best.value)
      assert.ok((values.at(-1) as number) <= values[0])
      assert.ok(trials.reduce((sum, { weight }) => sum + weight, 0) === values.length)
      const { mean } = model.predict(x.slice(48))
      const expected = y.slice(48).flat()
      const terms = expected.map((one, i) =>
        y === product ? (mean[i] - one) ** 2 : one === 0 ? 0 : -Math.log(mean[i]),
      )
      near(values.at(-1) as number, terms.reduce((sum, one) => sum + one, 0) / 12)
    }
  })

  it('has the network of each fold with the weight of its trial', async () => {
    const study = await search({ ...numbers, validation: { folds: 3 } })
    const { model, trials } = await study.ensemble({ members: 4 })
    assert.equal(model.members.length, 3 * trials.length)
    assert.deepEqual(
      model.weights,
      trials.flatMap(({ weight }) => [weight, weight, weight]),
    )
    const one = await study.ensemble({ members: 1 })
    assert.deepEqual(
      one.trials.map(({ number, weight }) => [number, weight]),
      [[study.best.number, 1]],
    )
    assert.deepEqual(
      one.model.members.map((member) => member.digest()),
      [...(study.model as never as WeightedEnsemble).members].map((member) => member.digest()),
    )
  })

  it('weighs validation samples by their weights', async () => {
    const validation = (weights: number[]): SearchValidation => ({
      x: x.slice(40),
      y: product.slice(40),
      sampleWeight: weights,
    })
    const half = x.slice(40).map((_, i) => (i < 10 ? 1 : 0))
    const weighted = await (await search({ ...numbers, validation: validation(half) })).ensemble({ members: 4 })
    const { mean } = weighted.model.predict(x.slice(40, 50))
    const sum = product.slice(40, 50).reduce((total, [one], i) => total + (mean[i] - one) ** 2, 0)
    // A weight is a factor of the loss of its sample; the mean is over all samples.
    near(weighted.values.at(-1) as number, sum / 20)
  })

  it('has candidates with the last layer and the loss of the best trial only', async () => {
    const last = choice([{ units: 1 }, { units: 1, activation: 'tanh' }])
    const study = await search({
      ...numbers,
      space: { ...numbers.space, network: { inputs: 2, layers: [{ units: 4, activation: 'tanh' }, last] } } as never,
    })
    const { model } = await study.ensemble({ members: 8 })
    const activations = (model as WeightedEnsemble).members.map(({ layers }) => layers.at(-1)?.activation)
    assert.equal(new Set(activations).size, 1)
    const all = study.trials.map(({ options }) => (options as { network: NetworkOptions }).network.layers[1])
    assert.equal(new Set(all.map((layer) => JSON.stringify(layer))).size, 2)
  })

  it('has the trials that were done where the search was aborted', async () => {
    const controller = new AbortController()
    const study = await search({
      ...numbers,
      batch: 4,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    assert.deepEqual([study.stopped, study.trials.length], ['aborted', 4])
    const { trials } = await study.ensemble()
    assert.ok(trials.every(({ number }) => number < 4))
  })
})

describe('the ensemble of a study of records', () => {
  const folder = folderOf()

  it('is a model of the networks of its trials, the same on every backend, from a journal, and from the options of its trials', async () => {
    const digests = new Set<string>()
    let values: readonly number[] | null = null
    for (const backend of implementations) {
      const study = await search({ ...table, backend, journal: join(folder(), `${backend.replace('/', '-')}.jsonl`) })
      const found = await study.ensemble({ members: 6 })
      values ??= found.values
      assert.deepEqual(found.values, values)
      digests.add(found.model.digest())
    }
    const study = await search({ ...table, journal: join(folder(), 'typescript.jsonl') })
    const { model, trials } = await study.ensemble({ members: 6 })
    digests.add(model.digest())
    digests.add((await ensembleAgain(records, trials, 2)).digest())
    assert.equal(digests.size, 1)
    const [network] = model.networks
    assert.ok(network instanceof WeightedEnsemble && trials.length > 1)
    for (const [i, { options, weight }] of trials.entries()) {
      const alone = await Model.fit(records, (options as { model: { target: 'price' } }).model)
      assert.equal(network.members[i].digest(), alone.network.digest())
      assert.equal(network.weights[i], weight)
      assert.equal(model.training?.seed, (trials[0].options as { model: { seed: number } }).model.seed)
    }
    assert.equal(Model.fromJSON(JSON.stringify(model)).digest(), model.digest())
  })

  it('with folds has networks that are trained on the same rows', async () => {
    const study = await search({ ...table, validation: { folds: 3 } })
    const { model, trials } = await study.ensemble({ members: 5 })
    const [network] = model.networks as readonly WeightedEnsemble[]
    for (const [i, { options }] of trials.entries()) {
      const alone = await Model.fit(records, (options as { model: { target: 'price' } }).model)
      assert.equal(network.members[i].digest(), alone.network.digest())
    }
    assert.equal((await ensembleAgain(records, trials, 'auto')).digest(), model.digest())
  })

  it('has intervals from the validation records of the study', async () => {
    const study = await search(table)
    const { model } = await study.ensemble({ members: 3 })
    const { value, low, high } = model.predict({ size: 3, colour: 'red' }, { interval: 0.5 }) as never as Record<
      string,
      number
    >
    assert.ok(low <= value && value <= high)
    assert.equal(model.training?.validationRows, 12)
  })

  it('has members that prepare the records in the same way', async () => {
    const columns = choice([['size'], ['size', 'colour']])
    const study = await search({ ...table, space: { model: { ...table.space.model, columns } } as never })
    const { trials } = await study.ensemble({ members: 6 })
    const used = trials.map(({ options }) => JSON.stringify((options as { model: { columns: unknown } }).model.columns))
    assert.equal(new Set(used).size, 1)
  })

  it('gives the same bits at a second call', async () => {
    const study = await search(table)
    const [a, b] = [await study.ensemble({ members: 4 }), await study.ensemble({ members: 4 })]
    assert.deepEqual(a.values, b.values)
    sameBits(
      (a.model.networks[0] as WeightedEnsemble).members[0].parameters,
      (b.model.networks[0] as WeightedEnsemble).members[0].parameters,
      'parameters',
    )
  })
})
