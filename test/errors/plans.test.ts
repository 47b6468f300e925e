/** Plans with a wrong number: the addon refuses them. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { argumentsOf, callError, SMALL, SPECIAL } from '../support/calls.js'
import { jobOf } from '../support/job.js'
import { rowTests } from '../support/rows.js'

const addon = loadAddon() as Addon
const available = addon.kernelSets.flatMap((set, index) => (set.available ? [index] : []))
const { planFields, layerFields } = addon

// Numbers that enter the arithmetic and no address: any will do.
const REAL = ['lossOption', 'lossScale', 'gradientScale', 'lastGradientScale', 'alpha', 'epsilon', 'l1', 'l2']
const FRACTIONS = ['rate', 'momentum']

/** Where a field is in an encoded plan. */
const at = (field: string): number => planFields.indexOf(field)
const atLayer = (layer: number, field: string): number =>
  planFields.length + layer * layerFields.length + layerFields.indexOf(field)

async function messageOf(change: (plan: Float64Array) => void, drawn = SMALL): Promise<string> {
  const given = argumentsOf(addon, 'train', available[0], jobOf(drawn)).map(([, value]) => value)
  change(given[1] as Float64Array)
  const error = await callError(addon, 'train', given)
  if (error === null) return 'nothing was thrown'
  assert.equal((error as Error).name, 'RangeError')
  return (error as Error).message
}

