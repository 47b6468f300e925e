/** Wrong options of queues and workers: each is an error that names it, and no password. */
import assert from 'node:assert/strict'
import { type QueueOptions, queue, runWorker, search, type WorkerOptions } from 'lockstep-nn/search'
import { script } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { arrayStudy } from '../support/queue-studies.js'

const CONNECTION = 'redis://127.0.0.1:1'

const WRONG: readonly [title: string, options: unknown, error: string, message: RegExp][] = [
  ['no options', undefined, 'TypeError', /^Expected an object for the options of queue but received undefined\./],
  ['a misspelled option', { conection: CONNECTION }, 'TypeError', /Unknown option "conection".*"connection"/],
  [
    'no connection',
    {},
    'TypeError',
    /^Expected a URL such as redis:.* for connection of queue but received undefined\./,
  ],
  ['a number', { connection: 6379 }, 'TypeError', /for connection of queue but received 6379 of type number/],
  ['a host alone', { connection: 'localhost' }, 'RangeError', /for connection of queue but received "localhost"/],
  ['another scheme', { connection: 'http://u:secret@h' }, 'RangeError', /but received "http:\/\/…"/],
  ['a URL that is none', { connection: 'redis://u:secret@h:no' }, 'RangeError', /but received "…@h:no"/],
  ['a client', { connection: { on: () => {} } }, 'TypeError', /^Expected options of ioredis, and no client, for/],
  ['a prefix', { connection: { keyPrefix: 'a' } }, 'TypeError', /keyPrefix of connection of queue/],
  ['an empty name', { connection: CONNECTION, name: '' }, 'RangeError', /without colons and spaces for name of queue/],
  [
    'a name with a colon',
    { connection: CONNECTION, name: 'a:b' },
    'RangeError',
    /for name of queue but received "a:b"/,
  ],
  ['a name that is no text', { connection: CONNECTION, name: 1 }, 'TypeError', /for name of queue/],
  ['a share above 1', { connection: CONNECTION, verify: 1.5 }, 'RangeError', /a share from 0 to 1 for verify of queue/],
  ['a share that is no number', { connection: CONNECTION, verify: '1' }, 'TypeError', /for verify of queue/],
  ['NaN as a share', { connection: CONNECTION, verify: NaN }, 'RangeError', /for verify of queue/],
]

const WORKERS: readonly [title: string, options: unknown, error: string, message: RegExp][] = [
  ['a name with a space', { name: 'a b' }, 'RangeError', /for name of runWorker but received "a b"/],
  ['threads', { threads: 0 }, 'RangeError', /for threads/],
  ['a backend', { backend: 'other' }, 'RangeError', /for backend/],
  ['a signal', { signal: {} }, 'TypeError', /for signal/],
  ['a callback', { onBatch: 1 }, 'TypeError', /for onBatch/],
  ['a misspelled option', { onbatch: 1 }, 'TypeError', /Unknown option "onbatch"/],
]

function assertError(found: unknown, name: string, message: RegExp): void {
  const error = found as Error
  assert.equal(error.name, name)
  assert.match(error.message, message)
  assert.doesNotMatch(String(error.stack), /secret/)
}

describe('a queue with wrong options', () => {
  for (const [title, options, name, message] of WRONG) {
    it(`is refused: ${title}`, async () =>
      assertError(await errorOf(() => queue(options as QueueOptions)), name, message))
  }

  it('is refused by search where it is none', async () => {
    const on = { connection: CONNECTION } as never
    assertError(await errorOf(() => search({ ...arrayStudy(1), on })), 'TypeError', /^Expected a queue for on but/)
  })

  it('shows no password', () => {
    const made = queue({ connection: 'rediss://user:secret@queue.example:6380/2', name: 'cars' })
    assert.equal(JSON.stringify(made), '{"name":"cars","verify":0,"server":"rediss://queue.example:6380/2"}')
  })
})

describe('a worker with wrong options', () => {
  for (const [title, options, name, message] of WORKERS) {
    it(`is refused before it connects: ${title}`, async () => {
      const made = queue({ connection: CONNECTION })
      assertError(await errorOf(() => runWorker(made, options as WorkerOptions)), name, message)
    })
  }

  it('ends at once where its signal has aborted', async () => {
    assert.equal(await runWorker(queue({ connection: CONNECTION }), { signal: AbortSignal.abort() }), undefined)
  })
})

describe('a queue without its packages', () => {
  for (const [connection, missing, install] of [
    ['redis://127.0.0.1:1', 'bullmq', 'npm install bullmq ioredis'],
    ['redis://127.0.0.1:1', 'ioredis', 'npm install bullmq ioredis'],
    ['postgres://127.0.0.1:1/db', 'pg', 'npm install bullmq pg'],
  ]) {
    it(`says how to install them: ${missing} of ${connection}`, () => {
      const { stdout, stderr } = script(`
        import module from 'node:module'
        const resolve = module._resolveFilename
        module._resolveFilename = function (name, ...rest) {
          if (name === '${missing}') throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })
          return resolve.call(this, name, ...rest)
        }
        const { queue, runWorker } = await import('lockstep-nn/search')
        await runWorker(queue({ connection: '${connection}' })).catch(({ message }) => console.log(message))
      `)
      assert.equal(
        stdout.trim(),
        `A queue needs the package ${missing}, which could not be loaded. Install it: ${install}`,
        stderr,
      )
    })
  }
})
