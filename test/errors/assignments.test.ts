/** Assigning a fixed property throws, in sloppy code as well as in strict code. */
import assert from 'node:assert/strict'
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { Model, standardScaler } from 'lockstep-nn/data'
import { TRAINER_OPTIONS } from '#lib/training/trainer-options.js'
import { handmade } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

/** Assigns as a script without 'use strict' does, where a refused assignment is silent. */
const assign = new Function('object', 'name', 'value', 'object[name] = value') as (
  object: object,
  name: string,
  value: unknown,
) => void

const network = () => new Network({ inputs: 2, layers: [{ units: 2, activation: 'relu' }, { units: 1 }], seed: 1 })
const trainer = () => new Trainer(network(), { loss: 'meanSquaredError', optimizer: 'sgd' })
const ensemble = () => new Ensemble({ inputs: 2, layers: [{ units: 1 }], seeds: [1, 2] })

/** By the object's name in errors: how to make one, and its fixed properties. */
const fixed: Readonly<Record<string, readonly [make: () => object, names: readonly string[]]>> = {
  'a Trainer': [trainer, [...TRAINER_OPTIONS, 'network', 'epoch']],
  'a Network': [network, ['inputs', 'outputs', 'layers', 'parameters', 'parameterCount']],
  'an Ensemble': [ensemble, ['inputs', 'outputs', 'members', 'parameters', 'parameterCount']],
  'a scaler': [() => standardScaler.fit([[1], [2]]), ['type', 'center', 'scale', 'range']],
  'a Model': [() => new Model(handmade()), ['network', 'columns', 'target', 'training', 'history']],
}

for (const [owner, [make, names]] of Object.entries(fixed)) {
  describe(`${owner}`, () => {
    const row = rowTests()
    for (const name of names) {
      row('refuses another value, and explains what to do', name, () => {
        const object = make()
        const before = Reflect.get(object, name)
        const message = new RegExp(`^TypeError: ${name} of ${owner} cannot be assigned\\. (Make|Write|Give|Fit) `)
        assert.throws(() => assign(object, name, 1), message)
        assert.throws(() => Object.assign(object, { [name]: 1 }), message)
        assert.deepEqual(Reflect.get(object, name), before)
      })
    }

    it('takes no other properties', () => {
      assert.throws(() => Object.assign(make(), { unheardOf: 1 }), TypeError)
      assert.equal(Object.isExtensible(make()), false)
    })
  })
}

describe('what cannot be assigned', () => {
  it('does not include the state of a trainer and the fields of a subclass', () => {
    class Noted extends Network {
      note = 'first'
    }
    const noted = new Noted({ inputs: 2, layers: [{ units: 1 }] })
    noted.note = 'second'
    const one = new Trainer(noted, { loss: 'meanSquaredError', optimizer: { name: 'sgd', momentum: 0.5 } })
    one.optimizerState = Float64Array.of(1, 2, 3)
    assert.deepEqual([noted.note, ...one.optimizerState], ['second', 1, 2, 3])
  })

  it('includes the description of the layers and the list of the members', () => {
    const { layers } = network()
    assert.throws(() => Object.assign(layers[0], { units: 5 }), TypeError)
    assert.throws(() => Object.assign(layers[0].options, { alpha: 5 }), TypeError)
    assert.throws(() => (layers as unknown[]).push(layers[0]), TypeError)
    assert.throws(() => (ensemble().members as unknown[]).pop(), TypeError)
  })
})
