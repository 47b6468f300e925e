/** What failures of the WebAssembly module leave, and how much memory it uses. */
import assert from 'node:assert/strict'
import { typescriptBackend } from '#lib/backend/typescript.js'
import { makeBackend } from '#lib/backend/wasm/backend.js'
import { Instance } from '#lib/backend/wasm/instance.js'
import { Instances } from '#lib/backend/wasm/instances.js'
import { instantiate, namesOf, PREDICT } from '#lib/backend/wasm/module.js'
import { sameBits } from '../support/bits.js'
import { SMALL } from '../support/calls.js'
import type { Case } from '../support/case.js'
import { jobOf } from '../support/job.js'
import { oneMember } from '../support/one-member.js'
import { describeWasm, limitedModule, wasmModule } from '../support/wasm.js'
import { callOf, ensembleCall, NONE, networkCall, sameArrays, withSession } from '../support/wasm-calls.js'

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
