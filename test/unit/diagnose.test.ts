/** `diagnose`: what it finds in broken and in sound set-ups, and that it changes nothing. */
import assert from 'node:assert/strict'
import { Network, Trainer } from 'lockstep-nn'
import { type Diagnosis, diagnose } from 'lockstep-nn/data'
import { FINDINGS } from '#lib/data/diagnose/finding.js'
import { brokenSetUps } from '../support/broken-set-ups.js'
import { rowTests } from '../support/rows.js'
import { BINARY, curve, normalRows, REGRESSION, type SetUp, sides, trainerOf, withColumn } from '../support/set-ups.js'
import { soundSetUps } from '../support/sound-set-ups.js'

const x = normalRows(200, 4)
const y = curve(x)

const run = ({ trainer, x: samples, y: targets, options }: SetUp): Diagnosis =>
  diagnose(trainer, samples, targets, options)

const above = ({ findings }: Diagnosis) =>
  findings.filter(({ severity }) => severity !== 'note').map(({ name }) => name)

const find = ({ findings, text }: Diagnosis, name: string) => {
  const found = findings.find((one) => one.name === name)
  assert.ok(found, text)
  return found
}

describe('diagnose', () => {
  const row = rowTests()

  for (const [name, { found, make }] of Object.entries(brokenSetUps)) {
    row('names what is wrong with a broken set-up, and nothing else', name, () => {
      const diagnosis = run(make())
      assert.deepEqual(above(diagnosis), found, diagnosis.text)
    })

    row('has a figure, a reason of one sentence and a remedy of one sentence for each finding', name, () => {
      for (const { name: finding, reason, remedy, figures } of run(make()).findings) {
        assert.match(reason, /^[A-Z]?[^\n]*\S\.$/i)
        assert.match(remedy, /^[A-Z][^\n]*\.$/)
        // Some have no number but a name.
        if (finding !== 'mismatchedOutput') assert.ok(Object.keys(figures).length > 0)
        assert.ok(Object.values(figures).every(Number.isFinite))
      }
    })
  }

  it('has a broken set-up for each finding', () => {
    const named = new Set(Object.values(brokenSetUps).flatMap(({ found }) => found))
    assert.deepEqual(
      [...FINDINGS].filter((name) => !named.has(name)),
      [],
    )
    assert.ok(Object.keys(brokenSetUps).length >= 20)
    assert.ok(Object.keys(soundSetUps).length >= 10)
  })

  for (const [name, { make, fit }] of Object.entries(soundSetUps)) {
    row('has no finding above a note for a sound set-up, before, during and after a training that learns', name, () => {
      const setUp = make()
      const { trainer } = setUp
      const before = trainer.evaluate(setUp.x, setUp.y).loss
      const epochs = Math.ceil((fit.epochs ?? 1) / 2)
      for (const when of ['before', 'during', 'after']) {
        const diagnosis = run(setUp)
        assert.deepEqual(above(diagnosis), [], `${when}: ${diagnosis.text}`)
        if (when !== 'after') trainer.partialFitSync(setUp.x, setUp.y, { ...fit, epochs })
      }
      assert.ok(trainer.evaluate(setUp.x, setUp.y).loss < 0.8 * before)
    })
  }
})