describe('a plan with a wrong number', () => {
  const row = rowTests()
  const impossible = [Number.NaN, Infinity, -Infinity, 0.5, -(2 ** 40), 2 ** 40, 2 ** 53, 1e300, -1e300]

  for (const field of planFields.filter((name) => !REAL.includes(name))) {
    row('is refused', field, async () => {
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

  for (const field of FRACTIONS) {
    row('is refused where the number is of a layer', field, async () => {
      for (const value of [Number.NaN, Infinity, -Infinity, -0.5, 1, 1e300]) {
        const message = await messageOf((plan) => {
          plan[atLayer(1, field)] = value
        })
        assert.match(message, new RegExp(`^Expected a number from 0 to under 1 for layer 1's ${field} of the plan but`))
      }
    })
  }

  for (const field of layerFields.filter((name) => ![...REAL, ...FRACTIONS].includes(name))) {
    row('is refused where the number is of a layer', field, async () => {
      for (const value of impossible) {
        const message = await messageOf((plan) => {
          plan[atLayer(1, field)] = value
        })
        const expected = `^Expected an integer from -?\\d+ to -?\\d+ for layer 1's ${field} of the plan but received `
        assert.match(message, new RegExp(expected))
      }
    })
  }

  it('is refused where numbers do not go together', async () => {
    const plans: readonly (readonly [(plan: Float64Array) => void, string])[] = [
      [(plan) => (plan[at('parameterCount')] = 16), "The plan's parameterCount does not agree with its layers."],
      [(plan) => (plan[at('outputs')] = 3), "The plan's outputs do not agree with its last layer."],
      [(plan) => (plan[at('loss')] = 2), 'The loss of the plan does not go with its last activation.'],
      [
        (plan) => (plan[atLayer(0, 'trainable')] = plan[atLayer(1, 'trainable')] = 0),
        'No layer of the plan is trainable.',
      ],
      [(plan) => (plan[plan.length - 1] = plan[plan.length - 3] = 1), 'The plan has more than one clip.'],
      [(plan) => (plan[at('layerCount')] = 3), 'Expected a plan of length 70 but received one of length 56.'],
      [(plan) => (plan[at('optionCount')] = 2), 'Expected a plan of length 51 but received one of length 56.'],
      [(plan) => (plan[at('stepsPerEpoch')] = 4), "The plan's epochRows do not agree with its batches."],
      [(plan) => (plan[at('lastBatchSize')] = 2), "The plan's epochRows do not agree with its batches."],
      [(plan) => (plan[at('optimizer')] = 1), 'The plan has 7 options for its optimizer, which takes 9.'],
    ]
    for (const [change, message] of plans) assert.equal(await messageOf((plan) => void change(plan)), message)
  })
})

describe('a plan with layers of several types', () => {
  const row = rowTests()
  const softmax = addon.activations.findIndex(({ name }) => name === 'softmax')
  const changes: readonly (readonly [title: string, layer: number, field: string, value: number, message: string])[] = [
    [
      'dropout with units of its own',
      2,
      'units',
      4,
      "Expected an integer from 3 to 3 for layer 2's units of the plan but received 4",
    ],
    [
      'dropout with parameters',
      2,
      'kind',
      3,
      "Expected an integer from 20 to 20 for layer 2's bias of the plan but received 17",
    ],
    [
      'statistics where there are none',
      3,
      'statistics',
      27,
      "Expected an integer from -1 to -1 for layer 3's statistics of the plan but received 27",
    ],
    [
      'no statistics where there are some',
      0,
      'statistics',
      -1,
      "Expected an integer from 4 to 4 for layer 0's statistics of the plan but received -1",
    ],
    [
      'statistics elsewhere',
      0,
      'statistics',
      2 ** 30,
      "Expected an integer from 4 to 4 for layer 0's statistics of the plan but received 1073741824",
    ],
    [
      'an activation of rows',
      3,
      'activation',
      softmax,
      'The plan has an activation of rows beside layers that are not dense.',
    ],
    ['an unknown kind', 1, 'kind', 4, "Expected an integer from 0 to 3 for layer 1's kind of the plan but received 4"],
  ]
  for (const [title, layer, field, value, message] of changes) {
    row('is refused where layers do not go together', title, async () => {
      const found = await messageOf((plan) => {
        plan[atLayer(layer, field)] = value
      }, SPECIAL)
      assert.ok(found.startsWith(message), found)
    })
  }

  it('is refused without a dense layer at the end', async () => {
    const change = (plan: Float64Array) => {
      plan[atLayer(4, 'kind')] = 1
      plan[atLayer(4, 'units')] = 3
      plan[atLayer(4, 'bias')] = plan[atLayer(4, 'weights')]
      plan[atLayer(4, 'trainable')] = 0
      plan[at('outputs')] = 3
      plan[at('parameterCount')] = plan[atLayer(4, 'weights')]
    }
    assert.equal(await messageOf(change, SPECIAL), 'Expected a dense layer as the last of the plan.')
  })

  it('is refused where a whole batch could not be counted', async () => {
    const layers = 300
    const wide = 2 ** 24
    const plan = new Float64Array(planFields.length + layers * layerFields.length + 7)
    const numbers = { inputs: wide, outputs: 1, parameterCount: wide + 1, layerCount: layers, rows: 2 ** 31 - 1 }
    const batches = { batchSize: 2 ** 31 - 1, lastBatchSize: 2 ** 31 - 1, stepsPerEpoch: 1, epochRows: 2 ** 31 - 1 }
    const others = { ...batches, lossScale: 1, epochs: 1, gradientScale: 1, optionCount: 7 }
    for (const [field, value] of Object.entries({ ...numbers, ...others })) plan[at(field)] = value
    for (let l = 0; l < layers; l++) {
      const last = l === layers - 1
      const fields = {
        kind: last ? 0 : 1,
        inputs: wide,
        units: last ? 1 : wide,
        statistics: -1,
        bias: last ? wide : 0,
        trainable: last ? 1 : 0,
      }
      for (const [field, value] of Object.entries(fields)) plan[atLayer(l, field)] = value
    }
    const given = argumentsOf(addon, 'train', available[0]).map(([, value]) => value)
    given[1] = plan
    const error = await callError(addon, 'train', given)
    assert.equal((error as Error).message, 'The plan has too many units for batches of 2147483647 rows.')
  })
})
