/** `predictAsync`: it does not block the event loop, can be aborted, and nothing during it changes the result. */
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { Ensemble, type LayerOption, Network } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { script } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { implementations } from '../support/paths.js'
import { detach } from '../support/wrong.js'

const INPUTS = 6
const LAYERS: readonly LayerOption[] = [
  { units: 40, activation: 'tanh' },
  { units: 3, activation: 'softmax' },
]
const MANY = 20_000

const newNetwork = (seed = 1) => new Network({ inputs: INPUTS, layers: LAYERS, seed })
const newEnsemble = () => new Ensemble({ inputs: INPUTS, layers: LAYERS, seeds: [1, 2, 3] })
const samplesOf = (rows: number) => Float64Array.from({ length: rows * INPUTS }, (_, i) => Math.sin(1.7 * i))

/** The number of turns of the event loop until a promise has settled. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let turns = 0
  let running = true
  const turn = (): void => {
    turns++
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await promise
  running = false
  return turns
}

for (const backend of implementations) {
  describe(`predictAsync on ${backend}`, () => {
    it('leaves the event loop free', async () => {
      const wide = new Network({ inputs: 100, layers: [{ units: 300, activation: 'tanh' }, { units: 1 }], seed: 1 })
      const x = new Float64Array(100 * MANY).fill(0.5)
      for (const threads of [1, 2]) {
        // A blocked loop makes one turn or two.
        const turns = await turnsUntil(wide.predictAsync(x, { backend, threads }))
        assert.ok(turns >= 5, `${turns} turns`)
      }
    }).timeout(60_000)

    it('is not affected by later changes of samples and parameters', async () => {
      const spoils = [
        (array: Float64Array) => array.fill(Number.NaN),
        (array: Float64Array) => detach(array),
        (array: Float64Array) => array.set(array.slice().reverse()),
      ]
      for (const spoil of spoils) {
        for (const model of [newNetwork(), newEnsemble()]) {
          const x = samplesOf(MANY)
          const predicted = model.predict(x)
          const promise = model.predictAsync(x, { backend })
          spoil(x)
          spoil(model.parameters)
          const actual = await promise
          if (predicted instanceof Float64Array) sameBits(actual as Float64Array, predicted, 'predictions')
          else assert.deepEqual(actual, predicted)
        }
      }
    }).timeout(60_000)

    it('uses shared memory in place, for samples, parameters and output', async () => {
      const share = (values: Float64Array) => {
        const shared = new Float64Array(new SharedArrayBuffer(values.byteLength))
        shared.set(values)
        return shared
      }
      const parameters = share(newNetwork().parameters)
      const network = new Network({ inputs: INPUTS, layers: LAYERS, parameters })
      const x = share(samplesOf(MANY))
      const expected = network.predict(x)
      const output = share(new Float64Array(3 * MANY))
      assert.equal(await network.predictAsync(x, { backend, output }), output)
      sameBits(output, expected, 'output')
    }).timeout(60_000)

    it('writes to output only at the end, and returns it', async () => {
      const network = newNetwork()
      const x = samplesOf(MANY)
      const output = new Float64Array(3 * MANY).fill(7)
      let running = true
      const promise = network.predictAsync(x, { backend, output }).finally(() => {
        running = false
      })
      while (running) {
        assert.ok(output[0] === 7 && output[output.length - 1] === 7)
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal(await promise, output)
      sameBits(output, network.predict(x), 'output')
    }).timeout(60_000)

    it('is rejected where the buffer of output was transferred meanwhile', async () => {
      const output = new Float64Array(3 * 100)
      const promise = newNetwork().predictAsync(samplesOf(100), { backend, output })
      detach(output)
      const message =
        'Expected an attached buffer for output but received a Float64Array of length 0. Its ArrayBuffer was transferred.'
      await assert.rejects(promise, { name: 'TypeError', message })
    })

    it('is rejected, as predict throws, where a parameter is not finite, and writes nothing', async () => {
      const network = newNetwork()
      network.parameters[2] = Number.NaN
      const x = samplesOf(100)
      const output = new Float64Array(300).fill(7)
      const promise = network.predictAsync(x, { backend, output })
      // The copy has it, whatever is written meanwhile.
      network.parameters[2] = 1
      const error = (await errorOf(() => promise)) as Error
      network.parameters[2] = Number.NaN
      assert.throws(() => network.predict(x), { name: error.name, message: error.message })
      assert.ok(output.every((value) => value === 7))

      const ensemble = newEnsemble()
      ensemble.members[1].parameters[2] = Infinity
      const ofMember = (await errorOf(() => ensemble.predictAsync(x, { backend }))) as Error
      assert.match(ofMember.message, / of members\[1\] /)
      assert.throws(() => ensemble.predict(x), { name: ofMember.name, message: ofMember.message })
    })

    it('gives the results of 200 calls at once, whichever end first', async () => {
      const networks = [1, 2, 3, 4].map(newNetwork)
      const controller = new AbortController()
      const warnings: Error[] = []
      const warn = (warning: Error) => warnings.push(warning)
      process.on('warning', warn)
      const calls = Array.from({ length: 200 }, (_, i) => {
        const x = samplesOf(1 + 37 * (i % 50))
        const network = networks[i % 4]
        const options = { backend, threads: 1 + (i % 3), signal: controller.signal }
        return { expected: network.predict(x), promise: network.predictAsync(x, options) }
      })
      for (const { expected, promise } of calls) sameBits(await promise, expected, 'predictions')
      await new Promise((resolve) => setImmediate(resolve))
      process.off('warning', warn)
      assert.deepEqual([warnings, getEventListeners(controller.signal, 'abort')], [[], []])
    }).timeout(60_000)

    it('keeps the context of the code that awaits it', async () => {
      const storage = new AsyncLocalStorage<number>()
      const x = samplesOf(1000)
      const contexts = [1, 2, 3].flatMap((number) =>
        [newNetwork(), newEnsemble()].map((model) =>
          storage.run(number, async () => {
            await model.predictAsync(x, { backend })
            const first = storage.getStore()
            const reason = new Error('aborted')
            await model.predictAsync(x, { backend, signal: AbortSignal.abort(reason) }).catch(() => {})
            return [number, first, storage.getStore()]
          }),
        ),
      )
      for (const [number, first, second] of await Promise.all(contexts)) {
        assert.deepEqual([first, second], [number, number])
      }
    })
  })

  describe(`a signal of predictAsync on ${backend}`, () => {
    it('that has aborted before rejects with its reason, after the checks of the arguments', async () => {
      const reason = { why: 'not needed' }
      const signal = AbortSignal.abort(reason)
      const output = new Float64Array(30).fill(7)
      for (const model of [newNetwork(), newEnsemble()]) {
        await assert.rejects(model.predictAsync(samplesOf(10), { backend, signal }), (error) => error === reason)
        await assert.rejects(model.predictAsync([], { backend, signal }), { name: 'RangeError' })
      }
      await assert.rejects(newNetwork().predictAsync(samplesOf(10), { backend, signal, output }), (e) => e === reason)
      assert.ok(output.every((value) => value === 7))
      assert.deepEqual(getEventListeners(signal, 'abort'), [])
    })

    it('that aborts rejects all its predictions with its reason, ends their work, and writes nothing', async () => {
      const wide = [{ units: 500, activation: 'tanh' }, { units: 500, activation: 'tanh' }, { units: 1 }] as const
      const network = new Network({ inputs: INPUTS, layers: wide, seed: 1 })
      const ensemble = new Ensemble({ inputs: INPUTS, layers: wide, seeds: [1, 2] })
      // Of minutes, which the test would wait for.
      const x = samplesOf(1_000_000)
      const controller = new AbortController()
      const { signal } = controller
      const output = new Float64Array(1_000_000).fill(7)
      const promises = [
        network.predictAsync(x, { backend, signal, output }),
        network.predictAsync(x, { backend, signal, threads: 3 }),
        ensemble.predictAsync(x, { backend, signal }),
      ].map((promise) => errorOf(() => promise))
      await new Promise((resolve) => setTimeout(resolve, 30))
      controller.abort()
      for (const promise of promises) assert.equal(await promise, signal.reason)
      assert.equal((signal.reason as Error).name, 'AbortError')
      // Work of before would come first.
      sameBits(
        await network.predictAsync(x.subarray(0, INPUTS), { backend }),
        network.predict(x.subarray(0, INPUTS)),
        'predictions',
      )
      assert.ok(output.every((value) => value === 7))
      assert.deepEqual(getEventListeners(signal, 'abort'), [])
    }).timeout(60_000)

    it('that aborts after the end has no effect', async () => {
      const controller = new AbortController()
      const network = newNetwork()
      const x = samplesOf(10)
      const promise = network.predictAsync(x, { backend, signal: controller.signal })
      const predictions = await promise
      controller.abort()
      sameBits(await promise, predictions, 'predictions')
      sameBits(predictions, network.predict(x), 'predictions')
    })
  })
}

describe('arrays of a prediction', () => {
  it('stay alive during it', () => {
    const { status, signal, stdout, stderr } = script(
      `
      import { Network } from 'lockstep-nn'
      const layers = [{ units: 300, activation: 'tanh' }, { units: 2 }]
      const start = (seed) => new Network({ inputs: 50, layers, seed }).predictAsync(new Float64Array(500_000).fill(0.25))
      const promises = Array.from({ length: 8 }, (_, seed) => start(seed))
      for (let i = 0; i < 50; i++) {
        gc()
        new Float64Array(100000).fill(Number.NaN)
      }
      for (const [seed, output] of (await Promise.all(promises)).entries()) {
        const expected = new Network({ inputs: 50, layers, seed }).predict(new Float64Array(50).fill(0.25))
        if (!output.every((value, i) => value === expected[i % 2])) console.log('wrong', seed)
      }
      console.log('done')`,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual([status, signal, stdout], [0, null, 'done\n'], stderr)
  })
})