describe('a diagnosis', () => {
  it('changes no bit of the trainer, the network and the data', () => {
    const optimizer = { name: 'adam', learningRate: 10 } as const
    const network = new Network({
      inputs: 4,
      layers: [
        { units: 8 },
        { type: 'batchNormalization', activation: 'relu' },
        { type: 'dropout', rate: 0.5 },
        { units: 1 },
      ],
      seed: 1,
    })
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer, schedule: 'reduceOnPlateau' })
    const [samples, targets] = [Float64Array.from(x.flat()), Float64Array.from(y)]
    trainer.fitSync(samples, targets, { epochs: 3 })
    const state = () => ({
      digest: network.digest(),
      optimizer: trainer.optimizerState,
      schedule: trainer.scheduleState,
      epoch: trainer.epoch,
      rate: trainer.learningRate,
      samples: samples.slice(),
      targets: targets.slice(),
    })
    const before = state()
    const { findings } = diagnose(trainer, samples, targets, { validationData: [samples, targets] })
    assert.ok(findings.length > 0)
    assert.deepEqual(state(), before)
  })

  it('lets a training continue with the bits of one without it', () => {
    const train = (between: (trainer: Trainer) => void): string => {
      const trainer = trainerOf()
      trainer.fitSync(x, y, { epochs: 2 })
      between(trainer)
      trainer.partialFitSync(x, y, { epochs: 2 })
      return trainer.network.digest()
    }
    assert.equal(
      train((trainer) => diagnose(trainer, x, y)),
      train(() => {}),
    )
  })

  it('has the same findings for the same arguments, for rows and for a flat array, and for each backend', () => {
    const network = new Network({ inputs: 4, layers: REGRESSION, seed: 1 })
    const trainerFor = (backend: string) =>
      new Trainer(network, { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 5 }, backend })
    const first = diagnose(trainerFor('auto'), x, y)
    assert.deepEqual(above(first), ['rateTooHigh'])
    assert.deepEqual(diagnose(trainerFor('auto'), Float64Array.from(x.flat()), Float64Array.from(y)), first)
    assert.deepEqual(diagnose(trainerFor('typescript'), x, y), first)
  })

  it('draws other rows for another seed, and at most as many as asked for', () => {
    const trainer = trainerOf()
    const unscaled = withColumn(x, 1, ([, b]) => 500 * b)
    const [first, second] = [0, 1].map((seed) => diagnose(trainer, unscaled, y, { rows: 50, seed }))
    assert.equal(first.rows, 50)
    const sizes = [first, second].map((one) => find(one, 'unscaledInputs').figures.size)
    assert.notEqual(sizes[0], sizes[1])
  })

  it('names columns by their names, and otherwise by their indices', () => {
    const unscaled = withColumn(x, 1, ([, b]) => 5000 * b)
    const columns = ['age', 'income', 'height', 'weight']
    assert.match(
      find(diagnose(trainerOf(), unscaled, y, { columns }), 'unscaledInputs').reason,
      /^Column "income" has a mean/,
    )
    const { where, reason } = find(diagnose(trainerOf(), unscaled, y), 'unscaledInputs')
    assert.match(reason, /^Column 1 /)
    assert.deepEqual(where, { columns: [1] })
  })

  it('has the places of its findings', () => {
    const nan = withColumn(x, 2, ([, , c], i) => (i === 17 ? NaN : c))
    assert.deepEqual(find(diagnose(trainerOf(), nan, y), 'notFiniteValues').where, { rows: [17], columns: [2] })
    const infinite = y.map((value, i) => (i === 3 ? Infinity : value))
    assert.deepEqual(find(diagnose(trainerOf(), x, infinite), 'notFiniteValues').where, { rows: [3], outputs: [0] })
    const block = {
      type: 'residual',
      layers: [{ units: 4, activation: 'relu', biasInitializer: { name: 'constant', value: -99 } }],
    } as const
    const deep = trainerOf({ layers: [block, { units: 1 }] })
    assert.deepEqual(find(diagnose(deep, x, y), 'deadUnits').where, { layers: ['0.layers.0'] })
  })

  it('is errors first, then warnings, then notes, also as text', () => {
    const both = withColumn(
      withColumn(x, 0, () => 7),
      1,
      ([, b]) => 2000 * b,
    )
    const diagnosis = diagnose(trainerOf({ optimizer: { name: 'sgd', learningRate: 1 } }), both, y)
    assert.deepEqual(
      diagnosis.findings.map(({ severity, name, cause }) => [severity, name, cause]),
      [
        ['error', 'unscaledInputs', undefined],
        ['warning', 'constantColumns', undefined],
        ['note', 'rateTooHigh', 'unscaledInputs'],
      ],
    )
    assert.equal(String(diagnosis), diagnosis.text)
    const [first, second] = diagnosis.text.split('\n')
    assert.equal(first, 'Found 1 error, 1 warning, 1 note in 200 rows of 4 columns.')
    assert.equal(second, `error unscaledInputs: ${diagnosis.findings[0].reason}`)
    assert.match(diagnosis.text, /It probably follows from unscaledInputs: mend that first\./)
    assert.deepEqual(JSON.parse(JSON.stringify(diagnosis)), { ...diagnosis })
    assert.match(diagnose(trainerOf(), x, y).text, /^Nothing found in 200 rows of 4 columns\.$/)
  })

  it('names the checks that could not run, and why', () => {
    const network = new Network({ inputs: 4, layers: REGRESSION, seed: 1 })
    const scheduled = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', schedule: () => 0.01 })
    const reason = 'schedule is a function, not a table of rates'
    assert.deepEqual(diagnose(scheduled, x, y).skipped, [
      { name: 'rateTooHigh', reason },
      { name: 'rateTooLow', reason },
    ])
    const nothing = diagnose(
      trainerOf(),
      x.map((one) => one.map(() => NaN)),
      y,
    )
    assert.equal(nothing.rows, 0)
    assert.ok(nothing.skipped.length > 10)
    assert.match(nothing.text, /Not checked: /)
  })
})

