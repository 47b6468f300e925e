/** Sessions in WebAssembly: what is copied, how members of long epochs train in slices, and what a failure leaves. */
import assert from 'node:assert/strict'
import type { Backend, Session, SessionCall, SessionShape } from '#lib/backend/backend.js'
import { typescriptBackend } from '#lib/backend/typescript.js'
import { makeBackend } from '#lib/backend/wasm/backend.js'
import { Instance } from '#lib/backend/wasm/instance.js'
import { Instances } from '#lib/backend/wasm/instances.js'
import { type Exports, instantiate, namesOf, PREDICT } from '#lib/backend/wasm/module.js'
import { layoutOf } from '#lib/backend/wasm/session-memory.js'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { sameBits } from '../support/bits.js'
import { SMALL } from '../support/calls.js'
import type { Case } from '../support/case.js'
import { ensembleJobOf } from '../support/ensemble-job.js'
import { type Job, jobOf } from '../support/job.js'
import { oneMember } from '../support/one-member.js'
import { plainArrays } from '../support/train-with.js'
import { describeWasm, limitedModule, wasmModule } from '../support/wasm.js'

const NONE = new Float64Array(0)

/** The arrays that a training writes. */
const WRITTEN = ['parameters', 'state', 'position', 'outcomes', 'series'] as const

function callOf(job: Job, members: SessionShape['members'], fixedSamples?: boolean): SessionCall {
  const shape = { plan: job.plan, members, threads: 1, watch: null }
  const given = { ...job, parameters: job.parameters.slice(), state: job.state.slice(), x: job.x.slice() }
  const arrays = { ...plainArrays(shape, given), workspace: NONE } as SessionArrays
  return { ...shape, arrays, fixedSamples }
}

const networkCall = (drawn: Case, fixedSamples?: boolean): SessionCall => {
  const job = jobOf(drawn)
  return callOf(job, oneMember(job.plan), fixedSamples)
}

function ensembleCall(count: number, drawn: Case): SessionCall {
  const job = ensembleJobOf(count, drawn)
  const width = job.members.length / count
  const rows = Array.from({ length: count }, (_, i) => job.members.subarray(i * width, (i + 1) * width))
  const seeds = Int32Array.from(rows.flatMap((row) => [...row.subarray(0, 2)]))
  const optimizerOptions = Float64Array.from(rows.flatMap((row) => [...row.subarray(2)]))
  return callOf(job, { count, seeds, optimizerOptions })
}

function sameArrays({ arrays: a }: SessionCall, { arrays: b }: SessionCall): void {
  for (const name of WRITTEN) sameBits(a[name], b[name], name)
}

async function withSession(backend: Backend, call: SessionCall, use: (session: Session) => unknown): Promise<void> {
  const session = backend.openSession(call)
  try {
    await use(session)
  } finally {
    session.close()
  }
}

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

describeWasm('a module that fails', () => {
  const drawn = { ...SMALL, fit: { ...SMALL.fit, epochs: 6 } }

  it('leaves the values of the last finished run to its other sessions, and the next ones work', async () => {
    const instances = new Instances(() => instantiate(wasmModule()))
    const backend = makeBackend(instances)
    const [call, expected] = [networkCall(drawn), networkCall(drawn)]
    const session = backend.openSession(call)
    session.run(0, 2, Infinity)
    const pending = session.runAsync(0, 4, Infinity)
    const wrongPlan = () =>
      instances.use(8, (area) => {
        const at = 8 * area.put(new Array(8).fill(0))
        area.instance.call(({ openPlan }) => openPlan(at, 8, PREDICT))
      })
    assert.throws(wrongPlan, /^Error: The WebAssembly module failed: .*\w.*$/)
    const ended = /^Error: The WebAssembly module failed in another call \(.+\), which also ended this one\.$/
    await assert.rejects(pending, ended)
    assert.throws(() => session.run(0, 6, Infinity), ended)
    session.close()
    await withSession(typescriptBackend, expected, (one) => one.run(0, 2, Infinity))
    sameArrays(call, expected)
    for (const one of [call, expected]) {
      await withSession(one === call ? backend : typescriptBackend, one, (next) => next.run(0, 6, Infinity))
    }
    sameArrays(call, expected)
    assert.equal(instances.size.count, 1)
  })

  it('for lack of memory says so', () => {
    const functions = instantiate(limitedModule(4))
    const instance = new Instance(functions, namesOf(functions))
    const encoded = instance.allocate(1000) as number
    for (let doubles = 2 ** 15; doubles >= 2; doubles /= 2) while (instance.allocate(doubles) !== null);
    assert.throws(
      () => instance.call(({ openPlan }) => openPlan(8 * encoded, 1000, PREDICT)),
      /^Error: The WebAssembly module failed: .*memory.*$/,
    )
    assert.equal(instance.isOpen, false)
  })
})

