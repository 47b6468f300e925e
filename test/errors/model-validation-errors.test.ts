/** What Model.fit refuses about validation, and predict about intervals. */
import type { Model } from 'lockstep-nn/data'
import { changed, fitted, of, records, state } from '../support/fitted-houses.js'
import { type Refusal, refusals } from '../support/refusals.js'

const validation: readonly Refusal[] = [
  [
    'a share without rows',
    () => fitted({ validation: 0.01 }),
    'RangeError',
    'Expected a share above 0 and below 1 for validation.share but received 0.01 of type number. Of 30 rows that is none.',
  ],
  [
    'validation of no kind',
    () => fitted({ validation: true }),
    'TypeError',
    'Expected a share, an object of options, or an array of records for validation but received true of type boolean.',
  ],
  [
    'no validation records',
    () => fitted({ validation: [] }),
    'RangeError',
    'Expected at least one record for validation but received an empty array.',
  ],
  [
    'groups that are not there',
    () => fitted({ validation: { groups: 'owner' } }),
    'TypeError',
    'Unknown column "owner" in validation. Known: area, town, price, visits, state, sold, weight.',
  ],
  [
    'validation in two places',
    () => fitted({ validation: 0.2, fit: { validationSplit: 0.2 } }),
    'TypeError',
    'Expected nothing for fit.validationSplit but received 0.2 of type number. validation is given: leave one of them out.',
  ],
  [
    'a temperature without validation',
    () => fitted({ ...state, temperature: true }),
    'TypeError',
    'Expected nothing for temperature but received true of type boolean. It is fitted to validation records: pass validation, too.',
  ],
  [
    'a temperature as a number',
    () => fitted({ ...state, temperature: 2, validation: 0.5 }),
    'TypeError',
    'Expected true or false for temperature but received 2 of type number.',
  ],
  [
    'validation and validation data',
    () => fitted({ validation: 0.2, fit: { validationData: records } }),
    'TypeError',
    'Expected nothing for fit.validationData but received an array of length 30. validation is given: leave one of them out.',
  ],
  [
    'a label of validation records alone, by the index of its record',
    () => fitted({ ...state, validation: { share: 0.1, shuffle: false } }, changed(29, { state: 'new' })),
    'RangeError',
    'Expected a category known from the fit for column "state" of records[29], kept for validation, but received "new" of type string. Known: "fair", "good", "poor". A label must occur in the records that are trained on, or in target.labels.',
  ],
  [
    'a number of validation records that the scale log excludes',
    () =>
      fitted(
        { ...of('number', 'price', { scale: 'log' }), validation: { share: 0.1, shuffle: false } },
        changed(28, { price: -1 }),
      ),
    'RangeError',
    'Expected a number above 0 for column "price" of records[28], kept for validation, but received -1 of type number. The scale log is for numbers above 0: use type: \'count\' for counts, or another scale.',
  ],
  [
    'a wrong value, by the index of its record among all',
    () => fitted({ validation: { time: 'weight' } }, changed(29, { price: Infinity, weight: 0 })),
    'RangeError',
    'Expected a finite number for column "price" of records[29] but received Infinity of type number.',
  ],
  [
    'a time that is missing after a target that is missing, by the index of its record among all',
    () =>
      fitted(
        { validation: { time: 'weight' } },
        changed(3, { price: null }).map((house, i) => (i === 9 ? { ...house, weight: null } : house)),
      ),
    'TypeError',
    'Expected a date or a finite number for column "weight" of records[9] but received null. Fill it in, or leave such rows out.',
  ],
  [
    'validation records without any target',
    () => fitted({ validation: [{ ...records[0], price: null }] }),
    'RangeError',
    'Expected at least one record with a value of column "price" for validation but received none.',
  ],
]

refusals('validation of Model.fit', validation)

const predicted = async (options: object, interval: unknown) =>
  ((await fitted(options)) as Model).predict(records, { interval: interval as number })

const intervals: readonly Refusal[] = [
  [
    'an interval without validation',
    () => predicted({}, 0.9),
    'TypeError',
    'Expected nothing for interval but received 0.9 of type number. The model has no validation records for column "price": pass validation to Model.fit.',
  ],
  [
    'a set of labels without validation',
    () => predicted(state, 0.9),
    'TypeError',
    'Expected nothing for interval but received 0.9 of type number. The model has no validation records for column "state": pass validation to Model.fit.',
  ],
  [
    'a set of labels for which there are too few records',
    () => predicted({ ...state, validation: 0.1 }, 0.9),
    'RangeError',
    'Expected at most 0.75, as 3 validation records allow, for interval but received 0.9. Keep at least 9 records for validation.',
  ],
  [
    'an interval in percent',
    () => predicted({ validation: 0.5 }, 90),
    'RangeError',
    'Expected a number above 0 and below 1 for interval but received 90 of type number.',
  ],
  [
    'an interval that is no number',
    () => predicted({ validation: 0.5 }, '90 %'),
    'TypeError',
    'Expected a number above 0 and below 1 for interval but received "90 %" of type string.',
  ],
  [
    'an interval for which there are too few records',
    () => predicted({ validation: 0.3 }, 0.95),
    'RangeError',
    'Expected at most 0.9, as 9 validation records allow, for interval but received 0.95. Keep at least 19 records for validation.',
  ],
]

refusals('predict with intervals', intervals)
