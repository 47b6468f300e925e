/** Wrong options of an evolution, wrong results of its fitness, and states that do not fit. */
import assert from 'node:assert/strict'
import { type Ensemble, Network } from 'lockstep-nn'
import { type EvolveOptions, evolve, type Population } from 'lockstep-nn/search'
import { ensembleOf } from '../support/evolutions.js'
import { type Refusal, refusals } from '../support/refusals.js'

const flat = ({ members }: Population) => members.map(() => 0)
const options = { fitness: flat, generations: 2 }
const calling = (change: object, ensemble: unknown = ensembleOf(3)) =>
  evolve(ensemble as Ensemble, { ...options, ...change })
const es = { strategy: 'openaiES' }

/** [title, changed options, name of the error, message, ensemble] */
const WRONG: readonly (readonly [string, object, string, string, unknown?])[] = [
  [
    'a network',
    {},
    'TypeError',
    'Expected an Ensemble for ensemble but received an object of type Network.',
    new Network({ inputs: 1, layers: [{ units: 1 }] }),
  ],
  ['no fitness', { fitness: undefined }, 'TypeError', 'Expected a function for fitness but received undefined.'],
  [
    'no generations',
    { generations: undefined },
    'TypeError',
    'Expected an integer from 1 to 2147483647 for generations but received undefined.',
  ],
  [
    'generations below 1',
    { generations: 0 },
    'RangeError',
    'Expected an integer from 1 to 2147483647 for generations but received 0 of type number.',
  ],
  [
    'a misspelled option',
    { elites: 1 },
    'TypeError',
    'Unknown option "elites" in the options of evolve. Did you mean "elite"? Known: fitness, generations, strategy, selection, crossover, mutation, elite, optimizer, seed, target, state, backend, signal, onGeneration.',
  ],
  [
    'an unknown strategy',
    { strategy: 'evolutionStrategies' },
    'RangeError',
    'Expected the name of a strategy for strategy but received "evolutionStrategies" of type string. Did you mean "openaiES"? Known: genetic, openaiES.',
  ],
  [
    'a selection of another strategy',
    { ...es, selection: 'tournament' },
    'TypeError',
    'Expected nothing for selection but received "tournament" of type string. It is an option of the strategy genetic.',
  ],
  [
    'an optimizer of another strategy',
    { optimizer: 'adam' },
    'TypeError',
    'Expected nothing for optimizer but received "adam" of type string. It is an option of the strategy openaiES.',
  ],
  [
    'an unknown optimizer',
    { ...es, optimizer: 'adm' },
    'RangeError',
    'Expected the name of an optimizer for optimizer but received "adm" of type string. Did you mean "adam"? Known: sgd, adam, adamw, rmsprop, adagrad, adadelta, nadam, lion, radam.',
  ],
  [
    'an elite of all members',
    { elite: 3 },
    'RangeError',
    'Expected an integer from 0 to 2 for elite but received 3 of type number.',
  ],
  ['one member', {}, 'RangeError', 'Expected at least 2 members for ensemble but received 1.', ensembleOf(1)],
  [
    'an even number of members for openaiES',
    es,
    'RangeError',
    'Expected an odd number of at least 3 members, for openaiES, for ensemble but received 4. Member 0 is the center, the others are pairs.',
    ensembleOf(4),
  ],
  [
    'one point in one layer',
    { crossover: 'onePoint' },
    'RangeError',
    'Expected at least 2 layers that evolve, for onePoint, for layers but received 1. Use uniform.',
    ensembleOf(3, [{ units: 2 }, { units: 2, trainable: false }]),
  ],
  [
    'no layer that evolves',
    {},
    'RangeError',
    'Expected at least one layer to evolve for layers but received none. Every layer has trainable: false.',
    ensembleOf(3, [{ units: 2, trainable: false }]),
  ],
  [
    'a probability above 1',
    { crossover: { name: 'uniform', rate: 1.5 } },
    'RangeError',
    'Expected a number from 0 to 1 for crossover.rate but received 1.5 of type number. It is a probability.',
  ],
  [
    'mutations that grow',
    { mutation: { name: 'gaussian', decay: 1.01 } },
    'RangeError',
    'Expected a number above 0 and at most 1 for mutation.decay but received 1.01 of type number. It makes mutations smaller.',
  ],
  [
    'a mutation of another rate',
    { mutation: { name: 'gaussian', rate: 2 } },
    'RangeError',
    'Expected a number from 0 to 1 for mutation.rate but received 2 of type number. It is a probability.',
  ],
  [
    'a share of all members',
    { selection: { name: 'truncation', share: 1 } },
    'RangeError',
    'Expected a finite number above 0 and below 1 for selection.share but received 1 of type number.',
  ],
  ['NaN as target', { target: NaN }, 'RangeError', 'Expected a number for target but received NaN of type number.'],
  [
    'a callback that is none',
    { onGeneration: true },
    'TypeError',
    'Expected a function for onGeneration but received true of type boolean.',
  ],
  [
    'a fitness of too few members',
    { fitness: () => [1, 2] },
    'RangeError',
    'Expected 3 numbers, one for each member, for the result of fitness but received 2.',
  ],
  [
    'a fitness that is one number',
    { fitness: () => 1 },
    'TypeError',
    'Expected a Float64Array or an array with a number for each member for the result of fitness but received 1 of type number.',
  ],
  [
    'a fitness with holes',
    { fitness: () => new Array(3) },
    'TypeError',
    'Expected a number for the result of fitness[0] but received undefined.',
  ],
  [
    'rows for some members only',
    { fitness: (population: Population) => population.predict(new Float64Array(8)) },
    'RangeError',
    'Expected a multiple of 3 rows, as many for each member, for x but received 4.',
  ],
  [
    'a row that is not finite',
    {
      fitness: (population: Population) =>
        population.predict([
          [1, 2],
          [3, NaN],
          [5, 6],
        ]),
    },
    'RangeError',
    'Expected a finite number for x[1][1] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'active members of another number',
    { fitness: (population: Population) => population.predict(new Float64Array(6), { active: [1] }) },
    'RangeError',
    'Expected 3 values, one for each member, for active but received 1.',
  ],
  [
    'active members as a number',
    { fitness: (population: Population) => population.predict(new Float64Array(6), { active: 1 as never }) },
    'TypeError',
    'Expected an array with a value for each member for active but received 1 of type number.',
  ],
]

