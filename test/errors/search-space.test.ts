/** Spaces, samplers and pruners that are refused. */
import { choosePruner } from '#lib/search/pruners/pruners.js'
import { chooseSampler } from '#lib/search/samplers/samplers.js'
import { spaceFromJson } from '#lib/search/space/json.js'
import { choice, integer, logUniform, uniform } from '#lib/search/space/makers.js'
import { readSpace } from '#lib/search/space/read-space.js'
import { refusals } from '../support/refusals.js'

const read = (given: unknown) => () => readSpace(given, 'space')
const json = (text: string) => () => spaceFromJson(JSON.parse(text), 'space')

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value]
  return value
}

refusals('a parameter', [
  [
    'a choice of no values',
    () => choice([]),
    'RangeError',
    'Expected at least one value for choice(values) but received an empty array.',
  ],
  [
    'a choice of something else',
    () => choice(3 as never),
    'TypeError',
    'Expected an array of values for choice(values) but received 3 of type number.',
  ],
  [
    'a choice with a value twice',
    () => choice([16, 32, 16]),
    'RangeError',
    'Expected each value once for values[2] of choice but received 16 of type number.',
  ],
  [
    'a range without values',
    () => uniform(1, 0),
    'RangeError',
    'Expected a number below high, which is 0, for low of uniform(low, high) but received 1 of type number.',
  ],
  [
    'a range of one value',
    () => integer(3, 3),
    'RangeError',
    'Expected a number below high, which is 3, for low of integer(low, high) but received 3 of type number. Write the value itself where there is only one.',
  ],
  [
    'a bound that is not finite',
    () => uniform(0, Infinity),
    'RangeError',
    'Expected a finite number for high of uniform(low, high) but received Infinity of type number.',
  ],
  [
    'a bound that is a text',
    () => logUniform('a' as never, 1),
    'TypeError',
    'Expected a finite number for low of logUniform(low, high) but received "a" of type string.',
  ],
  [
    'a range that is too wide',
    () => uniform(-1e308, 1e308),
    'RangeError',
    'Expected a range that is a finite number for high of uniform(low, high) but received 1e+308 of type number. Choose a smaller range.',
  ],
  [
    'integers that are not exact',
    () => integer(0, 2 ** 53),
    'RangeError',
    'Expected an integer from -(2^53 - 1) to 2^53 - 1 for high of integer(low, high) but received 9007199254740992 of type number.',
  ],
  [
    'integers whose range is not exact',
    () => integer(-(2 ** 53 - 1), 5),
    'RangeError',
    'Expected a range (high - low) of at most 2^53 - 1 for high of integer(low, high) but received 5 of type number. Choose a smaller range.',
  ],
  [
    'an integer with a fraction',
    () => integer(0.5, 3),
    'RangeError',
    'Expected an integer from -(2^53 - 1) to 2^53 - 1 for low of integer(low, high) but received 0.5 of type number.',
  ],
  [
    'a logarithm of 0',
    () => logUniform(0, 1),
    'RangeError',
    'Expected a number above 0 for low of logUniform(low, high) but received 0 of type number. Use uniform for a range with 0, or choice([0, logUniform(low, high)]).',
  ],
  [
    'a logarithm of an integer below 1',
    () => integer(0, 9, { log: true }),
    'RangeError',
    'Expected at least 1 together with log for low of integer(low, high) but received 0 of type number. Raise low, or omit log.',
  ],
  [
    'a step that is too large',
    () => integer(0, 4, { step: 5 }),
    'RangeError',
    'Expected an integer from 1 to 4 (high - low) for step of integer but received 5 of type number.',
  ],
  [
    'a step of 0',
    () => integer(0, 4, { step: 0 }),
    'RangeError',
    'Expected an integer from 1 to 4 (high - low) for step of integer but received 0 of type number.',
  ],
  [
    'a step on a logarithmic scale',
    () => integer(1, 9, { log: true, step: 2 }),
    'RangeError',
    'Expected 1 together with log for step of integer but received 2 of type number. Give one of step and log.',
  ],
  [
    'a misspelled option',
    () => integer(1, 9, { stepp: 2 } as object),
    'TypeError',
    'Unknown option "stepp" in the options of integer. Did you mean "step"? Known: step, log.',
  ],
])

