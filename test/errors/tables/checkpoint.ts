/** Wrong options of checkpoints: a fit is refused before any work, and no file is written. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FitOptions, type Network, Trainer } from 'lockstep-nn'
import type { OptionRow, WrongCall } from '../../support/wrong.js'

const x = Float64Array.of(0, 1, 1, 0)
const y = Float64Array.of(1, 0, 0, 1)
const newTrainer = (network: Network) => new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' })
const path = join(tmpdir(), 'lockstep-nn-never-written.ckpt')

const rows: readonly OptionRow[] = [
  ['null as checkpoint', null, 'TypeError', 'Expected an object for checkpoint but received null.'],
  ['true as checkpoint', true, 'TypeError', 'Expected an object for checkpoint but received true of type boolean.'],
  [
    'a path as checkpoint',
    'run.ckpt',
    'TypeError',
    'Expected an object for checkpoint but received "run.ckpt" of type string. Write checkpoint: { path }.',
  ],
  [
    'a checkpoint without a path',
    { everyEpochs: 2 },
    'TypeError',
    'Expected the name of a file, or its URL, for checkpoint.path but received undefined.',
  ],
  [
    'a checkpoint with a number as path',
    { path: 3 },
    'TypeError',
    'Expected the name of a file, or its URL, for checkpoint.path but received 3 of type number.',
  ],
  [
    'a misspelled option of checkpoint',
    { path, everySecond: 3 },
    'TypeError',
    'Unknown option "everySecond" in checkpoint. Did you mean "everySeconds"? Known: path, everyEpochs, everySeconds, keep.',
  ],
  [
    'a checkpoint every half epoch',
    { path, everyEpochs: 0.5 },
    'RangeError',
    'Expected an integer from 1 to 2147483647 for checkpoint.everyEpochs but received 0.5 of type number.',
  ],
  [
    'a checkpoint every text epochs',
    { path, everyEpochs: '5' },
    'TypeError',
    'Expected an integer from 1 to 2147483647 for checkpoint.everyEpochs but received "5" of type string.',
  ],
  [
    'a checkpoint every -1 seconds',
    { path, everySeconds: -1 },
    'RangeError',
    'Expected a finite number above 0 for checkpoint.everySeconds but received -1 of type number.',
  ],
  [
    'a checkpoint every NaN seconds',
    { path, everySeconds: NaN },
    'RangeError',
    'Expected a finite number above 0 for checkpoint.everySeconds but received NaN of type number.',
  ],
  [
    'checkpoints of which none is kept',
    { path, keep: 0 },
    'RangeError',
    'Expected an integer from 1 to 100 for checkpoint.keep but received 0 of type number.',
  ],
  [
    'checkpoints of which all are kept',
    { path, keep: true },
    'TypeError',
    'Expected an integer from 1 to 100 for checkpoint.keep but received true of type boolean.',
  ],
]

export const checkpointCalls: readonly WrongCall[] = rows.flatMap(([title, checkpoint, error, message]) =>
  (['fit', 'fitSync', 'partialFit', 'partialFitSync', 'check'] as const).map((method): WrongCall => {
    const call = async (network: Network) => {
      try {
        await newTrainer(network)[method](x, y, { checkpoint } as FitOptions)
      } finally {
        assert.ok(!existsSync(path))
      }
    }
    return { title: `${method} with ${title}`, call, error, message }
  }),
)
