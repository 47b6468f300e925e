/** What `console.log` shows of an object: a short summary, and nothing that is private. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { Ensemble, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { labelEncoder, Model, minMaxScaler, oneHot } from 'lockstep-nn/data'
import { handmade, kindModel } from '../support/pets.js'

const layers: LayerOption[] = [
  { units: 3, activation: 'relu' },
  { type: 'dropout', rate: 0.5 },
  { type: 'batchNormalization', activation: 'tanh' },
  { units: 1 },
]

describe('console.log', () => {
  it('shows a network with its layers', () => {
    const network = new Network({ inputs: 2, layers })
    const expected = [
      'Network: 2 → 1, 25 parameters',
      '  dense 2 × 3, relu',
      '  dropout 3 × 3',
      '  batchNormalization 3 × 3, tanh',
      '  dense 3 × 1, linear',
    ]
    assert.equal(inspect(network), expected.join('\n'))
    assert.equal(inspect({ network }), `{\n  network: ${expected.join('\n  ')}\n}`)
  })

  it('shows the first and the last of many layers', () => {
    const many = Array.from({ length: 100 }, () => ({ units: 2 }))
    const lines = inspect(new Network({ inputs: 2, layers: many })).split('\n')
    assert.equal(lines.length, 9)
    assert.equal(lines[6], '  … 93 more layers')
  })

  it('shows an ensemble by the shape of its members', () => {
    const ensemble = new Ensemble({ inputs: 2, layers: [{ units: 1 }], seeds: [1, 2, 3] })
    assert.equal(inspect(ensemble), 'Ensemble: 3 members of 2 → 1, 3 parameters each\n  dense 2 × 1, linear')
  })

  it('shows what a trainer trains, and its epoch', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
    const options = { loss: 'huber', optimizer: 'adam', backend: 'typescript' } as const
    const trainer = new Trainer(network, options)
    trainer.fitSync([1, 2], [1, 2], { epochs: 3 })
    assert.equal(inspect(trainer), 'Trainer: a network 1 → 1, loss huber, optimizer adam, typescript, epoch 3')
    const ensemble = new Trainer(new Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: [1, 2] }), options)
    assert.match(
      inspect(ensemble),
      /^Trainer: an ensemble of 2 members 1 → 1, loss huber, optimizer adam, typescript, epoch 0$/,
    )
  })

  it('shows a model by its columns, its target and its training', async () => {
    const untrained = 'Model: label "kind" of 2 columns, a network 3 → 2\n  columns: "height", "coat"'
    assert.equal(inspect(new Model(handmade())), untrained)
    const lines = inspect(await kindModel()).split('\n')
    assert.equal(lines.length, 3)
    assert.match(
      lines[2],
      /^ {2}training: rows 6, epochs 5, finalLoss [\d.]+, loss categoricalCrossentropy, optimizer adam, /,
    )
  })

  it('shows scalers and encoders in a line', () => {
    const rows = [
      [0, 10],
      [4, 30],
    ]
    assert.equal(inspect(minMaxScaler.fit(rows)), 'minMaxScaler: 2 columns, center 0, 10, scale 4, 20')
    assert.equal(inspect(labelEncoder.fit([true, false])), 'labelEncoder: 2 labels, false, true')
    const many = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(2, '0'))
    assert.equal(
      inspect(oneHot.fit(many)),
      'oneHot: 100 categories, "00", "01", "02", "03", "04", … 93 more categories, "98", "99"',
    )
    assert.ok(inspect(oneHot.fit(['x'.repeat(1e6), 'y'])).length < 100)
  })
})
