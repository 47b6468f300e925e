/** Handles of sessions, and the arrays that they are opened with: an error for each wrong one, never a crash. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { SessionHandle } from '#lib/backend/addon.js'
import { argumentsOf, printableWrongKinds, wrongKinds } from '../support/calls.js'
import { drawCount } from '../support/drawn.js'
import { jobOf } from '../support/job.js'
import {
  addon,
  best,
  errorFrom,
  LONG,
  openedFor,
  openedNetwork,
  SESSION_FUNCTIONS,
  withSession,
} from '../support/opened.js'
import { rowTests } from '../support/rows.js'
import { detach } from '../support/wrong.js'

describe('the handle of a session', () => {
  const row = rowTests()
  const foreign = 'Expected a session of openSession for session.'
  const closed = 'Expected an open session for session but received one that was closed.'
  const running =
    'Expected a session without a run for session but received one whose runSessionAsync has not settled. ' +
    'Await its promise first.'

  for (const name of SESSION_FUNCTIONS) {
    row('is refused where it is something else', name, async () => {
      await withSession(openedNetwork(), async ({ handle }) => {
        const others: [string, unknown][] = [
          ['an object with the handle as prototype', Object.create(handle)],
          ['a proxy of the handle', new Proxy(handle, {})],
          ['a copy of the handle', { ...handle }],
          ['a number', 1],
          ['the addon', addon],
        ]
        for (const [kind, value] of [...wrongKinds(), ...others]) {
          const error = await errorFrom(name, value, 0, 1, 1)
          assert.deepEqual([error.name, error.message], ['TypeError', foreign], kind)
        }
        assert.equal((await errorFrom(name)).message, foreign)
      })
    })

    row('is refused once it is closed', name, async () => {
      const { handle } = openedNetwork()
      addon.closeSession(handle)
      const error = await errorFrom(name, handle, 0, 1, 1)
      assert.deepEqual([error.name, error.message], ['Error', closed])
    })
  }

  it('is refused while its asynchronous run is pending, except by cancelSession', async () => {
    const { handle, arrays } = openedFor(jobOf(LONG), best)
    const promise = addon.runSessionAsync(handle, 0, 20_000, Infinity)
    for (const name of ['runSession', 'runSessionAsync', 'closeSession'] as const) {
      const error = await errorFrom(name, handle, 0, 1, 1)
      assert.deepEqual([error.name, error.message], ['Error', running])
    }
    addon.cancelSession(handle)
    assert.equal(await promise, true)
    assert.ok(arrays.position[0] < 20_000)
    assert.equal(addon.runSession(handle, 0, 20_000, 1), true)
    addon.closeSession(handle)
  })

  it('takes no other properties along: it may be frozen, and have any', async () => {
    await withSession(openedNetwork(), ({ handle }) => {
      Object.assign(handle, { session: 1 })
      Object.freeze(handle)
      assert.equal(addon.runSession(handle, 0, 10, Infinity), false)
    })
  })

  it('is refused with any drawn arguments', async () => {
    const odd = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      fc.constantFrom(...printableWrongKinds()),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SESSION_FUNCTIONS), fc.array(odd, { maxLength: 5 }), async (name, given) => {
        await errorFrom(name, ...given)
      }),
      { numRuns: drawCount(500) },
    )
  })
})

describe('the arrays argument of openSession', () => {
  it('is refused unless it is an array of all arrays', () => {
    const given = argumentsOf(addon, 'train', best).map(([, value]) => value)
    const [shape, arrays] = [given.slice(0, 5), given.slice(5)]
    const open = addon.openSession as (...all: unknown[]) => SessionHandle
    const wrong = [undefined, null, 1, {}, { length: 20 }, [], arrays.slice(1), [...arrays, arrays[0]], new Set(arrays)]
    for (const value of [...wrong, new Proxy(arrays, {}), new Float64Array(20)]) {
      assert.throws(() => open(...shape, value), {
        name: 'TypeError',
        message: 'Expected an array of 20 arrays for arrays.',
      })
    }
  })

  it('may have getters, which can throw, or transfer the arrays before they are read', () => {
    const given = argumentsOf(addon, 'train', best)
    const values = given.map(([, value]) => value)
    const [shape, arrays] = [values.slice(0, 5), values.slice(5) as Float64Array[]]
    const open = addon.openSession as (...all: unknown[]) => SessionHandle
    const thrown = new Error('thrown by a getter')
    const throwing = [...arrays]
    Object.defineProperty(throwing, 19, {
      get: () => {
        throw thrown
      },
    })
    assert.throws(
      () => open(...shape, throwing),
      (error) => error === thrown,
    )
    const transferring = [...arrays]
    Object.defineProperty(transferring, 19, {
      get: () => {
        detach(arrays[0])
        return arrays[19]
      },
    })
    assert.throws(() => open(...shape, transferring), {
      name: 'RangeError',
      message: 'Expected an attached Float64Array for parameters.',
    })
  })
})
