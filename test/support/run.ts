/** Runs a case on a backend, and compares the results with another backend's. */
import assert from 'node:assert/strict'
import { DivergenceError, type History, Network, Trainer } from 'lockstep-nn'
import { withoutInitializers } from '#lib/network/initialize.js'
import { sameBits, sameNumber } from './bits.js'
import { asRows, type Case, type Data, parametersOf, targetColumnsOf, weightsOf } from './case.js'

export type Method = 'fit' | 'fitSync'

/** All results of a training. */
export interface Outcome {
  readonly parameters: Float64Array
  readonly state: Float64Array
  readonly predictions: Float64Array
  readonly evaluated: number
  /** The losses of the finite epochs. */
  readonly loss: Float64Array
  readonly divergence: { readonly epoch: number; readonly message: string } | null
}

/** The network of a case, with parameters of its own. */
export function networkOf(drawn: Case): Network {
  const { inputs, layers, start } = drawn
  if ('values' in start) {
    return new Network({ inputs, layers: withoutInitializers(layers), parameters: parametersOf(drawn, start) })
  }
  return new Network({ inputs, layers, ...start })
}

async function attempt(train: () => History | Promise<History>, path: string): Promise<History | DivergenceError> {
  try {
    const history = await train()
    assert.equal(history.backend, path)
    assert.equal(history.epochs, history.loss.length)
    return history
  } catch (error) {
    if (error instanceof DivergenceError) return error
    throw error
  }
}

export async function run(drawn: Case, data: Data, path: string, method: Method): Promise<Outcome> {
  const network = networkOf(drawn)
  const { loss, optimizer, fit, threads } = drawn
  const trainer = new Trainer(network, { loss, optimizer, backend: path, threads })
  assert.equal(trainer.backend.name, path)
  const rows = drawn.form === 'rows'
  const x = rows ? asRows(data.x, drawn.inputs) : data.x
  const y = rows ? asRows(data.y, targetColumnsOf(drawn)) : data.y
  const weights = weightsOf(drawn)
  const weighted = weights.length === 0 ? {} : { sampleWeight: rows ? Array.from(weights) : weights }
  const result = await attempt(() => trainer[method](x, y, { ...fit, ...weighted }), path)
  return {
    parameters: network.parameters,
    state: trainer.optimizerState,
    predictions: network.predict(x, { backend: path }),
    evaluated: trainer.evaluate(x, y, weighted).loss,
    loss: result.loss,
    divergence: result instanceof DivergenceError ? { epoch: result.epoch, message: result.message } : null,
  }
}

/** Fails if two backends did not end in the same bits. */
export function sameOutcome(actual: Outcome, expected: Outcome, where: string): void {
  sameBits(actual.loss, expected.loss, `${where}: history.loss`)
  assert.deepEqual(actual.divergence, expected.divergence, `${where}: divergence`)
  sameBits(actual.parameters, expected.parameters, `${where}: parameters`)
  sameBits(actual.state, expected.state, `${where}: optimizerState`)
  sameBits(actual.predictions, expected.predictions, `${where}: predictions`)
  sameNumber(actual.evaluated, expected.evaluated, `${where}: evaluate`)
}