const CALLS: readonly Refusal[] = WRONG.map(([title, change, error, message, ensemble]) => [
  title,
  () => calling(change, ensemble),
  error,
  message,
])
refusals('evolve', CALLS)

describe('the state of an evolution', () => {
  const saved = async (change: Partial<EvolveOptions> = {}) =>
    JSON.parse(JSON.stringify(await evolve(ensembleOf(3), { ...options, ...change }))) as Record<string, unknown>

  it('is refused where an option that decides the generations is another one', async () => {
    const state = (await saved()) as never
    const larger = ensembleOf(3, [{ units: 2 }])
    for (const [call, message] of [
      [
        () => calling({ state, seed: 1 }),
        'Expected 1 for seed of the saved evolution but received 0. It goes on with the options that it began with.',
      ],
      [() => calling({ state }, ensembleOf(4)), 'Expected 4 for members of the saved evolution but received 3.'],
      [
        () => calling({ state }, larger),
        'Expected {"inputs":2,"layers":[{"activation":"linear","units":2}]} for network',
      ],
      [() => calling({ state, elite: 0 }), 'Expected 0 for elite of the saved evolution but received 1.'],
      [() => calling({ state, selection: { name: 'tournament', size: 2 } }), '"size":2} for selection of the saved'],
      [
        () => calling({ state, ...es }),
        'Expected {"deviation":0.1,"name":"openaiES"} for strategy of the saved evolution but received {"name":"genetic"}.',
      ],
    ] as const) {
      await assert.rejects(call, (error) => error instanceof RangeError && error.message.includes(message))
    }
  })

  it('is refused where it is damaged, and the ensemble stays as it is', async () => {
    const state = await saved()
    const ensemble = ensembleOf(3)
    const before = ensemble.digest()
    const best = state.best as object
    for (const damage of [
      { format: 'lockstep-nn' },
      { version: 2 },
      { generations: 3 },
      { generations: -1 },
      { parameters: '' },
      { fitness: 7 },
      { fitness: 'B'.repeat(32) },
      { history: undefined },
      { strategy: 'AAAAAAAAAAA=' },
      { best: { ...best, member: 3 } },
      { best: { ...best, member: 2 } },
      { best: null },
      { plan: null },
      { plan: {} },
      { plan: { ...(state.plan as object), more: '1' } },
      { plan: { ...(state.plan as object), seed: 0 } },
      { digest: '0' },
      { more: 1 },
    ]) {
      await assert.rejects(calling({ state: { ...state, ...damage } }, ensemble), /^(TypeError|RangeError): /)
    }
    for (const text of ['', '{', '[]', 'null']) {
      await assert.rejects(calling({ state: text }, ensemble), /^(TypeError|RangeError): /)
    }
    assert.equal(ensemble.digest(), before)
  })
})
