/** An ensemble's members and predictions, and an event loop that its training does not block. */
import assert from 'node:assert/strict'
import { DivergenceError, Ensemble, Network, Trainer } from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { script } from '../support/child.js'
import { INPUTS, OUTPUTS, task } from '../support/learning.js'
import { compiledPaths, implementations } from '../support/paths.js'

const TRAINING_WORKER = new URL('../support/training-worker.js', import.meta.url)

const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
const SEEDS = [3, 1, 2 ** 52, 1, 0]
const newEnsemble = (seeds: readonly number[] = SEEDS): Ensemble => new Ensemble({ inputs: INPUTS, layers, seeds })
const options = { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.25 } } as const

describe('an ensemble', () => {
  it('has for each seed the network of that seed', () => {
    for (const initializer of [undefined, 'heNormal', { name: 'normal', stddev: 0.5 }] as const) {
      const ensemble = new Ensemble({ inputs: INPUTS, layers, initializer, seeds: SEEDS })
      assert.deepEqual([ensemble.inputs, ensemble.outputs, ensemble.members.length], [INPUTS, OUTPUTS, SEEDS.length])
      for (const [i, seed] of SEEDS.entries()) {
        const alone = new Network({ inputs: INPUTS, layers, initializer, seed })
        assert.ok(ensemble.members[i] instanceof Network)
        assert.equal(ensemble.parameterCount, alone.parameterCount)
        assert.deepEqual(ensemble.members[i].layers, alone.layers)
        sameBits(ensemble.members[i].parameters, alone.parameters, `seed ${seed}`)
        assert.equal(ensemble.members[i].digest(), alone.digest())
      }
    }
  })

  it('holds the parameters of its members, one after the other', () => {
    const ensemble = newEnsemble()
    const count = ensemble.parameterCount
    assert.equal(ensemble.parameters.length, SEEDS.length * count)
    for (const [i, { parameters }] of ensemble.members.entries()) {
      assert.equal(parameters.buffer, ensemble.parameters.buffer)
      ensemble.parameters[i * count] = 7 + i
      assert.equal(parameters[0], 7 + i)
      parameters[count - 1] = -i
      assert.equal(ensemble.parameters[(i + 1) * count - 1], -i)
    }
  })

  for (const Memory of [ArrayBuffer, SharedArrayBuffer]) {
    it(`uses parameters over ${Memory.name} in place, on every backend`, async () => {
      const { x, y } = task(20)
      const expected = newEnsemble()
      new Trainer(expected, { ...options, backend: 'typescript' }).fitSync(x, y, { epochs: 3 })
      for (const backend of implementations) {
        for (const method of ['fit', 'fitSync'] as const) {
          const start = newEnsemble().parameters
          const parameters = new Float64Array(new Memory(start.byteLength + 8), 8, start.length)
          parameters.set(start)
          const ensemble = new Ensemble({ inputs: INPUTS, layers, parameters, seeds: SEEDS })
          assert.equal(ensemble.parameters, parameters)
          sameBits(parameters, start, 'parameters as they were given')
          await new Trainer(ensemble, { ...options, backend })[method](x, y, { epochs: 3 })
          sameBits(parameters, expected.parameters, `${backend}, ${method}`)
        }
      }
    })
  }

  it('predicts with each member and with their mean, added in their order', () => {
    const { x } = task(20)
    const ensemble = newEnsemble()
    for (const backend of implementations) {
      const { mean, members } = ensemble.predict(x, { backend })
      assert.equal(members.length, SEEDS.length)
      for (const [i, answers] of members.entries()) {
        sameBits(answers, ensemble.members[i].predict(x, { backend: 'typescript' }), `${backend}: member ${i}`)
      }
      const expected = members[0].map((_, at) => members.reduce((sum, answers) => sum + answers[at], 0) / SEEDS.length)
      sameBits(mean, expected, `${backend}: mean`)
    }
  })

  it('is evaluated member by member, and on average', () => {
    const { x, y } = task(20)
    const ensemble = newEnsemble()
    for (const backend of implementations) {
      const { loss, members } = new Trainer(ensemble, { ...options, backend }).evaluate(x, y)
      const expected = ensemble.members.map(
        (member) => new Trainer(member, { ...options, backend: 'typescript' }).evaluate(x, y).loss,
      )
      sameBits(members, Float64Array.from(expected), backend)
      sameNumber(loss, expected.reduce((sum, one) => sum + one, 0) / SEEDS.length, backend)
    }
  })

  it('has the states of its optimizers one after the other, before and after a training', () => {
    const { x, y } = task(20)
    for (const [optimizer, each] of [
      ['sgd', 0],
      [{ name: 'sgd', momentum: 0.5 }, 1],
      ['adam', 2],
    ] as const) {
      const ensemble = newEnsemble()
      const trainer = new Trainer(ensemble, { ...options, optimizer })
      const alone = SEEDS.map(
        (seed) => new Trainer(new Network({ inputs: INPUTS, layers, seed }), { ...options, optimizer }),
      )
      const states = () => Float64Array.from(alone.flatMap(({ optimizerState }) => [...optimizerState]))
      const scalars = optimizer === 'adam' ? 2 : 0
      assert.equal(trainer.optimizerState.length, SEEDS.length * (each * ensemble.parameterCount + scalars))
      sameBits(trainer.optimizerState, states(), 'before')
      trainer.fitSync(x, y)
      for (const one of alone) one.fitSync(x, y)
      sameBits(trainer.optimizerState, states(), 'after')
    }
  })

  it('continues the training of one member, and that of a network as a member', async () => {
    const { x, y } = task(20)
    const [ensemble, alone] = [newEnsemble(), new Network({ inputs: INPUTS, layers, seed: SEEDS[1] })]
    const others = newEnsemble()
    for (const epochs of [2, 3]) {
      await new Trainer(ensemble, options).fit(x, y, { epochs })
      await new Trainer(ensemble.members[1], options).fit(x, y, { epochs })
      await new Trainer(others, options).fit(x, y, { epochs })
      for (let i = 0; i < 2; i++) new Trainer(alone, options).fitSync(x, y, { epochs })
    }
    sameBits(ensemble.members[1].parameters, alone.parameters, 'the member')
    for (const i of [0, 2, 3, 4]) assert.equal(ensemble.members[i].digest(), others.members[i].digest())
  })

  it('reports each divergence instead of a history, and is not rejected', async () => {
    const { x, y } = task(20)
    for (const backend of implementations) {
      const optimizer = { name: 'sgd', learningRate: [0.25, 1e200, 0.25, 1e200, 0.25] } as const
      const { members } = await new Trainer(newEnsemble(), { ...options, optimizer, backend }).fit(x, y, { epochs: 9 })
      assert.deepEqual(
        members.map((member) => member instanceof DivergenceError),
        [false, true, false, true, false],
      )
    }
  })
})

