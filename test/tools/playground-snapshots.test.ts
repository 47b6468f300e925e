/** What the playground shows of a training: maps, weights, gradients, and units that no longer learn. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { prepare } from '../../playground/training/prepare.js'
import { Run } from '../../playground/training/run.js'
import { Photographer } from '../../playground/training/snapshot/snapshot.js'
import type { LayerPicture, Picture, Snapshot } from '../../playground/training/snapshot/snapshot-types.js'
import { stuckUnits } from '../../playground/training/snapshot/units.js'
import { type Changes, DIVERGING, layerOf, STATEFUL, settingsWith } from '../support/playground-settings.js'
import { rowTests } from '../support/rows.js'

const PICTURE: Picture = { axes: [0, 1], size: 6, unitSize: 6, member: 0 }
const PACE = { isRunning: false, epochsPerSecond: 0 }
const EDGE = 1.25

function snapshotOf(changes: Changes, picture = PICTURE, epochs = 3): { run: Run; taken: Snapshot } {
  const run = new Run(prepare(settingsWith(changes)))
  run.trainEpochs(epochs)
  return { run, taken: new Photographer(run).take(picture, PACE) }
}

/** The samples at the middles of a map's places, row by row from the top. */
function places(size: number): number[][] {
  const at = (i: number) => -EDGE + (2 * EDGE * (i + 0.5)) / size
  return Array.from({ length: size * size }, (_, k) => [at(k % size), at(size - 1 - Math.floor(k / size))])
}

/** How far two values may be apart: a value of a map is rounded to 24 bits, its place to 53. */
const near = (actual: number, expected: number): boolean =>
  Math.abs(actual - expected) <= 1e-6 * (1 + Math.abs(expected))

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < expected.length; i++)
    assert.ok(near(actual[i], expected[i]), `${actual[i]} is not ${expected[i]} at ${i}`)
}

const mapOf = ({ maps, units }: LayerPicture, unit: number): Float32Array => {
  const length = maps.length / units
  return maps.subarray(unit * length, (unit + 1) * length)
}