describeWasm('memory of WebAssembly', () => {
  it('above 2 GiB has addresses that are negative as integers of 32 bits, and everything works there', async () => {
    const above = new Instances(() => {
      const functions = instantiate(wasmModule())
      // The operating system gives it no memory before it is used.
      assert.ok(functions.allocate(2.25 * 2 ** 30) !== 0)
      assert.ok(functions.allocate(1e5) < 0)
      return functions
    })
    const backend = makeBackend(above)
    // Without users the instance would be dropped.
    const used = above.open(2)
    const [call, expected] = [ensembleCall(3, SMALL), ensembleCall(3, SMALL)]
    await withSession(backend, call, (session) => session.run(0, 3, Infinity))
    await withSession(typescriptBackend, expected, (session) => session.run(0, 3, Infinity))
    sameArrays(call, expected)
    const { plan, parameters, x, y } = jobOf(SMALL)
    const results = [backend, typescriptBackend].map((one) => {
      const [output, evaluated, dInputs] = [y.length, y.length, x.length].map((length) => new Float64Array(length))
      const dParameters = new Float64Array(plan.parameterCount)
      one.predictor(plan)(parameters, x, output)
      one.gradients(plan)(parameters, x, y, dParameters, dInputs)
      const workspace = new Float64Array(one.evaluationWorkspace(plan))
      const loss = one.evaluate(plan, parameters, x, y, NONE, evaluated, workspace)
      const scored = { rows: y.length, outputs: 1, targets: y, predictions: output, signs: false }
      return [
        output,
        evaluated,
        dInputs,
        dParameters,
        Float64Array.of(loss, one.metric(0, Float64Array.of(NaN), scored)),
      ]
    })
    results[0].forEach((values, i) => {
      sameBits(values, results[1][i], `result ${i}`)
    })
    assert.equal(above.size.count, 1)
    assert.ok(above.size.bytes > 2 ** 31)
    used.close()
    assert.deepEqual(above.size, { count: 0, bytes: 0 })
  })

  it('does not grow over 10,000 predictions and trainings of changing sizes', () => {
    const instances = new Instances(() => instantiate(wasmModule()))
    const backend = makeBackend(instances)
    let before = 0
    for (let i = 0; i < 10_000; i++) {
      if (i === 3000) before = instances.size.bytes
      const rows = 1 + (i % 37)
      const drawn: Case = { ...SMALL, rows, layers: [{ units: 1 + (i % 101) }, { units: 2 }] }
      const job = jobOf({ ...drawn, fit: { ...SMALL.fit, epochs: 1 } })
      const { parameters, x, plan } = job
      backend.predictor(plan)(parameters, x, new Float64Array(rows * plan.outputs))
      const session = backend.openSession(callOf(job, oneMember(plan)))
      session.run(0, 1, Infinity)
      session.close()
    }
    const { count, bytes } = instances.size
    assert.equal(count, 1)
    // The allocator divides what it has in other ways; a leak of 100 bytes each time would double it.
    assert.ok(bytes <= 1.1 * before, `${bytes} bytes after ${before}`)
  }).timeout(60_000)

  it('of large trainings is dropped with their session', () => {
    const instances = new Instances(() => instantiate(wasmModule()))
    const backend = makeBackend(instances)
    for (let i = 0; i < 3; i++) {
      const job = jobOf({ ...SMALL, rows: 3_000_000, fit: { ...SMALL.fit, epochs: 1, batchSize: 1000 } })
      const session = backend.openSession(callOf(job, oneMember(job.plan)))
      session.run(0, 1, 0)
      assert.ok(instances.size.bytes > 8 * job.x.length)
      session.close()
      assert.deepEqual(instances.size, { count: 0, bytes: 0 })
    }
  }).timeout(60_000)
})
