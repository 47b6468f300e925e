/** The trainings of the playground in Node.js: their bits depend on the settings and the number of epochs alone. */
import assert from 'node:assert/strict'
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { makeDataSet } from '../../playground/data/make.js'
import { type Settings, SOURCES } from '../../playground/state/settings.js'
import { chosen, TABLES } from '../../playground/state/tables.js'
import { Course } from '../../playground/training/course.js'
import { LossSeries } from '../../playground/training/loss-series.js'
import { prepare } from '../../playground/training/prepare.js'
import { Run } from '../../playground/training/run.js'
import { trainTo } from '../../playground/training/train-to.js'
import { implementations } from '../support/paths.js'
import { DIVERGING, layerOf, STATEFUL, settingsWith } from '../support/playground-settings.js'
import { rowTests } from '../support/rows.js'

const EPOCHS = 7
const PICTURE = { axes: [0, 1], size: 8, unitSize: 4, member: 0 } as const

const newRun = (settings: Settings): Run => new Run(prepare(settings))

describe('a training of the playground', () => {
  const row = rowTests()

  it('has the digest of the same network by hand', () => {
    const settings = settingsWith({ seed: 5 })
    const { training, validation } = makeDataSet(settings.data)
    const layers = [
      { units: 8, activation: 'tanh' },
      { units: 8, activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ] as const
    const network = new Network({ inputs: 2, layers, seed: 5 })
    const trainer = new Trainer(network, {
      loss: 'binaryCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.01 },
    })
    trainer.fitSync(training.x, training.y, {
      epochs: EPOCHS,
      batchSize: 32,
      seed: 5,
      validationData: [validation.x, validation.y],
    })
    assert.equal(trainTo(settings, EPOCHS).digest, network.digest())
  })

  it('has the digest of the same ensemble by hand, whose members have the seeds after the first one', () => {
    const settings = settingsWith({
      seed: 5,
      members: 3,
      trainer: { loss: { name: 'hinge' } },
      network: { layers: [layerOf()] },
    })
    const { training } = makeDataSet(settings.data)
    const layers = [
      { units: 4, activation: 'tanh' },
      { units: 1, activation: 'tanh' },
    ] as const
    const ensemble = new Ensemble({ inputs: 2, layers, seeds: [5, 6, 7] })
    const trainer = new Trainer(ensemble, { loss: 'hinge', optimizer: { name: 'adam', learningRate: 0.01 } })
    const targets = training.y.map((label) => 2 * label - 1)
    trainer.fitSync(training.x, targets, { epochs: EPOCHS, batchSize: 32, seed: [5, 6, 7] })
    assert.equal(trainTo(settings, EPOCHS).digest, ensemble.digest())
  })

  for (const members of [1, 3]) {
    const settings = settingsWith({ ...STATEFUL, members })
    const name = `${members} members`
    const expected = trainTo(settings, EPOCHS).digest

    row('has the same digest in pieces of any length', name, () => {
      for (const pieces of [
        [1, 1, 1, 1, 1, 1, 1],
        [3, 4],
        [6, 1],
      ]) {
        const run = newRun(settings)
        for (const epochs of pieces) run.trainEpochs(epochs)
        assert.equal(run.digest(), expected)
        assert.equal(run.epoch, EPOCHS)
      }
    })

    row('has the same digest on every backend', name, () => {
      for (const backend of implementations) {
        const run = new Run(prepare(settings, backend))
        run.trainEpochs(EPOCHS)
        assert.equal(run.digest(), expected, backend)
      }
    })

    row('shows other parameters after each single step, and has those of the epoch after the last one', name, () => {
      const run = newRun(settings)
      run.trainEpochs(2)
      const before = run.digest()
      const seen = new Set([before])
      // 42 training rows in batches of 16.
      for (const step of [1, 2]) {
        run.trainStep()
        assert.deepEqual([run.epoch, run.step, run.digest()], [2, step, before])
        assert.equal(run.members.length, members)
        seen.add(run.members.map((member) => member.digest()).join())
      }
      assert.equal(seen.size, 3)
      run.trainStep()
      assert.deepEqual([run.epoch, run.step], [3, 0])
      run.trainEpochs(EPOCHS - 3)
      assert.equal(run.digest(), expected)
    })

    row('has the same digest when it goes on with whole epochs within an epoch', name, () => {
      const run = newRun(settings)
      run.trainStep()
      run.trainEpochs(3)
      run.trainStep()
      run.trainStep()
      run.trainEpochs(EPOCHS - 3)
      assert.equal(run.digest(), expected)
    })
  }

  for (const members of [1, 4]) {
    row('ends after the last epoch that is finite for all members, however it is cut', `${members} members`, () => {
      const settings = settingsWith({ ...DIVERGING, members })
      const whole = trainTo(settings, 400)
      assert.match(whole.ended ?? '', /^Training diverged in epoch \d+: /)
      assert.ok(whole.epoch > 0 && whole.epoch < 400, `${whole.epoch} epochs`)
      assert.equal(whole.digest, trainTo(settings, whole.epoch).digest)
      for (const pieces of [1, 2, 5]) {
        const run = newRun(settings)
        for (let i = 0; run.ended === null && i < 400; i += pieces) run.trainEpochs(pieces)
        assert.deepEqual([run.epoch, run.digest(), run.ended], [whole.epoch, whole.digest, whole.ended])
        run.trainEpochs(3)
        run.trainStep()
        assert.deepEqual([run.epoch, run.digest()], [whole.epoch, whole.digest])
      }
      const stepped = newRun(settings)
      for (let i = 0; stepped.ended === null && i < 3000; i++) stepped.trainStep()
      assert.deepEqual([stepped.epoch, stepped.digest(), stepped.ended], [whole.epoch, whole.digest, whole.ended])
    })
  }

  for (const source of SOURCES.filter((name) => name !== 'csv')) {
    row('learns every data set', source, () => {
      const settings = settingsWith({ data: { source, rows: 300, noise: 0.02 } })
      const isSpiral = source === 'spirals'
      const run = newRun(
        isSpiral
          ? { ...settings, network: { ...settings.network, layers: Array(3).fill(layerOf({ units: 16 })) } }
          : settings,
      )
      run.trainEpochs(isSpiral ? 600 : 200)
      const { mean } = run.lossSeries.training
      assert.ok((mean.at(-1) as number) < 0.2 * mean[0], `from ${mean[0]} to ${mean.at(-1)}`)
    })
  }

  for (const [field, table] of [
    ['optimizer', TABLES.optimizers],
    ['schedule', TABLES.schedules],
    ['loss', TABLES.losses],
  ] as const) {
    for (const name of Object.keys(table)) {
      row('trains with every entry of the tables, as it is chosen in a control', `${field} ${name}`, () => {
        assert.equal(trainTo(settingsWith({ trainer: { [field]: chosen(table, name) } }), 2).epoch, 2)
      })
    }
  }
  for (const name of Object.keys(TABLES.activations)) {
    row('trains with every entry of the tables, as it is chosen in a control', `activation ${name}`, () => {
      const layers = [layerOf({ activation: chosen(TABLES.activations, name), normalization: 'layer' })]
      assert.equal(trainTo(settingsWith({ network: { layers } }), 2).epoch, 2)
    })
  }
})

describe('a course of the playground', () => {
  /** A course with a clock by hand: each look at it takes a millisecond. */
  function newCourse(settings = settingsWith()): Course {
    let time = 0
    return new Course(settings, 'auto', () => time++)
  }

  it('trains in slices to the epoch of a link, and pauses there', () => {
    const course = newCourse()
    course.play(50)
    for (let i = 0; course.isPlaying && i < 60; i++) course.slice()
    assert.equal(course.isPlaying, false)
    assert.equal(course.run.epoch, 50)
    assert.equal(course.run.digest(), trainTo(settingsWith(), 50).digest)
  })

  it('takes a snapshot only when the page has asked for one, and something is new', () => {
    const course = newCourse()
    assert.equal(course.snapshot(), null)
    course.ask(PICTURE)
    assert.equal(course.snapshot()?.epoch, 0)
    assert.equal(course.snapshot(), null)
    course.ask(PICTURE)
    assert.equal(course.snapshot(), null)
    course.epoch()
    assert.equal(course.snapshot()?.epoch, 1)
    course.ask({ ...PICTURE, size: 9 })
    assert.equal(course.snapshot()?.output.size, 9)
  })

  it('does not train while it is paused', () => {
    const course = newCourse()
    course.slice()
    assert.equal(course.run.epoch, 0)
    course.play()
    course.slice()
    course.pause()
    const { epoch } = course.run
    assert.ok(epoch > 0)
    course.slice()
    assert.equal(course.run.epoch, epoch)
  })
})

describe('the losses of a run', () => {
  it('are kept at a bounded number of epochs, evenly, with the last one', () => {
    const series = new LossSeries()
    const count = 100_003
    for (let epoch = 1; epoch <= count; epoch++) {
      series.add({ epoch, training: { mean: 1 / epoch, low: 0, high: epoch }, validation: null })
    }
    const { epochs, training, validation } = series.all()
    assert.ok(epochs.length > 500 && epochs.length <= 1026, `${epochs.length} epochs`)
    assert.equal(epochs.at(-1), count)
    assert.equal(validation.mean.length, 0)
    const gaps = new Set(epochs.slice(1, -1).map((epoch, i) => epoch - epochs[i]))
    assert.equal(gaps.size, 1)
    assert.deepEqual(
      training.mean,
      epochs.map((epoch) => 1 / epoch),
    )
  })

  it('are the mean, the smallest and the largest of the members', () => {
    const run = newRun(settingsWith({ members: 2 }))
    run.trainEpochs(3)
    const alone = [0, 1].map((i) => {
      const member = newRun(settingsWith({ seed: 1 + i }))
      member.trainEpochs(3)
      return member.lossSeries.validation.mean.at(-1) as number
    })
    const { mean, low, high } = run.lossSeries.validation
    assert.deepEqual([low.at(-1), high.at(-1)], [Math.min(...alone), Math.max(...alone)])
    assert.equal(mean.at(-1), (alone[0] + alone[1]) / 2)
  })
})
