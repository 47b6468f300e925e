/** `memoryRequired`: an upper bound of the arrays that a fit allocates, which is not far above them. */
import assert from 'node:assert/strict'
import { script } from '../support/child.js'
import { someOf } from '../support/drawn.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

/** Prints the bytes that are required, and the most that a fit had during its steps. */
const program = (backend: string, model: string, trainer: string, rows: number, options: string): string => `
  import { Ensemble, Network, Trainer } from 'lockstep-nn'
  const layers = [{ units: 64, activation: 'relu' }, { units: 4, activation: 'softmax' }]
  const model = ${model}
  const trainer = new Trainer(model, { loss: 'categoricalCrossentropy', optimizer: 'adam', backend: '${backend}', ${trainer} })
  const rows = ${rows}
  const x = Float64Array.from({ length: rows * 32 }, (_, i) => Math.sin(i))
  const y = Float64Array.from({ length: rows * 4 }, (_, i) => (i % 4 === Math.floor(i / 4) % 4 ? 1 : 0))
  // Memory is freed beside the collection.
  const used = async () => {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 5))
    return process.memoryUsage().arrayBuffers
  }
  // A first fit loads what is allocated once.
  await trainer.fit(x.subarray(0, 320), y.subarray(0, 40), { batchSize: 5 })
  const options = ${options}
  const required = trainer.memoryRequired(rows, options)
  const before = await used()
  let most = 0
  let calls = 0
  const onProgress = async () => {
    calls++
    // A collection takes longer than a step.
    if (Math.log2(calls) % 1 === 0 || calls % 4096 === 0) most = Math.max(most, await used() - before)
  }
  const history = await trainer.fit(x, y, { ...options, onProgress, progressEvery: 0 })
  most = Math.max(most, await used() - before)
  console.log(JSON.stringify([required, most, history.backend]))`

const NETWORK = 'new Network({ inputs: 32, layers })'
const ENSEMBLE = 'new Ensemble({ inputs: 32, layers, seeds: [1, 2, 3, 4, 5] })'
const FITS: readonly (readonly [name: string, model: string, trainer: string, rows: number, options: string])[] = [
  ['many rows', NETWORK, '', 10_000, '{ epochs: 1, batchSize: 1000 }'],
  ['few rows of a large batch', NETWORK, '', 2000, '{ epochs: 3, batchSize: 2000, shuffle: false }'],
  [
    'metrics and validation',
    NETWORK,
    "metrics: ['accuracy']",
    8000,
    '{ epochs: 2, batchSize: 500, validationSplit: 0.5 }',
  ],
  ['many epochs', NETWORK, "schedule: 'cosine'", 2, '{ epochs: 20_000 }'],
  ['a series that grows', NETWORK, '', 2, "{ epochs: 50_000, earlyStopping: { monitor: 'loss', patience: 60_000 } }"],
  [
    'an ensemble',
    ENSEMBLE,
    '',
    2000,
    "{ epochs: 2, batchSize: 500, earlyStopping: { monitor: 'loss', restoreBest: true } }",
  ],
]

describe('the memory that a fit requires', () => {
  const row = rowTests()
  for (const backend of implementations) {
    for (const [name, ...fit] of someOf(FITS)) {
      row('is at least what it allocates, and at most three times as much', `${name}, on ${backend}`, () => {
        const { status, stdout, stderr } = script(program(backend, ...fit), { flags: ['--expose-gc'] })
        assert.equal(status, 0, stderr)
        const [required, most] = JSON.parse(stdout) as [number, number, string]
        assert.ok(most <= required && 3 * most >= required, `${required} bytes are required, ${most} were allocated`)
      })
    }
  }
})
