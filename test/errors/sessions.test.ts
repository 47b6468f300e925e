/** Limits, positions and arrays of open sessions that are wrong: an error each, and nothing is changed. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { sameBits } from '../support/bits.js'
import { argumentsOf, openWith, placeOf, wrongKinds } from '../support/calls.js'
import { script } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { errorOf } from '../support/error-of.js'
import { jobOf } from '../support/job.js'
import {
  addon,
  best,
  errorFrom,
  openedEnsemble,
  openedNetwork,
  refusal,
  TEN_EPOCHS,
  withSession,
} from '../support/opened.js'
import { detach } from '../support/wrong.js'

describe('the limits of a run', () => {
  it('are refused unless they are numbers', async () => {
    await withSession(openedNetwork(), async (opened) => {
      for (const [kind, value] of wrongKinds()) {
        const limits = [0, 1, 1]
        for (const [at, name] of ['from', 'until', 'milliseconds'].entries()) {
          const [from, until, time] = limits.with(at, value as number)
          assert.equal(await refusal(opened, from, until, time), `TypeError: Expected a number for ${name}.`, kind)
        }
      }
    })
  })

  const outside = [-1, 0.5, 1e300, -(2 ** 53), Number.NaN, Infinity, -Infinity]

  it('are refused outside the epochs of the session and of its series', async () => {
    await withSession(openedNetwork(), async (opened) => {
      const message = (name: string, least: number, most: number) =>
        `RangeError: Expected an integer from ${least} to ${most} for ${name} but received `
      for (const value of [...outside, 1]) {
        assert.ok((await refusal(opened, value, 1, 1)).startsWith(message('from', 0, 0)), `${value}`)
      }
      for (const value of [...outside, 11]) {
        assert.ok((await refusal(opened, 0, value, 1)).startsWith(message('until', 0, 10)), `${value}`)
      }
      addon.runSession(opened.handle, 0, 4, Infinity)
      for (const value of [...outside, 5]) {
        assert.ok((await refusal(opened, value, 5, 1)).startsWith(message('from', 0, 4)), `${value}`)
      }
      for (const value of [...outside, 3, 11]) {
        assert.ok((await refusal(opened, 2, value, 1)).startsWith(message('until', 4, 10)), `${value}`)
      }
      for (const value of [-1, -1e-300, Number.NaN, -Infinity]) {
        const expected = 'RangeError: Expected a number of at least 0 for milliseconds but received '
        assert.ok((await refusal(opened, 0, 5, value)).startsWith(expected), `${value}`)
      }
    })
  })

  it('are refused where series have fewer entries', async () => {
    const given = argumentsOf(addon, 'train', best, jobOf(TEN_EPOCHS)).map(([name, value]) => [name, value] as const)
    const values: unknown[] = given.map(([, value]) => value)
    const chunk = 3
    for (const name of ['series', 'rateFactors']) {
      const place = placeOf(given, name)
      const whole = values[place] as Float64Array
      values[place] = whole.subarray(0, (whole.length * chunk) / 10)
    }
    const position = values[placeOf(given, 'position')] as Float64Array
    const handle = openWith(addon, values)
    const failure = async (from: number, until: number) =>
      (await errorFrom('runSession', handle, from, until, Infinity)).message
    assert.match(await failure(0, 4), /^Expected an integer from 0 to 3 for until /)
    for (const from of [0, 3, 6, 9]) {
      const until = Math.min(from + chunk, 10)
      assert.equal(addon.runSession(handle, from, until, Infinity), false)
      assert.equal(position[0], until)
    }
    assert.match(await failure(6, 10), /^Expected an integer from 7 to 10 for from /)
    assert.match(await failure(7, 11), /^Expected an integer from 10 to 10 for until /)
    addon.closeSession(handle)
  })
})

describe('a position that a script wrote', () => {
  const odd = [-1, 0.5, 11, 2 ** 31, 2 ** 53, 1e300, -1e300, Number.NaN, Infinity, -Infinity]

  it('is refused unless it is between two steps of the session', async () => {
    await withSession(openedNetwork(), async (opened) => {
      const { position, outcomes } = opened.arrays
      for (const epoch of odd) {
        position[0] = epoch
        const expected = 'RangeError: Expected an integer from 0 to 10 for position[0] but received '
        assert.ok((await refusal(opened, 0, 10, 1)).startsWith(expected), `${epoch}`)
      }
      position[0] = 0
      for (const row of odd) {
        position[1] = row
        const expected = 'RangeError: Expected an integer from 0 to 8 for position[1] but received '
        assert.ok((await refusal(opened, 0, 10, 1)).startsWith(expected), `${row}`)
      }
      for (const row of [1, 2, 3, 5, 7]) {
        position[1] = row
        const expected = `RangeError: Expected a multiple of the batch size 4 for position[1] but received ${row}.`
        assert.equal(await refusal(opened, 0, 10, 1), expected)
      }
      // After the last epoch there are no rows.
      position.set([10, 4])
      outcomes[0] = 10
      assert.match(await refusal(opened, 0, 10, 1), /^RangeError: Expected an integer from 0 to 0 for position\[1\] /)
      position.set([0, 0])
      outcomes[0] = 0
      assert.equal(addon.runSession(opened.handle, 0, 10, Infinity), false)
    })
  })

  it('is refused within an epoch where there are several members', async () => {
    await withSession(openedEnsemble(), async (opened) => {
      opened.arrays.position[1] = 4
      const expected = /^RangeError: Expected an integer from 0 to 0 for position\[1\] but received 4/
      assert.match(await refusal(opened, 0, 10, 1), expected)
    })
  })

  for (const [title, make, members] of [
    ['one member', openedNetwork, 1],
    ['several members', openedEnsemble, 5],
  ] as const) {
    it(`is refused where the outcomes have others: ${title}`, async () => {
      await withSession(make(), async (opened) => {
        const { outcomes } = opened.arrays
        addon.runSession(opened.handle, 0, 4, Infinity)
        const before = outcomes.slice()
        const wrong = [
          ...odd.map((epochs) => [epochs, 0] as const),
          ...odd.map((epochs) => [epochs, 1] as const),
          ...[...odd, 3, 6].map((status) => [4, status] as const),
          [3, 0] as const,
          [5, 0] as const,
          [5, 5] as const,
        ]
        for (const [epochs, status] of wrong) {
          const last = outcomes.length - 3
          outcomes.set([epochs, status], last)
          const expected = `RangeError: Expected the outcome of member ${members - 1} to agree with position[0] (4) but received `
          assert.ok((await refusal(opened, 0, 10, 1)).startsWith(expected), `${epochs} ${status}`)
          outcomes.set(before)
        }
        assert.equal(addon.runSession(opened.handle, 0, 10, Infinity), false)
      })
    })
  }

  it('is gone on from, or refused, where all of its numbers are drawn', async () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(...odd), fc.double())
    const written = fc.tuple(fc.array(number, { maxLength: 4 }), fc.array(number, { maxLength: 3 }))
    const others = fc.record({
      stopping: fc.array(number, { maxLength: 3 }),
      plateaus: fc.array(number, { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.boolean(), written, others, async (many, [position, outcome], { stopping, plateaus }) => {
        await withSession(many ? openedEnsemble() : openedNetwork(), async ({ handle, arrays }) => {
          arrays.position.set(position)
          arrays.outcomes.set(outcome)
          arrays.stopping.set(stopping)
          arrays.plateaus.set(plateaus)
          const error = await errorOf(() => addon.runSession(handle, 0, 10, Infinity))
          if (error === null) assert.ok(arrays.position[0] <= 10)
          else assert.equal((error as Error).name, 'RangeError')
        })
      }),
      { numRuns: drawCount(2000) },
    )
  })
})

describe('an array of an open session', () => {
  const names = Object.keys(openedNetwork().arrays) as (keyof SessionArrays)[]

  it('is refused once it is transferred, between runs and before the first one', async () => {
    for (const make of [openedNetwork, openedEnsemble]) {
      for (const name of names) {
        for (const until of [0, 3]) {
          await withSession(make(), async (opened) => {
            const { handle, arrays } = opened
            if (arrays[name].length === 0) return
            addon.runSession(handle, 0, until, Infinity)
            const { byteLength } = arrays[name].buffer
            detach(arrays[name])
            const expected =
              `RangeError: Expected a buffer of ${byteLength} bytes for ${name}, as when the session was opened, ` +
              'but received one of 0. Do not transfer or resize it while the session is open.'
            assert.equal(await refusal(opened, 0, 10, Infinity), expected)
          })
        }
      }
    }
  })

  it('may be overwritten between runs if it is the workspace', async () => {
    const expected = openedNetwork()
    addon.runSession(expected.handle, 0, 10, Infinity)
    await withSession(openedNetwork(), ({ handle, arrays }) => {
      let runs = 0
      // Many runs end within an epoch.
      while (addon.runSession(handle, 0, 10, 0)) {
        arrays.workspace.fill(runs % 2 === 0 ? Number.NaN : -1)
        runs++
      }
      assert.ok(runs >= 20, `${runs} runs`)
      sameBits(arrays.parameters, expected.arrays.parameters, 'parameters')
      sameBits(arrays.series, expected.arrays.series, 'series')
    })
    addon.closeSession(expected.handle)
  })

  it('is kept where nobody else holds it', () => {
    const source = `
      import { loadAddon } from '#lib/backend/addon.js'
      import { SMALL } from './out/test/support/calls.js'
      import { jobOf } from './out/test/support/job.js'
      import { openedFor } from './out/test/support/opened.js'
      const addon = loadAddon()
      const EPOCHS = 5000
      const plain = { ...SMALL, fit: { ...SMALL.fit, epochs: EPOCHS } }
      const start = () => {
        const { handle, arrays } = openedFor(jobOf(plain), ${best})
        return { handle, digest: () => [arrays.position[0], arrays.outcomes[1]] }
      }
      const open = (opened) => addon.runSessionAsync(opened.handle, 0, EPOCHS, Infinity).then(() => opened.digest())
      // Nobody holds the handles or the arrays of these.
      const lost = Array.from({ length: 8 }, () => addon.runSessionAsync(start().handle, 0, EPOCHS, Infinity))
      const kept = Array.from({ length: 8 }, start).map(open)
      for (let i = 0; i < 50; i++) {
        gc()
        new Float64Array(100000).fill(Number.NaN)
      }
      console.log(...new Set(await Promise.all(lost)))
      for (const [epochs, status] of await Promise.all(kept)) console.log(epochs, status === 0 && epochs === EPOCHS)`
    const { status, signal, stdout, stderr } = script(source, { flags: ['--expose-gc'] })
    assert.deepEqual([status, signal], [0, null], stderr)
    assert.equal(stdout, `false\n${'5000 true\n'.repeat(8)}`)
  })
})
