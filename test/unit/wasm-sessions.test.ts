/** Sessions in WebAssembly: what is copied, how members of long epochs train in slices, and what a failure leaves. */
import assert from 'node:assert/strict'
import { typescriptBackend } from '#lib/backend/typescript.js'
import { makeBackend } from '#lib/backend/wasm/backend.js'
import { Instances } from '#lib/backend/wasm/instances.js'
import { type Exports, instantiate, namesOf } from '#lib/backend/wasm/module.js'
import { layoutOf } from '#lib/backend/wasm/session-memory.js'
import { SMALL } from '../support/calls.js'
import type { Case } from '../support/case.js'
import { describeWasm, wasmModule } from '../support/wasm.js'
import { ensembleCall, NONE, networkCall, sameArrays, withSession } from '../support/wasm-calls.js'

describeWasm('the arrays of a session in WebAssembly', () => {
  const backend = makeBackend(new Instances(() => instantiate(wasmModule())))
  const drawn = { ...SMALL, fit: { ...SMALL.fit, epochs: 6 } }

  it('may all be changed between two runs', async () => {
    const calls = [networkCall(drawn), networkCall(drawn)]
    for (const [i, call] of calls.entries()) {
      await withSession([backend, typescriptBackend][i], call, (session) => {
        session.run(0, 2, Infinity)
        call.arrays.x.reverse()
        call.arrays.parameters.fill(0.125)
        call.arrays.state.fill(0.25)
        session.run(0, 4, Infinity)
        call.arrays.position[0] = call.arrays.outcomes[0] = 1
        session.run(0, 6, Infinity)
      })
    }
    sameArrays(calls[0], calls[1])
  })

  it('has samples that are copied once where nothing changes them', async () => {
    const [changed, same] = [networkCall(drawn, true), networkCall(drawn, true)]
    await withSession(backend, changed, (session) => {
      session.run(0, 2, Infinity)
      changed.arrays.x.fill(Number.NaN)
      session.run(0, 6, Infinity)
    })
    await withSession(typescriptBackend, same, (session) => session.run(0, 6, Infinity))
    sameArrays(changed, same)
  })

  it('have one copy of targets that are labels too', () => {
    const { arrays } = networkCall(drawn)
    const names = namesOf(instantiate(wasmModule())).sessionArrays
    const total = (labels: Float64Array): number => layoutOf(names, { ...arrays, labels }, 0).total
    assert.equal(total(arrays.y), total(NONE))
    assert.equal(total(arrays.y.subarray(0)), total(NONE))
    assert.ok(total(arrays.y.slice()) >= total(NONE) + arrays.y.length)
  })

  it('are refused where a buffer was transferred since the session was opened', async () => {
    const call = networkCall(drawn)
    await withSession(backend, call, (session) => {
      session.run(0, 2, Infinity)
      const { length } = call.arrays.x
      structuredClone(call.arrays.x, { transfer: [call.arrays.x.buffer as ArrayBuffer] })
      assert.throws(() => session.run(0, 4, Infinity), {
        name: 'RangeError',
        message:
          `Expected a buffer of ${length} numbers, as when the session was opened, for x but received one of 0. ` +
          'Do not transfer or resize it while the session is open.',
      })
    })
  })

  it('stay as they are in runs of a session that was cancelled, and of a closed one', () => {
    const call = networkCall(drawn)
    const session = backend.openSession(call)
    session.cancel()
    assert.equal(session.run(0, 6, Infinity), true)
    assert.equal(call.arrays.position[0], 0)
    session.close()
    session.close()
    const closed = backend.openSession(call)
    closed.close()
    assert.throws(() => closed.run(0, 6, Infinity), /^Error: This session is closed\.$/)
  })
})

/** A module whose clock counts its readings, as milliseconds, and the number of readings in each call of `runSession`. */
function countingModule(): { readonly start: () => Exports; readonly readings: number[]; readonly sessions: number[] } {
  let clock = 0
  const readings: number[] = []
  const sessions: number[] = []
  const start = (): Exports => {
    const own = instantiate(wasmModule(), () => clock++)
    return {
      ...own,
      openSession(plan, members, ...rest) {
        sessions.push(members)
        return own.openSession(plan, members, ...rest)
      },
      runSession(...given) {
        const before = clock
        const result = own.runSession(...given)
        readings.push(clock - before)
        return result
      },
    }
  }
  return { start, readings, sessions }
}

describeWasm('an asynchronous run in WebAssembly', () => {
  // An epoch has 100 steps and 12 million multiplications.
  const long: Case = {
    ...SMALL,
    inputs: 100,
    rows: 400,
    layers: [{ units: 100, activation: 'tanh' }, { units: 2 }],
    optimizer: { name: 'sgd', learningRate: 1e-3, momentum: 0.5 },
    fit: { ...SMALL.fit, epochs: 2, batchSize: 4 },
  }

  it('ends each slice of a network within some readings of the clock', async () => {
    const { start, readings } = countingModule()
    const [call, expected] = [networkCall(long), networkCall(long)]
    await withSession(makeBackend(new Instances(start)), call, async (session) => {
      assert.equal(await session.runAsync(0, 2, Infinity), false)
    })
    await withSession(typescriptBackend, expected, (session) => session.run(0, 2, Infinity))
    sameArrays(call, expected)
    assert.ok(readings.length >= 10, `${readings.length} slices`)
    assert.ok(Math.max(...readings) <= 20, `${Math.max(...readings)} readings in a slice`)
  })

  it('trains the members of an ensemble each by itself where their epochs are long, within epochs', async () => {
    const { start, readings, sessions } = countingModule()
    const [call, expected] = [ensembleCall(3, long), ensembleCall(3, long)]
    await withSession(makeBackend(new Instances(start)), call, async (session) => {
      assert.equal(await session.runAsync(0, 1, Infinity), false)
      assert.equal(session.run(0, 2, Infinity), false)
    })
    await withSession(typescriptBackend, expected, (session) => session.run(0, 2, Infinity))
    sameArrays(call, expected)
    assert.deepEqual(sessions, [3, 1, 1, 1])
    assert.ok(readings.length >= 20, `${readings.length} slices`)
    assert.ok(Math.max(...readings.slice(0, -1)) <= 20, `${Math.max(...readings)} readings in a slice`)
  })

  it('trains the members of an ensemble together where their epochs are short', async () => {
    const { start, sessions } = countingModule()
    const [call, expected] = [ensembleCall(5, SMALL), ensembleCall(5, SMALL)]
    const { epochs } = call.plan
    await withSession(makeBackend(new Instances(start)), call, async (session) => {
      assert.equal(await session.runAsync(0, epochs, Infinity), false)
    })
    await withSession(typescriptBackend, expected, (session) => session.run(0, epochs, Infinity))
    sameArrays(call, expected)
    assert.deepEqual(sessions, [5])
  })

  it('ends soon after it is cancelled, with all members at one epoch', async () => {
    const many = { ...long, fit: { ...long.fit, epochs: 1000 } }
    for (const call of [networkCall(many), ensembleCall(3, many)]) {
      await withSession(makeBackend(new Instances(() => instantiate(wasmModule()))), call, async (session) => {
        const run = session.runAsync(0, 1000, Infinity)
        setTimeout(() => session.cancel(), 5)
        assert.equal(await run, true)
      })
      const { position, outcomes } = call.arrays
      assert.ok(position[0] < 1000)
      for (let i = 0; i < outcomes.length; i += 3) assert.equal(outcomes[i], position[0])
    }
  })
})
