/** Plans with a wrong number: the addon refuses them. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { argumentsOf, callError, SMALL, SPECIAL } from '../support/calls.js'
import { at, BLOCKS, placesIn } from '../support/encoded-plans.js'
import { jobOf } from '../support/job.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const { planFields, layerFields, tensorFields } = addon

// Numbers that enter the arithmetic and no address: any will do.
const REAL = ['lossScale', 'gradientScale', 'lastGradientScale']

async function messageOf(change: (plan: Float64Array) => void, drawn = SMALL): Promise<string> {
  const given = argumentsOf(addon, 'train', available[0], jobOf(drawn)).map(([, value]) => value)
  change(given[1] as Float64Array)
  const error = await callError(addon, 'train', given)
  if (error === null) return 'nothing was thrown'
  assert.equal((error as Error).name, 'RangeError')
  return (error as Error).message
}

describe('a plan with a wrong number', () => {
  const impossible = [Number.NaN, Infinity, -Infinity, 0.5, -(2 ** 40), 2 ** 40, 2 ** 53, 1e300, -1e300]

  for (const field of planFields.filter((name) => !REAL.includes(name))) {
    it(`is refused: ${field}`, async () => {
      for (const value of impossible) {
        const message = await messageOf((plan) => {
          plan[at(field)] = value
        })
        assert.match(
          message,
          new RegExp(`^Expected an integer from -?\\d+ to \\d+ for ${field} of the plan but received `),
        )
      }
    })
  }

  for (const field of layerFields) {
    it(`is refused: ${field} of a layer`, async () => {
      const [, layer] = placesIn(SMALL)
      for (const value of impossible) {
        const message = await messageOf((plan) => {
          plan[layer.field(field)] = value
        })
        const expected = `^Expected an integer from -?\\d+ to -?\\d+ for layer 1's ${field} of the plan but received `
        assert.match(message, new RegExp(expected))
      }
    })
  }

  it('is refused: an input of a layer', async () => {
    const [, layer] = placesIn(SMALL)
    for (const value of [...impossible, 1, 2, -2]) {
      const message = await messageOf((plan) => {
        plan[layer.input(0)] = value
      })
      assert.match(message, /^Expected an integer from -1 to 0 for layer 1's inputLayers of the plan but received /)
    }
  })

  for (const field of tensorFields.filter((name) => name !== 'l1' && name !== 'l2')) {
    it(`is refused: ${field} of a tensor`, async () => {
      const [, layer] = placesIn(SMALL)
      for (const value of impossible) {
        const message = await messageOf((plan) => {
          plan[layer.tensor(1, field)] = value
        })
        const expected = `^Expected an integer from \\d+ to \\d+ for the ${field} of tensor 1 of layer 1 of the plan but `
        assert.match(message, new RegExp(expected))
      }
    })
  }

  for (const field of ['l1', 'l2']) {
    it(`is refused: ${field} of a tensor that has no penalty`, async () => {
      const [, layer] = placesIn(SMALL)
      for (const value of [0.5, Number.NaN, -1e300]) {
        const message = await messageOf((plan) => {
          plan[layer.tensor(1, field)] = value
        })
        assert.equal(message, 'Expected no penalty of tensor 1 of layer 1 of the plan.')
      }
    })
  }

  it('is refused: an option that is not finite', async () => {
    const [layer] = placesIn(SMALL)
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const message = await messageOf((plan) => {
        plan[layer.activationOption(0)] = value
      })
      assert.equal(message, "Expected finite numbers for the options of layer 0's activation of the plan.")
    }
  })

  it('is refused where numbers do not go together', async () => {
    const plans: readonly (readonly [(plan: Float64Array) => void, string])[] = [
      [(plan) => (plan[at('parameterCount')] = 16), "The plan's parameterCount does not agree with its layers."],
      [(plan) => (plan[at('outputs')] = 3), "The plan's outputs do not agree with its last layer."],
      [(plan) => (plan[at('loss')] = 2), 'The loss of the plan does not go with its last activation.'],
      [
        (plan) => {
          for (const layer of placesIn(SMALL)) {
            plan[layer.field('trainable')] = plan[layer.tensor(0, 'trained')] = plan[layer.tensor(1, 'trained')] = 0
          }
        },
        'No layer of the plan is trainable.',
      ],
      [
        (plan) => {
          const [, last] = placesIn(SMALL)
          plan[last.input(0)] = -1
          plan[last.field('inputs')] = plan[last.tensor(0, 'rows')] = 2
          plan[last.tensor(1, 'offset')] = plan[last.tensor(1, 'offset')] - 2
          plan[at('parameterCount')] = plan[at('parameterCount')] - 2
        },
        'Expected a later layer of the plan to read layer 0.',
      ],
      [(plan) => (plan[plan.length - 1] = plan[plan.length - 3] = 1), 'The plan has more than one clip.'],
      [(plan) => (plan[at('optimizerOptionCount')] = 2), 'Expected a plan of length 68 but received one of length 73.'],
      [
        (plan) => (plan[at('optimizerOptionCount')] = 8),
        'Expected a plan of at least length 74 but received one of length 73.',
      ],
      [(plan) => (plan[at('stepsPerEpoch')] = 4), "The plan's epochRows do not agree with its batches."],
      [(plan) => (plan[at('lastBatchSize')] = 2), "The plan's epochRows do not agree with its batches."],
      [
        (plan) => (plan[at('optimizer')] = 1),
        'Expected an integer from 9 to 9 for optimizerOptionCount of the plan but received 7.000000.',
      ],
    ]
    for (const [change, message] of plans) assert.equal(await messageOf((plan) => void change(plan)), message)
  })
})

describe('a plan with layers of several types', () => {
  const softmax = addon.activations.findIndex(({ name }) => name === 'softmax')
  const places = placesIn(SPECIAL)
  const [batch, , dropout, rows] = places
  const changes: readonly (readonly [title: string, place: number, value: number, message: string])[] = [
    [
      'dropout with units of its own',
      dropout.field('units'),
      4,
      "Expected an integer from 3 to 3 for layer 2's units of the plan but received 4",
    ],
    [
      'dropout with an activation',
      dropout.field('activation'),
      1,
      "Expected an integer from 0 to 0 for layer 2's activation of the plan but received 1",
    ],
    [
      'dropout that is trainable',
      dropout.field('trainable'),
      1,
      "Expected an integer from 0 to 0 for layer 2's trainable of the plan but received 1",
    ],
    ['a rate that no dropout has', dropout.option(0), 1, 'Expected possible options of layer 2 of the plan.'],
    ['a momentum that none has', batch.option(0), -0.5, 'Expected possible options of layer 0 of the plan.'],
    [
      'an epsilon that is not finite',
      batch.option(1),
      Number.NaN,
      'Expected finite numbers for the options of layer 0 of the plan.',
    ],
    [
      'moving statistics that are trained',
      batch.tensor(2, 'trained'),
      1,
      'Expected an integer from 0 to 0 for the trained of tensor 2 of layer 0 of the plan but received 1',
    ],
    [
      'statistics elsewhere',
      batch.tensor(3, 'offset'),
      2 ** 30,
      'Expected an integer from 6 to 6 for the offset of tensor 3 of layer 0 of the plan but received 1073741824',
    ],
    [
      'an activation of rows',
      rows.field('activation'),
      softmax,
      'The plan has a row activation and layers other than dense ones.',
    ],
    [
      'an unknown kind',
      places[1].field('kind'),
      6,
      "Expected an integer from 0 to 5 for layer 1's kind of the plan but received 6",
    ],
    [
      'an input that is not as wide',
      places[4].input(0),
      -1,
      "Expected an integer from 2 to 2 for layer 4's inputs of the plan but received 3",
    ],
  ]
  for (const [title, place, value, message] of changes) {
    it(`is refused with ${title}`, async () => {
      const found = await messageOf((plan) => {
        plan[place] = value
      }, SPECIAL)
      assert.ok(found.startsWith(message), found)
    })
  }

  it('is refused without a dense layer at the end', async () => {
    const layers = jobOf(SPECIAL).plan.layers.slice(0, 4)
    const message = await messageOf((plan) => {
      plan[at('layerCount')] = layers.length
      plan[at('outputs')] = 3
      plan[at('parameterCount')] = plan[places[4].tensor(0, 'offset')]
    }, SPECIAL)
    assert.equal(message, 'Expected a dense layer as the last of the plan.')
  })

  it('is refused where a whole batch could not be counted', async () => {
    const layers = 300
    const wide = 2 ** 24
    const numbers = { inputs: wide, outputs: 1, parameterCount: wide + 1, layerCount: layers, rows: 2 ** 31 - 1 }
    const batches = { batchSize: 2 ** 31 - 1, lastBatchSize: 2 ** 31 - 1, stepsPerEpoch: 1, epochRows: 2 ** 31 - 1 }
    const fields: Record<string, number> = { ...numbers, ...batches, lossScale: 1, epochs: 1, gradientScale: 1 }
    fields.optimizerOptionCount = 7
    const values = planFields.map((name) => fields[name] ?? 0)
    for (let l = 0; l < layers; l++) {
      const last = l === layers - 1
      const shape = { inputs: wide, units: last ? 1 : wide, trainable: last ? 1 : 0, inputCount: 1 }
      const own = last ? { ...shape, kind: 0, tensorCount: 2 } : { ...shape, kind: 1, optionCount: 1 }
      values.push(...layerFields.map((name) => (own as Record<string, number>)[name] ?? 0), l - 1)
      if (!last) values.push(0.25)
    }
    values.push(wide, 1, 0, 1, 0, 0, 1, 1, wide, 1, 0, 0, ...new Float64Array(7))
    const plan = Float64Array.from(values)
    const given = argumentsOf(addon, 'train', available[0]).map(([, value]) => value)
    given[1] = plan
    const error = await callError(addon, 'train', given)
    assert.equal((error as Error).message, 'The plan has too many units for batches of 2147483647 rows.')
  })
})

describe('a plan with an embedding and a residual block', () => {
  const [embedding, dense, residual] = placesIn(BLOCKS)
  const impossible = 'Expected possible options of layer 0 of the plan.'
  const changes: readonly (readonly [title: string, place: number, value: number, message: string])[] = [
    ['a column that the samples do not have', embedding.option(0), 3, impossible],
    ['the same column twice', embedding.option(3), 1, impossible],
    ['half a category', embedding.option(1), 3.5, impossible],
    ['no units', embedding.option(2), 0, impossible],
    ['more categories than a table can have', embedding.option(1), 2 ** 24 + 1, impossible],
    [
      'more categories than its table has',
      embedding.option(1),
      5,
      'Expected an integer from 5 to 5 for the rows of tensor 0 of layer 0 of the plan but received 4',
    ],
    [
      'more units than its table has',
      embedding.option(2),
      3,
      "Expected an integer from 7 to 7 for layer 0's units of the plan but received 6",
    ],
    [
      'an embedding after another layer',
      dense.field('kind'),
      5,
      'Expected embedding as the first layer of the plan but received it as layer 1.',
    ],
    [
      'inputs of two widths',
      residual.input(1),
      -1,
      "Expected an integer from 0 to 0 for layer 2's units of the plan but received 6",
    ],
    [
      'one input of the block alone',
      residual.field('inputCount'),
      1,
      "Expected an integer from 2 to 2 for layer 2's inputCount of the plan but received 1",
    ],
  ]
  for (const [title, place, value, message] of changes) {
    it(`is refused with ${title}`, async () => {
      const found = await messageOf((plan) => {
        plan[place] = value
      }, BLOCKS)
      assert.ok(found.startsWith(message), found)
    })
  }
})
