/** The same bits on every backend, for drawn trainings. `npm run fuzz` draws more of them. */
import assert from 'node:assert/strict'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { LAST_BATCHES } from '#lib/backend/plan.js'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import { Coverage } from '../support/coverage.js'
import { DRAWS_ALL, drawCount } from '../support/drawn.js'
import { nativePaths } from '../support/paths.js'
import { anySeed, CASES, round } from '../support/property.js'
import {
  activationNames,
  hiddenActivationNames,
  initializerNames,
  lossNames,
  lossTable,
  optimizerNames,
  specialTypes,
} from '../support/tables.js'

const ROUNDS = 3
// Few draws come from one round, and a third of all is one whole round.
const PER_ROUND = Math.min(CASES, drawCount(ROUNDS * CASES))
const ROUNDS_DRAWN = Math.ceil(drawCount(ROUNDS * CASES) / CASES)

const optionCount = ({ options }: { readonly options: object }): number => Object.keys(options).length

const addon = loadAddon() as Addon

describe('every backend ends in the same bits', () => {
  const coverage = new Coverage()
  let cases = 0

  it('compares with native backends', () => {
    assert.notEqual(nativePaths.length, 0, 'no kernel set runs here: run npm run build')
  })

  for (let i = 1; i <= ROUNDS_DRAWN; i++) {
    it(`in ${PER_ROUND} drawn trainings, round ${i}`, async function () {
      this.timeout(600_000)
      const result = await round(anySeed(), coverage, PER_ROUND)
      if (result.failure !== null) assert.fail(result.failure)
      cases += result.cases
    })
  }

  it('draws all cases of each round', () => assert.equal(cases, ROUNDS_DRAWN * PER_ROUND))

  const sizes = ['1 to 4', '5 to 17', '18 to 70']
  // Over all three rounds. Each bound is so far below the mean that chance does not reach it.
  const expectations: readonly [count: number, labels: readonly string[]][] = [
    [100, hiddenActivationNames.map((name) => `hidden ${name}`)],
    [50, activationNames.map((name) => `last ${name}`)],
    [60, lossNames.map((name) => `loss ${name}`)],
    [20, lossNames.filter((name) => optionCount(lossTable[name]) > 0).map((name) => `loss ${name} with options`)],
    [60, optimizerNames.map((name) => `optimizer ${name}`)],
    [20, ['sgd with momentum', 'sgd with nesterov'].map((name) => `optimizer ${name}`)],
    [40, ['adam with amsgrad', 'adamw with amsgrad'].map((name) => `optimizer ${name}`)],
    [
      10,
      ['rmsprop with momentum', 'rmsprop, centered', 'rmsprop with momentum, centered'].map(
        (name) => `optimizer ${name}`,
      ),
    ],
    [150, ['weightsInitializer', 'biasInitializer']],
    [30, [...initializerNames, 'none', 'default'].map((name) => `initializer ${name}`)],
    [200, [1, 2, 3, 4].map((count) => `layers ${count}`)],
    [200, ['widest layer', 'rows', 'batch'].flatMap((what) => sizes.map((size) => `${what} ${size}`))],
    [400, ['wide on 1, a team of 1']],
    [30, ['2, a team of 2', '3, a team of 3', '4 or more, a team of 4 or more'].map((count) => `wide on ${count}`)],
    [150, specialTypes.map((type) => `type ${type}`)],
    [20, specialTypes.flatMap((type) => [`first ${type}`, `${type} on a team`, `${type} with one row at a time`])],
    [3, specialTypes.map((type) => `${type} with more than a block`)],
    [10, [1, 2, 3, 4].map((batch) => `2-2-1 with batches of ${batch}`)],
    [400, ['data flat', 'data shared', 'data rows', 'shuffle true', 'shuffle false']],
    [80, ['default', ...LAST_BATCHES].map((lastBatch) => `a rest of rows: ${lastBatch}`)],
    [200, ['sampleWeight', 'l1', 'l2', 'frozen layers', ...COMMON_OPTIONS]],
    [100, ['sampleWeight', 'l1', 'l2', 'frozen layers', ...COMMON_OPTIONS].map((name) => `wide with ${name}`)],
    [100, ['frozen first layer', 'frozen below a trainable layer', 'frozen above a trainable layer']],
    [100, ['2-2-1 with plain steps', 'plain steps']],
    [1000, ['finished']],
    [100, ['diverged']],
    [5, ['diverged after the first epoch']],
  ]
  it('runs on threads of the pool', function () {
    if (cases < ROUNDS_DRAWN * PER_ROUND) this.skip()
    // The largest team of all draws; of few draws, some team.
    assert.ok(addon.poolThreads() >= (DRAWS_ALL ? 7 : 2), `${addon.poolThreads()} threads`)
  })

  if (!DRAWS_ALL) it('counts the draws of each kind (not checked: only with LOCKSTEP_DRAWN=all)')
  for (const [least, labels] of DRAWS_ALL ? expectations : []) {
    it(`draws each of these at least ${least} times: ${labels.join(', ')}`, function () {
      if (cases < ROUNDS_DRAWN * PER_ROUND) this.skip()
      const rare = labels.filter((label) => coverage.of(label) < least)
      assert.deepEqual(rare, [], `seldom drawn; all counts:\n${coverage}`)
    })
  }
})