describe('a finding of a diagnosis', () => {
  it('counts labels with their classWeight', () => {
    const rare = x.map((_, i) => Number(i % 40 === 0))
    const trainer = trainerOf({ layers: BINARY, loss: 'binaryCrossentropy' })
    assert.deepEqual(above(diagnose(trainer, x, rare)), ['imbalancedLabels'])
    for (const classWeight of [{ 1: 39 }, [1, 39]])
      assert.deepEqual(above(diagnose(trainer, x, rare, { classWeight })), [])
  })

  it('is a note about the layers of a network that has learned nevertheless', () => {
    const trainer = trainerOf({ layers: [{ units: 16, activation: 'tanh' }, { units: 1 }] })
    trainer.fitSync(x, y, { epochs: 100 })
    // Half of the units more, which are saturated.
    const wide = new Network({
      inputs: 4,
      layers: [{ units: 40, activation: 'tanh' }, { units: 1 }],
      initializer: 'zeros',
    })
    const [from, to] = [trainer.network, wide].map((network) => [network.getLayer(0), network.getLayer(1)])
    for (let i = 0; i < 4; i++) to[0].weights?.set(from[0].weights!.subarray(16 * i, 16 * i + 16), 40 * i)
    to[0].bias?.set(from[0].bias!)
    to[0].bias?.forEach((_, unit, bias) => {
      if (unit >= 16) bias[unit] = 20 + unit
    })
    to[1].weights?.set(from[1].weights!)
    to[1].bias?.set(from[1].bias!)
    const again = new Trainer(wide, { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.01 } })
    const diagnosis = diagnose(again, x, y)
    assert.equal(find(diagnosis, 'saturatedUnits').severity, 'note')
    assert.deepEqual(above(diagnosis), [])
  })

  it('is of all rows where a column is constant, not of the sample only', () => {
    const almost = withColumn(x, 0, (_, i) => Number(i === 199))
    for (const rows of [10, 200]) {
      const { findings } = diagnose(trainerOf(), almost, y, { rows })
      assert.ok(!findings.some(({ name }) => name === 'constantColumns'))
    }
    assert.equal(
      find(
        diagnose(
          trainerOf(),
          withColumn(x, 0, () => 3),
          y,
          { rows: 10 },
        ),
        'constantColumns',
      ).figures.value,
      3,
    )
  })

  it('does not call rows shared that are equal as often within the training rows', () => {
    const binary = Array.from({ length: 200 }, (_, i) => [i % 2, (i >> 1) % 2, (i >> 2) % 2, (i * i) % 3])
    const labels = binary.map(([a, b], i) => Number(i % 5 === 0 ? a : b))
    const trainer = trainerOf({ layers: BINARY, loss: 'binaryCrossentropy' })
    const { findings } = diagnose(trainer, binary.slice(0, 150), labels.slice(0, 150), {
      validationData: { x: binary.slice(150), y: labels.slice(150) },
    })
    assert.ok(!findings.some(({ name }) => name === 'sharedRows'))
  })

  it('counts each validation row that is a training row', () => {
    const others = normalRows(50, 4, 20)
    const validationData = [
      [...others, ...x.slice(0, 10)],
      [...curve(others), ...y.slice(0, 10)],
    ] as [number[][], number[]]
    const { figures, where } = find(diagnose(trainerOf(), x, y, { validationData }), 'sharedRows')
    assert.deepEqual(figures, { share: 10 / 60, rows: 10 })
    assert.deepEqual(where.rows, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('has a rate that lowers the loss where the trainer has one that does not', () => {
    for (const learningRate of [5, 1e-8]) {
      const [finding] = diagnose(trainerOf({ optimizer: { name: 'sgd', learningRate } }), x, y).findings
      const { figures, remedy } = finding
      assert.equal(figures.rate, learningRate)
      const better = figures.lowerAfter ?? figures.higherAfter
      assert.ok(better < 0.9 * figures.before)
      const rate = Number(/learningRate: (\S+) of/.exec(remedy)?.[1])
      const trainer = trainerOf({ optimizer: { name: 'sgd', learningRate: rate } })
      assert.ok(trainer.fitSync(x, y, { epochs: 20 }).loss[19] < 0.9 * trainer.evaluate(x, y).loss + figures.before / 2)
    }
  })

  it('is of a trained network too whose rate has broken it', () => {
    const trainer = trainerOf({
      layers: BINARY,
      loss: 'binaryCrossentropy',
      optimizer: { name: 'sgd', learningRate: 50 },
    })
    trainer.fitSync(x, sides(x), { epochs: 20 })
    assert.equal(diagnose(trainer, x, sides(x)).findings[0].name, 'rateTooHigh')
  })
})
