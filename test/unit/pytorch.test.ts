/**
 * Trainings against PyTorch's, in double precision: the meaning of every option, in addition to the bits of the other
 * tests. test/fixtures/pytorch has the expected values and the program that computed them.
 */
import assert from 'node:assert/strict'
import { implementations } from '../support/paths.js'
import { disagreement, groups, type Training, train, withoutOptions } from '../support/pytorch.js'
import { activationNames, hiddenActivationNames, lossesFor, lossNames, optimizerNames } from '../support/tables.js'

const all = groups.flatMap(({ name, cases }) => cases.map((one) => ({ id: `${name}/${one.name}`, ...one })))

/** TypeScript, and the kernel set of `auto`; other tests compare the bits of the other sets. */

/** The difference on the TypeScript backend, or why the training is refused. */
function difference(training: Training): string | null {
  try {
    return disagreement(train(training, 'typescript'), training.expected)
  } catch (error) {
    return String(error)
  }
}

const activationsOf = ({ network }: Training) =>
  network.layers.map((layer) => ('activation' in layer ? layer.activation : 'linear'))
const nameOf = (option: string | { readonly name: string }) => (typeof option === 'string' ? option : option.name)

describe('trainings by PyTorch', () => {
  for (const { name, cases } of groups) {
    describe(name, () => {
      for (const training of cases) {
        it(training.name, () => {
          for (const path of implementations) {
            assert.equal(disagreement(train(training, path), training.expected), null, path)
          }
        })
      }
    })
  }

  for (const { id, ...training } of all) {
    it(`differ if an option is left out of ${id}`, () => {
      assert.equal(difference(training), null)
      for (const { option, training: rest } of withoutOptions(training)) {
        const same = training.idle?.includes(option) ?? false
        assert.equal(difference(rest) === null, same, `without ${option}`)
      }
    })
  }

  it('are there for every activation in a hidden layer', () => {
    const met = new Set(all.flatMap((training) => activationsOf(training).slice(0, -1)))
    assert.deepEqual(
      hiddenActivationNames.filter((name) => !met.has(name)),
      [],
    )
  })

  it('are there for every loss and every activation that it goes with', () => {
    const met = new Set(
      all.map((training) => `${nameOf(training.trainer.loss)} after ${activationsOf(training).at(-1)}`),
    )
    const pairs = activationNames.flatMap((last) => lossesFor(last).map((loss) => `${loss} after ${last}`))
    assert.ok(pairs.length >= lossNames.length)
    assert.deepEqual(
      pairs.filter((pair) => !met.has(pair)),
      [],
    )
  })

  it('are there for every optimizer', () => {
    const met = new Set(all.map(({ trainer }) => nameOf(trainer.optimizer)))
    assert.deepEqual(
      optimizerNames.filter((name) => !met.has(name)),
      [],
    )
  })
})