describe('an ensemble that is being trained', () => {
  const message = 'This network is being trained already. Await the first fit, or train a second network.'
  const { x, y } = task(20)

  it('locks itself and its members', async () => {
    const ensemble = newEnsemble()
    const trainer = new Trainer(ensemble, options)
    const others = [
      trainer,
      new Trainer(ensemble, options),
      ...ensemble.members.map((one) => new Trainer(one, options)),
    ]
    const training = trainer.fit(x, y, { epochs: 1000 })
    for (const other of others) {
      await assert.rejects(other.fit(x, y), { name: 'Error', message })
      assert.throws(() => other.fitSync(x, y), { name: 'Error', message })
    }
    await training
    for (const other of others) await other.fit(x, y)
  })

  it('cannot be trained while one of its members trains', async () => {
    const ensemble = newEnsemble()
    const trainer = new Trainer(ensemble, options)
    const training = new Trainer(ensemble.members[4], options).fit(x, y, { epochs: 1000 })
    await assert.rejects(trainer.fit(x, y), { name: 'Error', message })
    assert.throws(() => trainer.fitSync(x, y), { name: 'Error', message })
    // The refusal locked no member.
    new Trainer(ensemble.members[0], options).fitSync(x, y)
    await training
    await trainer.fit(x, y)
  })

  for (const backend of compiledPaths) {
    it(`does not block the event loop on ${backend}`, async () => {
      const ensemble = newEnsemble(Array.from({ length: 20 }, (_, i) => i))
      const trainer = new Trainer(ensemble, { ...options, optimizer: { name: 'sgd', learningRate: 1e-6 }, backend })
      let epochs = 100
      for (let took = 0; took < 30; epochs *= 2) {
        const start = performance.now()
        trainer.fitSync(x, y, { epochs })
        took = performance.now() - start
      }
      const training = trainer.fit(x, y, { epochs: 5 * epochs })
      const before = ensemble.parameters.slice()
      let ticks = 0
      const timer = setInterval(() => {
        if (ticks++ === 0) sameBits(ensemble.parameters, before, 'parameters during fit')
      }, 1)
      await training
      clearInterval(timer)
      assert.ok(ticks >= 5, `${ticks} ticks of the timer`)
    })
  }
})

describe('the end of a process does not wait for an ensemble', () => {
  // Far longer than the exit takes on a busy machine, and far shorter than the training.
  const PROMPT = 20_000

  function endsPromptly(source: string): void {
    const { status, signal, stdout, stderr } = script(source, { timeout: 40_000 })
    const took = Date.now() - Number(stdout)
    assert.deepEqual([status, signal], [0, null], stderr)
    assert.ok(took < PROMPT, `${took} ms`)
  }

  for (const backend of implementations) {
    it(`on ${backend}`, () => {
      endsPromptly(`
        import { longEnsemble } from './out/test/support/long.js'
        longEnsemble('${backend}', 20, 3)
        setTimeout(() => {
          process.stdout.write(String(Date.now()))
          process.exit(0)
        }, 200)`)
    }).timeout(90_000)

    it(`in a worker, on ${backend}`, () => {
      endsPromptly(`
        import { once } from 'node:events'
        import { Worker } from 'node:worker_threads'
        const workerData = { backend: '${backend}', long: true, batchSize: 32, members: 20 }
        const worker = new Worker(new URL('${TRAINING_WORKER}'), { workerData, execArgv: [] })
        await once(worker, 'message')
        process.stdout.write(String(Date.now()))
        await worker.terminate()`)
    }).timeout(90_000)
  }
})
