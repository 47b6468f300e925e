/** Arrays of holes are refused before they are copied: a copy of them could end the process. */
import assert from 'node:assert/strict'
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { trainTestSplit } from 'lockstep-nn/data'

describe('an array of four billion holes', () => {
  const holes: never[] = []
  holes.length = 2 ** 32 - 1
  const layers = [{ units: 1 }]
  const trainer = new Trainer(new Network({ inputs: 1, layers }), { loss: 'meanSquaredError', optimizer: 'sgd' })
  const x = [[1], [2]]
  const calls: Readonly<Record<string, () => unknown>> = {
    'the layers of a network': () => new Network({ inputs: 1, layers: holes }),
    'the columns of an embedding': () =>
      new Network({ inputs: 3, layers: [{ type: 'embedding', columns: holes }, { units: 1 }] }),
    'the seeds of an ensemble': () => new Ensemble({ inputs: 1, layers, seeds: holes }),
    'the seeds of a fit': () => trainer.fitSync(x, x, { seed: holes }),
    samples: () => trainer.fitSync(holes, x),
    'a sample': () => trainer.fitSync([holes, [1]], x),
    'sample weights': () => trainer.fitSync(x, x, { sampleWeight: holes }),
    'class weights': () => trainer.fitSync(x, x, { classWeight: holes }),
    'validation data': () => trainer.fitSync(x, x, { validationData: holes as unknown as [number[][], number[][]] }),
    metrics: () => trainer.evaluate(x, x, { metrics: holes }),
    'the rates of an optimizer': () =>
      new Trainer(new Ensemble({ inputs: 1, layers, seeds: [1] }), {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: holes },
      }),
    'items to split': () => trainTestSplit(holes, { testSize: 0.5 }),
  }
  for (const [what, call] of Object.entries(calls)) {
    it(`is refused as ${what}`, () => assert.throws(call, /^(TypeError|RangeError): Expected /))
  }
})
