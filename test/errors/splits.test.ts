/** Wrong arguments of splits, folds and cross-validation. */
import { crossValidate, kFold, stratifiedKFold, trainTestSplit } from 'lockstep-nn/data'
import { type Refusal, refusals } from '../support/refusals.js'

const validate = (options: object) => crossValidate(4, { folds: 2, fit: () => 0, score: () => 0, ...options } as never)

const wrong: readonly Refusal[] = [
  [
    'no rows',
    () => trainTestSplit(undefined as never),
    'TypeError',
    'Expected an array of rows, or how many there are, for rows but received undefined.',
  ],
  [
    'a Float64Array',
    () => trainTestSplit(new Float64Array(8) as never),
    'TypeError',
    'Expected an array of rows, or how many there are, for rows but received a Float64Array of length 8. Pass the number of rows, and select the rows by index.',
  ],
  ['one row', () => trainTestSplit([1]), 'RangeError', 'Expected at least 2 rows for rows but received 1.'],
  [
    'a broken number of rows',
    () => trainTestSplit(2.5),
    'RangeError',
    'Expected an integer from 2 to 16777216 for the number of rows but received 2.5 of type number.',
  ],
  [
    'a test size of 0',
    () => trainTestSplit(4, { testSize: 0 }),
    'RangeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received 0 of type number.',
  ],
  [
    'a test size of all rows',
    () => trainTestSplit(4, { testSize: 4 }),
    'RangeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received 4 of type number.',
  ],
  [
    'a broken test size',
    () => trainTestSplit(4, { testSize: 1.5 }),
    'RangeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received 1.5 of type number.',
  ],
  [
    'a test size of text',
    () => trainTestSplit(4, { testSize: '1' as never }),
    'TypeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received "1" of type string.',
  ],
  [
    'a share of no row',
    () => trainTestSplit(4, { testSize: 0.1 }),
    'RangeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received 0.1 of type number. Of 4 rows that is none.',
  ],
  [
    'a share of all rows',
    () => trainTestSplit(4, { testSize: 0.9 }),
    'RangeError',
    'Expected a share between 0 and 1, or an integer from 1 to 3, for testSize but received 0.9 of type number. Of 4 rows that is all.',
  ],
  [
    'a misspelled option',
    () => trainTestSplit(4, { testsize: 1 } as never),
    'TypeError',
    'Unknown option "testsize" in the options of trainTestSplit. Did you mean "testSize"? Known: testSize, shuffle, seed, stratify, groups, time.',
  ],
  [
    'a negative seed',
    () => trainTestSplit(4, { seed: -1 }),
    'RangeError',
    'Expected an integer from 0 to 9007199254740991 for seed but received -1 of type number.',
  ],
  [
    'shuffle: 1',
    () => trainTestSplit(4, { shuffle: 1 as never }),
    'TypeError',
    'Expected true or false for shuffle but received 1 of type number.',
  ],
  [
    'too few labels',
    () => trainTestSplit(4, { stratify: ['a'] }),
    'RangeError',
    'Expected 4 labels, one for each row, for stratify but received 1.',
  ],
  [
    'labels that are none',
    () => trainTestSplit(4, { stratify: 'abab' as never }),
    'TypeError',
    'Expected an array of labels, or a function that gives a label, for stratify but received "abab" of type string.',
  ],
  [
    'a label that is none',
    () => trainTestSplit(2, { stratify: () => null as never }),
    'TypeError',
    'Expected text, a number, or true or false for the label of row 0 but received null.',
  ],
  [
    'a label of one row',
    () => trainTestSplit(4, { stratify: ['a', 'a', 'a', 'b'] }),
    'RangeError',
    'Expected at least 2 rows for the label "b" but received 1.',
  ],
  [
    'one fold',
    () => kFold(4, { folds: 1 }),
    'RangeError',
    'Expected an integer from 2 to 16777216 for folds but received 1 of type number.',
  ],
  [
    'more folds than rows',
    () => kFold([1, 2, 3], { folds: 4 }),
    'RangeError',
    'Expected at least 4 rows for rows but received 3.',
  ],
  [
    'more folds than rows, by number',
    () => kFold(3),
    'RangeError',
    'Expected an integer from 5 to 16777216 for the number of rows but received 3 of type number.',
  ],
  [
    'an unknown option of kFold',
    () => kFold(4, { stratify: [] } as never),
    'TypeError',
    'Unknown option "stratify" in the options of kFold. Known: folds, shuffle, seed, groups.',
  ],
  [
    'a label with fewer rows than folds',
    () => stratifiedKFold(4, ['a', 'a', 'a', 'b'], { folds: 2 }),
    'RangeError',
    'Expected at least 2 rows for the label "b" but received 1.',
  ],
  [
    'stratifiedKFold without labels',
    () => stratifiedKFold(4, undefined as never, { folds: 2 }),
    'TypeError',
    'Expected an array of labels, or a function that gives a label, for stratify but received undefined.',
  ],
  [
    'crossValidate without fit',
    () => validate({ fit: undefined }),
    'TypeError',
    'Expected a function for fit but received undefined.',
  ],
  [
    'crossValidate without score',
    () => validate({ score: 'accuracy' }),
    'TypeError',
    'Expected a function for score but received "accuracy" of type string.',
  ],
  [
    'an unknown option of crossValidate',
    () => validate({ model: 1 }),
    'TypeError',
    'Unknown option "model" in the options of crossValidate. Known: fit, score, folds, shuffle, seed, stratify, groups, timeSeries.',
  ],
  [
    'a score that is NaN',
    () => validate({ score: () => Number.NaN }),
    'RangeError',
    'Expected a finite number for the score of fold 0 but received NaN of type number.',
  ],
  [
    'a score that is an object',
    () => validate({ score: () => ({ accuracy: 1 }) }),
    'TypeError',
    'Expected a number for the score of fold 0 but received an object.',
  ],
]

refusals('splits', wrong)
