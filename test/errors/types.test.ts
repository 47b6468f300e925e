/**
 * What the types refuse: an option of another entry, a misspelled one, an unknown word. The compiler fails if one of these
 * lines is no error; at run time each must throw as well.
 */
import assert from 'node:assert/strict'
import { checkGradients, Ensemble, metrics, Network, Trainer } from 'lockstep-nn'
import { rowTests } from '../support/rows.js'

const network = new Network({ inputs: 2, layers: [{ units: 2 }] })
const ensemble = new Ensemble({ inputs: 2, layers: [{ units: 2 }], seeds: [1, 2] })
const x = Float64Array.of(0, 1, 1, 0)
const wellMade = { loss: 'meanSquaredError', optimizer: 'sgd' } as const
const trainer = new Trainer(network, wellMade)

const refused: Readonly<Record<string, () => unknown>> = {
  'an option of another optimizer': () =>
    // @ts-expect-error: adam has no momentum
    new Trainer(network, { ...wellMade, optimizer: { name: 'adam', momentum: 0.9 } }),
  // @ts-expect-error: no such name
  'a misspelled optimizer': () => new Trainer(network, { ...wellMade, optimizer: 'adm' }),
  'rates for members of a network': () =>
    // @ts-expect-error: an array is for ensembles
    new Trainer(network, { ...wellMade, optimizer: { name: 'sgd', learningRate: [1] } }),
  // @ts-expect-error: no such name
  'a misspelled loss': () => new Trainer(network, { ...wellMade, loss: 'mse' }),
  'an option of another activation': () =>
    // @ts-expect-error: tanh has no alpha
    new Network({ inputs: 2, layers: [{ units: 2, activation: 'tanh', alpha: 0.5 }] }),
  // @ts-expect-error: linear has no alpha
  'an option without its activation': () => new Network({ inputs: 2, layers: [{ units: 2, alpha: 0.5 }] }),
  // @ts-expect-error: no such option
  'a misspelled option of a layer': () => new Network({ inputs: 2, layers: [{ units: 2, L2: 0.5 }] }),
  // @ts-expect-error: a block has layers
  'a block without layers': () => new Network({ inputs: 2, layers: [{ type: 'residual' }, { units: 1 }] }),
  'units of a block': () =>
    // @ts-expect-error: a block is as wide as its input
    new Network({ inputs: 2, layers: [{ type: 'residual', units: 2, layers: [{ units: 2 }] }, { units: 1 }] }),
  'an embedding inside a block': () => {
    const columns = [{ column: 0, categories: 2, units: 2 }]
    // @ts-expect-error: an embedding is the first layer
    return new Network({ inputs: 2, layers: [{ type: 'residual', layers: [{ type: 'embedding', columns }] }] })
  },
  'an embedding of a column without units': () =>
    // @ts-expect-error: it needs units
    new Network({ inputs: 2, layers: [{ type: 'embedding', columns: [{ column: 0, categories: 2 }] }, { units: 1 }] }),
  // @ts-expect-error: huber has no tau
  'an option of another loss': () => new Trainer(network, { ...wellMade, loss: { name: 'huber', tau: 0.5 } }),
  'an option of another initializer': () =>
    // @ts-expect-error: heNormal has no stddev
    new Network({ inputs: 2, layers: [{ units: 2 }], initializer: { name: 'heNormal', stddev: 1 } }),
  // @ts-expect-error: accuracy has no k
  'an option of another metric': () => new Trainer(network, { ...wellMade, metrics: [{ name: 'accuracy', k: 3 }] }),
  // @ts-expect-error: no such name
  'a misspelled metric': () => new Trainer(network, { ...wellMade, metrics: ['acuracy'] }),
  // @ts-expect-error: no such average
  'a misspelled average': () => metrics.f1([1, 0], [1, 0], { average: 'mean' }),
  // @ts-expect-error: r2 has no threshold
  'an option of another metric, as a function': () => metrics.r2([1, 0], [1, 0], { threshold: 0.5 }),
  // @ts-expect-error: only false leaves a part out
  'gradients with true': () => network.gradients(x, x, { inputs: true }),
  // @ts-expect-error: the result has no inputs
  'a part of gradients that was left out': () => network.gradients(x, x, { inputs: false }).inputs.length,
  // @ts-expect-error: an array is expected
  'the gradients of all parts, applied': () => trainer.applyGradients(network.gradients(x, x)),
  'an option of another schedule': () =>
    // @ts-expect-error: cosine has no gamma
    new Trainer(network, { ...wellMade, schedule: { name: 'cosine', gamma: 0.5 } }),
  'a misspelled word of a schedule': () =>
    // @ts-expect-error: no such way
    new Trainer(network, { ...wellMade, schedule: { name: 'oneCycle', anneal: 'cos' } }),
  // @ts-expect-error: not a number
  'a schedule that gives text': () => new Trainer(network, { ...wellMade, schedule: () => 'fast' }).fitSync(x, x),
  // @ts-expect-error: no such series
  'a misspelled series': () => trainer.fitSync(x, x, { earlyStopping: { monitor: 'valLoss' } }),
  // @ts-expect-error: not a list of lists
  'validation data of three': () => trainer.fitSync(x, x, { validationData: [x, x, x] }),
  // @ts-expect-error: no such option
  'a misspelled option of fit': () => trainer.fitSync(x, x, { epoch: 3 }),
  // @ts-expect-error: no such option
  'a misspelled option of evaluate': () => trainer.evaluate(x, x, { metric: [] }),
  // @ts-expect-error: the loss is needed
  'a check of gradients without a loss': () => checkGradients(network, x, x, {}),
}

describe('what the types refuse', () => {
  const row = rowTests()
  for (const [title, call] of Object.entries(refused)) {
    row('throws at run time too', title, () => assert.throws(call, /^(TypeError|RangeError): /))
  }
})

describe('what the types describe', () => {
  it('of results', () => {
    const history = trainer.fitSync(x, x, { onEpoch: ({ epoch, loss }) => void (epoch + loss) })
    const loss: number = history.loss[0]
    const accuracy: number | undefined = trainer.evaluate(x, x, { metrics: ['accuracy'] }).accuracy
    const { members } = new Trainer(ensemble, wellMade).fitSync(x, x, {
      onEpoch: ({ members: reports }) => void reports[0]?.loss,
    })
    const matrix: Float64Array = metrics.confusionMatrix([0, 1], [0, 1])
    assert.ok(Number.isFinite(loss) && accuracy !== undefined && members.length === 2 && matrix.length === 4)
    // @ts-expect-error: an ensemble's progress has no loss of its own
    new Trainer(ensemble, wellMade).fitSync(x, x, { onEpoch: ({ loss: one }) => void one })
  })
})