refusals('readSpace', [
  [
    'a function',
    () => readSpace({ trainer: { schedule: () => 1 } }, 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space.trainer.schedule but received a function. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'an instance of a class',
    () => readSpace({ a: [new Map()] }, 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space.a[0] but received an object of type Map. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'a date in a choice',
    () => readSpace({ a: choice([1, new Date(0)]) }, 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space.a#1 but received an object of type Date. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'another typed array',
    () => readSpace([new Int32Array(2)], 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space[0] but received a Int32Array of length 2. Convert it with Float64Array.from() or Array.from(). A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'a big integer',
    () => readSpace({ a: 1n }, 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space.a but received 1n of type bigint. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
  [
    'too many levels',
    read(nested(102)),
    'RangeError',
    'Expected at most 100 levels of objects and arrays for space but received more. No object may contain itself.',
  ],
  [
    'a promise',
    () => readSpace(Promise.resolve({}), 'space'),
    'TypeError',
    'Expected a value, an array, a plain object or a parameter for space but received an object of type Promise. A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it can be written to a file and sent to another machine.',
  ],
])

refusals('resolve of a space', [
  [
    'a draw without a parameter',
    () => readSpace({ x: uniform(0, 1) }, 'space').resolve({}),
    'TypeError',
    'Expected a value of the parameter, from 0 to 1, for x of the draw but received undefined.',
  ],
  [
    'a draw without a parameter of an inherited name',
    () => readSpace({ constructor: uniform(0, 1) }, 'space').resolve({}),
    'TypeError',
    'Expected a value of the parameter, from 0 to 1, for constructor of the draw but received a function.',
  ],
  [
    'a draw with a number outside its range',
    () => readSpace({ x: uniform(0, 1) }, 'space').resolve({ x: 2 }),
    'RangeError',
    'Expected a value of the parameter, from 0 to 1, for x of the draw but received 2 of type number.',
  ],
  [
    'a draw with a number between steps',
    () => readSpace({ x: integer(0, 9, { step: 3 }) }, 'space').resolve({ x: 4 }),
    'RangeError',
    'Expected a value of the parameter, from 0 to 9, for x of the draw but received 4 of type number.',
  ],
  [
    'a draw with an index that is too large',
    () => readSpace({ c: choice([1, 2]) }, 'space').resolve({ c: 2 }),
    'RangeError',
    'Expected an index from 0 to 1 for c of the draw but received 2 of type number.',
  ],
])

refusals('spaceFromJson', [
  [
    'a parameter that does not exist',
    json('{ "a": { "$uniforn": [0, 1] } }'),
    'RangeError',
    'Expected a parameter, or a property that begins with "$$" instead of "$", for space.a but received "$uniforn" of type string. Did you mean "$uniform"? Known: $choice, $integer, $uniform, $logUniform, $float64Array, $number, $undefined.',
  ],
  [
    'another property beside a parameter',
    json('{ "a": { "$integer": [1, 9], "log": true } }'),
    'RangeError',
    'Expected one property for space.a but received $integer and 1 more. A parameter has no other properties: options of an integer follow its bounds.',
  ],
  [
    'a range of one bound',
    json('{ "a": [{ "$uniform": [1] }] }'),
    'RangeError',
    'Expected low and high for space.a[0].$uniform but received an array of length 1.',
  ],
  [
    'a range that is no array',
    json('{ "a": { "$logUniform": 3 } }'),
    'TypeError',
    'Expected an array of low and high for space.a.$logUniform but received 3 of type number.',
  ],
  [
    'a range without values',
    json('{ "a": { "b.c": { "$uniform": [2, 1] } } }'),
    'RangeError',
    'Expected a number below high, which is 1, for low of uniform(low, high) but received 2 of type number. This is space.a["b.c"].',
  ],
  [
    'options that do not exist',
    json('{ "a": { "$integer": [1, 9, { "base": 2 }] } }'),
    'TypeError',
    'Unknown option "base" in the options of integer. Known: step, log. This is space.a.',
  ],
  [
    'a choice that is no array',
    json('{ "a": { "$choice": 3 } }'),
    'TypeError',
    'Expected an array of values for space.a.$choice but received 3 of type number.',
  ],
  [
    'a number that is none',
    json('{ "$number": "1" }'),
    'TypeError',
    'Expected one of "NaN", "Infinity", "-Infinity" and "-0" for space.$number but received "1" of type string.',
  ],
  [
    'an array of texts as numbers',
    json('{ "$float64Array": ["1"] }'),
    'TypeError',
    'Expected a number for space.$float64Array[0] but received "1" of type string.',
  ],
])

refusals('chooseSampler', [
  [
    'a sampler that does not exist',
    () => chooseSampler('bayesian'),
    'RangeError',
    'Expected the name of a sampler for sampler but received "bayesian" of type string. Did you mean "tpe"? Known: grid, random, sobol, tpe.',
  ],
  [
    'a sampler that is no name',
    () => chooseSampler(3),
    'TypeError',
    'Expected the name of a sampler for sampler but received 3 of type number. Known: grid, random, sobol, tpe.',
  ],
  [
    'an option of another sampler',
    () => chooseSampler({ name: 'sobol', points: 3 }),
    'TypeError',
    'Unknown option "points" in sampler. Known: name, scramble.',
  ],
  [
    'an option out of range',
    () => chooseSampler({ name: 'tpe', gamma: 1 }),
    'RangeError',
    'Expected a finite number above 0 and below 1 for sampler.gamma but received 1 of type number.',
  ],
  [
    'an unknown word',
    () => chooseSampler({ name: 'sobol', scramble: 'yes' }),
    'RangeError',
    'Expected one of the known words for sampler.scramble but received "yes" of type string. Known: owen, shift, none.',
  ],
])

refusals('choosePruner', [
  [
    'a pruner that does not exist',
    () => choosePruner('asha'),
    'RangeError',
    'Expected the name of a pruner for pruner but received "asha" of type string. Did you mean "successiveHalving"? Known: none, successiveHalving, hyperband, median.',
  ],
  [
    'a factor of 1',
    () => choosePruner({ name: 'successiveHalving', factor: 1 }),
    'RangeError',
    'Expected an integer from 2 to 1000 for pruner.factor but received 1 of type number.',
  ],
  [
    'a first rung that is no integer',
    () => choosePruner({ name: 'hyperband', first: 1.5 }),
    'RangeError',
    'Expected an integer from 1 to 2147483647 for pruner.first but received 1.5 of type number.',
  ],
  [
    'a first rung after the end',
    () => choosePruner({ name: 'successiveHalving', first: 100 }).plan(100, 9),
    'RangeError',
    'Expected an integer below the 100 epochs of a trial for pruner.first but received 100 of type number. Train longer, or compare the trials earlier.',
  ],
  [
    'a first rung of a bracket after the end',
    () => choosePruner({ name: 'hyperband', first: 101 }).plan(100, 9),
    'RangeError',
    'Expected an integer below the 100 epochs of a trial for pruner.first but received 101 of type number. Train longer, or compare the trials earlier.',
  ],
  [
    'a warm-up to the end',
    () => choosePruner({ name: 'median', warmUp: 10 }).plan(10, 9),
    'RangeError',
    'Expected an integer below the 10 epochs of a trial for pruner.warmUp but received 10 of type number. Train longer, or compare the trials earlier.',
  ],
  [
    'a plan of no trials',
    () => choosePruner('none').plan(10, 0),
    'RangeError',
    'Expected an integer from 1 to 9007199254740991 for the trials of a batch but received 0 of type number.',
  ],
])
