/** The lesson and the exported program of the playground, in Node.js. */
import assert from 'node:assert/strict'
import { loadDataSet } from '../../playground/data/load.js'
import { codeOf } from '../../playground/export/code.js'
import { STEPS } from '../../playground/lesson/steps.js'
import { checkSettings } from '../../playground/state/check.js'
import type { Settings } from '../../playground/state/settings.js'
import { prepare } from '../../playground/training/prepare.js'
import { Run } from '../../playground/training/run.js'
import { Photographer } from '../../playground/training/snapshot/snapshot.js'
import type { Snapshot } from '../../playground/training/snapshot/snapshot-types.js'
import { trainTo } from '../../playground/training/train-to.js'
import { node, ROOT } from '../support/child.js'
import { layerOf, STATEFUL, settingsWith } from '../support/playground-settings.js'

function snapshotOf(settings: Settings, epochs: number): Snapshot {
  const run = new Run(prepare(checkSettings(settings)))
  if (epochs > 0) run.trainEpochs(epochs)
  const picture = { axes: [0, 1], size: 4, unitSize: 4, member: 0 } as const
  return new Photographer(run).take(picture, { isRunning: false, epochsPerSecond: 0 })
}

describe('a step of the lesson', () => {
  for (const [number, step] of STEPS.entries()) {
    it(`is not done at its beginning: ${number + 1}`, () => {
      assert.equal(step.isDone(step.settings, snapshotOf(step.settings, 0)), false)
    })
  }

  const solved: readonly (readonly [settings: Settings, epochs: number])[] = [
    [STEPS[0].settings, 150],
    [{ ...STEPS[1].settings, network: { ...STEPS[1].settings.network, layers: [layerOf({ units: 8 })] } }, 200],
    [
      {
        ...STEPS[2].settings,
        trainer: { ...STEPS[2].settings.trainer, optimizer: { name: 'sgd', learningRate: 0.3 } },
      },
      150,
    ],
    [
      {
        ...STEPS[3].settings,
        network: {
          ...STEPS[3].settings.network,
          layers: STEPS[3].settings.network.layers.map((layer) => ({ ...layer, dropout: 0.5 })),
        },
      },
      300,
    ],
    [STEPS[4].settings, 1000],
  ]
  for (const [number, [settings, epochs]] of solved.entries()) {
    it(`is done by what it says to do: ${number + 1}`, () => {
      const snapshot = snapshotOf(settings, epochs)
      const { accuracy, losses, learned } = snapshot
      const values = [accuracy.training, losses.training.mean.at(-1), losses.validation.mean.at(-1), learned]
      assert.ok(STEPS[number].isDone(settings, snapshot), values.join(', '))
    })
  }

  it('is not done by the rate that is too high, nor without dropout', () => {
    for (const [number, epochs] of [
      [2, 150],
      [3, 300],
    ]) {
      const snapshot = snapshotOf(STEPS[number].settings, epochs)
      assert.equal(STEPS[number].isDone(STEPS[number].settings, snapshot), false)
    }
    // The rate and the overfitting are those that the texts describe.
    const { training } = snapshotOf(STEPS[2].settings, 150).losses
    assert.ok(!((training.mean.at(-1) as number) < 0.05), `${training.mean.at(-1)}`)
    const { losses } = snapshotOf(STEPS[3].settings, 300)
    assert.ok((losses.validation.mean.at(-1) as number) > 1, `${losses.validation.mean.at(-1)}`)
  })

  it('counts 7 of 10 seeds that learn XOR', () => {
    assert.equal(snapshotOf(STEPS[4].settings, 1000).learned, 7)
  })
})

describe('the exported program', () => {
  const cases: readonly (readonly [name: string, settings: Settings, epochs: number])[] = [
    ['the default', settingsWith(), 20],
    ['a training with state, and an ensemble', settingsWith({ ...STATEFUL, members: 3, seed: 7 }), 12],
    [
      'numbers of classes without validation',
      settingsWith({ data: { source: 'points', validation: 0 }, members: 2 }),
      5,
    ],
    ['a regression', settingsWith({ data: { source: 'plane' } }), 5],
    ['a table with missing values', settingsWith({ data: { source: 'csv' } }), 10],
    ['no epoch', settingsWith(), 0],
  ]
  for (const [name, settings, epochs] of cases) {
    it(`prints the digest of the page: ${name}`, async () => {
      const data = await loadDataSet(settings.data)
      const { digest } = trainTo(settings, epochs, data)
      const code = codeOf(settings, data, epochs, digest)
      assert.ok(code.trim().split('\n').length <= 10, code)
      const { status, stdout, stderr } = node(['--input-type=module', '--eval', code], { cwd: ROOT })
      assert.equal(status, 0, stderr)
      assert.equal(stdout.trim(), digest)
    })
  }
})
