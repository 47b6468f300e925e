/** The option `checkpoint`, and the comparison of a checkpoint with the fit that would continue from it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { chdir, cwd } from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Identity } from '#lib/training/checkpoint/content.js'
import { compareIdentity, digestPart } from '#lib/training/checkpoint/identity.js'
import { checkCheckpoint } from '#lib/training/checkpoint/options.js'
import { type Refusal, refusals } from '../support/refusals.js'
import { rowTests } from '../support/rows.js'

const path = join(cwd(), 'run.ckpt')

describe('the option checkpoint', () => {
  it('counts seconds, epochs or both, and has defaults', () => {
    assert.deepEqual(checkCheckpoint({ path }), { path, everyEpochs: null, everySeconds: 30, keep: 1 })
    assert.deepEqual(checkCheckpoint({ path, everyEpochs: 5 }), { path, everyEpochs: 5, everySeconds: null, keep: 1 })
    assert.deepEqual(checkCheckpoint({ path, everySeconds: 0.5, keep: 100 }), {
      path,
      everyEpochs: null,
      everySeconds: 0.5,
      keep: 100,
    })
    assert.deepEqual(checkCheckpoint({ path, everySeconds: 9, everyEpochs: 1, keep: 2 }), {
      path,
      everyEpochs: 1,
      everySeconds: 9,
      keep: 2,
    })
  })

  it('has a path that stays the same after a change of the current folder', () => {
    const before = cwd()
    const settings = checkCheckpoint({ path: 'run.ckpt' })
    try {
      chdir('test')
      assert.equal(settings.path, path)
      assert.equal(checkCheckpoint({ path: pathToFileURL(path) }).path, path)
    } finally {
      chdir(before)
    }
  })
})

const wrong = (title: string, given: unknown, error: string, message: string): Refusal => [
  title,
  () => checkCheckpoint(given),
  error,
  message,
]

refusals('the option checkpoint', [
  wrong('none', undefined, 'TypeError', 'Expected an object for checkpoint but received undefined.'),
  wrong(
    'a path alone',
    'run.ckpt',
    'TypeError',
    'Expected an object for checkpoint but received "run.ckpt" of type string. Write checkpoint: { path }.',
  ),
  wrong(
    'no path',
    { everyEpochs: 1 },
    'TypeError',
    'Expected the name of a file, or its URL, for checkpoint.path but received undefined.',
  ),
  wrong(
    'an empty path',
    { path: '' },
    'RangeError',
    'Expected the name of a file that is not empty for checkpoint.path but received "" of type string.',
  ),
  wrong(
    'a path that the system cannot have',
    { path: 'a\0b' },
    'RangeError',
    'Expected the name of a file, without \\0, for checkpoint.path but received "a\\u0000b" of type string.',
  ),
  wrong('a URL of the web', { path: new URL('http://a/b') }, 'TypeError', 'The URL must be of scheme file'),
  wrong(
    'no epochs',
    { path, everyEpochs: 0 },
    'RangeError',
    'Expected an integer from 1 to 2147483647 for checkpoint.everyEpochs but received 0 of type number.',
  ),
  wrong(
    'no seconds',
    { path, everySeconds: 0 },
    'RangeError',
    'Expected a finite number above 0 for checkpoint.everySeconds but received 0 of type number.',
  ),
  wrong(
    'never',
    { path, everySeconds: Infinity },
    'RangeError',
    'Expected a finite number above 0 for checkpoint.everySeconds but received Infinity of type number.',
  ),
  wrong(
    'too many files',
    { path, keep: 101 },
    'RangeError',
    'Expected an integer from 1 to 100 for checkpoint.keep but received 101 of type number.',
  ),
  wrong(
    'half a file',
    { path, keep: '1' },
    'TypeError',
    'Expected an integer from 1 to 100 for checkpoint.keep but received "1" of type string.',
  ),
  wrong(
    'a misspelled option',
    { path, everyEpoch: 1 },
    'TypeError',
    'Unknown option "everyEpoch" in checkpoint. Did you mean "everyEpochs"? Known: path, everyEpochs, everySeconds, keep.',
  ),
])

const IDENTITY: Identity = {
  format: 1,
  loss: 'huber',
  batchSize: 32,
  rate: -0,
  limit: NaN,
  validation: null,
  x: digestPart(Float64Array.of(1, 2, NaN)),
}

describe('a checkpoint', () => {
  it('is of a fit with an equal identity, in any order of its parts', () => {
    compareIdentity(IDENTITY, { ...IDENTITY, x: digestPart(Float64Array.of(1, 2, NaN)) }, 'run.ckpt', 1)
    compareIdentity(Object.fromEntries(Object.entries(IDENTITY).reverse()), IDENTITY, 'run.ckpt', 1)
  })

  const row = rowTests()
  const without = ({ batchSize: _, ...rest }: Identity): Identity => rest
  const sha = (identity: Identity) => (identity.x as { sha256: string }).sha256.slice(0, 12)
  const other: Identity = { ...IDENTITY, x: digestPart(Float64Array.of(1, 2, 3)) }
  const differences: [title: string, found: Identity, expected: Identity, message: string][] = [
    ['a number', IDENTITY, { ...IDENTITY, batchSize: 64 }, 'batchSize: the checkpoint has 32, this fit has 64'],
    ['a text', { ...IDENTITY, loss: '1' }, IDENTITY, 'loss: the checkpoint has "1", this fit has "huber"'],
    ['the type', { ...IDENTITY, format: '1' }, IDENTITY, 'format: the checkpoint has "1", this fit has 1'],
    ['the sign of zero', IDENTITY, { ...IDENTITY, rate: 0 }, 'rate: the checkpoint has -0, this fit has 0'],
    ['null', IDENTITY, { ...IDENTITY, validation: 0.2 }, 'validation: the checkpoint has null, this fit has 0.2'],
    ['a missing part', without(IDENTITY), IDENTITY, 'batchSize: the checkpoint has nothing, this fit has 32'],
    ['one more part', IDENTITY, without(IDENTITY), 'batchSize: the checkpoint has 32, this fit has nothing'],
    [
      'the name of a method',
      IDENTITY,
      { ...IDENTITY, toString: 1 } as Identity,
      'toString: the checkpoint has nothing, this fit has 1',
    ],
    [
      'data',
      IDENTITY,
      other,
      `x: the checkpoint is of other values (SHA-256 ${sha(IDENTITY)}…) than this fit (SHA-256 ${sha(other)}…)`,
    ],
    ['the first of several', { ...other, batchSize: 1 }, IDENTITY, 'batchSize: the checkpoint has 1, this fit has 32'],
  ]
  for (const [title, found, expected, message] of differences) {
    row('of another training is an error that names the first part that differs', title, () => {
      assert.throws(() => compareIdentity(found, expected, 'run.ckpt', 1), {
        name: 'Error',
        message:
          `The checkpoint run.ckpt is of another training. ${message}. ` +
          'Give checkpoint.path another name, or delete run.ckpt to train from the beginning. Nothing was changed.',
      })
    })
  }

  it('of another training is an error that names all files to delete', () => {
    const files = (keep: number) => {
      try {
        compareIdentity({ a: 1 }, { a: 2 }, 'run.ckpt', keep)
      } catch (error) {
        return /delete (.*) to train/.exec((error as Error).message)?.[1]
      }
      return null
    }
    assert.deepEqual([1, 2, 4].map(files), [
      'run.ckpt',
      'run.ckpt and run.ckpt.1',
      'run.ckpt and run.ckpt.1 to run.ckpt.3',
    ])
  })
})