describe('a snapshot of the playground', () => {
  const row = rowTests()

  const several = {
    data: {
      source: 'points',
      points: [
        [0, 0, 0],
        [1, 0, 1],
        [0, 1, 2],
        [1, 1, 3],
      ],
      validation: 0,
    },
  } as const
  for (const [name, changes] of [
    ['one member', {}],
    ['three members', { members: 3 }],
    ['a state', STATEFUL],
    ['no layer', { network: { layers: [] } }],
    ['four classes', several],
  ] as const) {
    row('has the mean of the members in its map, and their standard deviation', name, () => {
      const { run, taken } = snapshotOf(changes)
      const predictions = run.members.map((member) => member.predict(places(PICTURE.size)))
      const means = predictions[0].map((_, i) => predictions.reduce((sum, one) => sum + one[i], 0) / predictions.length)
      assertNear(taken.output.mean, means)
      const spreads = means.map((mean, i) =>
        Math.sqrt(predictions.reduce((sum, one) => sum + (one[i] - mean) ** 2, 0) / predictions.length),
      )
      assertNear(taken.output.spread, spreads)
    })

    row('has in the maps of the last layer the outputs of the member that is shown', name, () => {
      const member = changes === undefined || !('members' in changes) ? 0 : 2
      const { run, taken } = snapshotOf(changes, { ...PICTURE, member })
      const last = taken.layers[taken.layers.length - 1]
      const outputs = run.members[member].predict(places(PICTURE.unitSize))
      for (let unit = 0; unit < last.units; unit++) {
        assertNear(
          mapOf(last, unit),
          outputs.filter((_, i) => i % last.units === unit),
        )
      }
    })
  }

  it('has the values of each hidden unit in its map, after a normalization too', () => {
    const layers = [
      layerOf({ normalization: 'layer', dropout: 0.5 }),
      layerOf({ units: 2, activation: { name: 'relu' } }),
    ]
    const { run, taken } = snapshotOf({ network: { layers } })
    const [member] = run.members
    const { weights, bias } = member.getLayer(0)
    const { gamma, beta } = member.getLayer(1)
    const first = places(PICTURE.unitSize).map((sample) => {
      const z = Array.from({ length: 4 }, (_, j) =>
        sample.reduce((sum, x, i) => sum + x * weights![i * 4 + j], bias![j]),
      )
      const mean = z.reduce((sum, one) => sum + one, 0) / 4
      const variance = z.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 4
      return z.map((one, j) => Math.tanh(((one - mean) / Math.sqrt(variance + 0.001)) * gamma![j] + beta![j]))
    })
    for (let j = 0; j < 4; j++)
      assertNear(
        mapOf(taken.layers[0], j),
        first.map((values) => values[j]),
      )
    const second = member.getLayer(3)
    for (let j = 0; j < 2; j++) {
      const values = first.map((one) =>
        Math.max(
          0,
          one.reduce((sum, a, i) => sum + a * second.weights![i * 2 + j], second.bias![j]),
        ),
      )
      assertNear(mapOf(taken.layers[1], j), values)
    }
    assert.deepEqual(
      taken.layers.map(({ units }) => units),
      [4, 2, 1],
    )
    assert.deepEqual([...taken.layers[1].weights], [...second.weights!].map(Math.fround))
  })

  it('has the root of the mean square of the gradients of each layer', () => {
    const { run, taken } = snapshotOf({
      trainer: { loss: { name: 'meanSquaredError' } },
      network: { output: { name: 'linear' } },
    })
    const { x, y, shape } = run.prepared
    const [member] = run.members
    const outputGradients = member.predict(x).map((a, i) => (2 * (a - y[i])) / y.length)
    const { parameters } = member.gradients(x, outputGradients, { inputs: false })
    const gradients = new Network({ inputs: 2, layers: shape.layers, parameters })
    shape.stages.forEach(({ dense }, i) => {
      const { weights, bias } = gradients.getLayer(dense)
      const all = [...weights!, ...bias!]
      const expected = Math.sqrt(all.reduce((sum, one) => sum + one * one, 0) / all.length)
      assert.ok(Math.abs(taken.layers[i].gradient / expected - 1) < 1e-9, `${taken.layers[i].gradient}, ${expected}`)
    })
  })

  it('has the shares of right classes', () => {
    const { run, taken } = snapshotOf({ members: 3 }, PICTURE, 40)
    for (const part of ['training', 'validation'] as const) {
      const { x, y, count } = run.prepared.data[part]
      const outputs = run.members.map((member) => member.predict(x))
      const right = y.filter(
        (label, i) => (outputs.reduce((sum, one) => sum + one[i], 0) > 1.5 ? 1 : 0) === label,
      ).length
      assert.equal(taken.accuracy[part], right / count)
    }
    assert.deepEqual(snapshotOf({ data: { source: 'plane' } }).taken.accuracy, { training: null, validation: null })
    assert.equal(snapshotOf({ data: { validation: 0 } }).taken.accuracy.validation, null)
  })

  it('can be taken after a divergence', () => {
    const { taken } = snapshotOf(DIVERGING, PICTURE, 400)
    assert.match(taken.ended ?? '', /^Training diverged/)
    assert.ok(taken.output.mean.every((value) => !Number.isNaN(value)))
  })

  it('names relu units that are 0 for all rows as dead', () => {
    const { run } = snapshotOf({ network: { layers: [layerOf({ activation: { name: 'relu' } })] } })
    run.members[0].getLayer(0).bias!.set([0, -100, 0, -100])
    const { layers } = new Photographer(run).take(PICTURE, PACE)
    assert.deepEqual([layers[0].dead, layers[0].saturated], [[1, 3], []])
  })

  it('names units near a bound of their activation for nearly all rows as saturated', () => {
    const rows = 100
    const values = new Float64Array(3 * rows)
    for (let i = 0; i < rows; i++) {
      values[3 * i] = i < 5 ? 0 : i % 2 === 0 ? 0.99 : -0.985
      values[3 * i + 1] = i < 6 ? 0 : 0.99
      values[3 * i + 2] = 0.5
    }
    assert.deepEqual(stuckUnits(values, 3, 'tanh'), { dead: [2], saturated: [0] })
    assert.deepEqual(stuckUnits(values, 3, 'relu'), { dead: [2], saturated: [] })
  })
})
