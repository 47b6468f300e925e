/** Memory of programs that only call synchronous functions: no memory may be freed only by the event loop. */
import assert from 'node:assert/strict'
import { script } from '../support/child.js'
import { someOf } from '../support/drawn.js'
import { implementations } from '../support/paths.js'

// Less than what leaks would add up to (60 kB a prediction, 12 kB a network), more than a young heap that grows to its size.
const BOUND = 64 * 2 ** 20

const PROGRAM = `
  import { Ensemble, Network, Trainer } from 'lockstep-nn'
  const shape = { inputs: 32, layers: [{ units: 64, activation: 'relu' }, { units: 3, activation: 'softmax' }] }
  const samples = (rows, columns) => Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(i))
  const classes = (rows) => Float64Array.from({ length: rows * 3 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0))
  const [one, fifty] = [samples(1, 32), samples(50, 32)]
  const options = { loss: 'categoricalCrossentropy', optimizer: 'sgd', metrics: ['accuracy'] }
  const trainerOf = (model, backend) => new Trainer(model, { ...options, backend })
  // The memory of the process after a full garbage collection.
  const used = () => {
    gc()
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, heapUsed, external }
  }
  // Calls synchronously, and prints by how many bytes memory grew between a third of the calls and all of them.
  const growth = (calls, call) => {
    let before
    for (let i = 0; i < calls; i++) {
      if (i === Math.floor(calls / 3)) before = used()
      call(i)
    }
    const after = used()
    console.log(JSON.stringify(Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]))))
  }
`

const LOOPS: readonly (readonly [title: string, body: (backend: string) => string])[] = [
  [
    '12,000 predictions of 1 and 50 rows alternately',
    (backend) => `
      const network = new Network(shape)
      growth(12_000, (i) => network.predict(i % 2 === 0 ? one : fifty, { backend: '${backend}' }))`,
  ],
  [
    '6,000 gradients of 1 and 50 rows alternately, each followed by a step',
    (backend) => `
      const trainer = trainerOf(new Network(shape), '${backend}')
      const derivatives = [new Float64Array(3).fill(1e-3), new Float64Array(150).fill(1e-3)]
      growth(6_000, (i) => {
        const { parameters } = trainer.network.gradients([one, fifty][i % 2], derivatives[i % 2], { backend: '${backend}' })
        trainer.applyGradients(parameters)
      })`,
  ],
  [
    '2,000 evaluations with a metric',
    (backend) => `
      const trainer = trainerOf(new Network(shape), '${backend}')
      const y = classes(50)
      growth(2_000, () => trainer.evaluate(fifty, y))`,
  ],
  [
    '2,000 calls of fitSync with a metric',
    (backend) => `
      const trainer = trainerOf(new Network(shape), '${backend}')
      const [x, y] = [samples(8, 32), classes(8)]
      growth(2_000, () => trainer.fitSync(x, y, { epochs: 1, validationData: { x, y } }))`,
  ],
  [
    '20,000 steps of three numbers of rows, and of another learning rate now and then',
    (backend) => `
      const trainer = trainerOf(new Network(shape), '${backend}')
      const batches = [8, 5, 3].map((rows) => [samples(rows, 32), classes(rows)])
      growth(20_000, (i) => {
        if (i % 50 === 0) trainer.learningRate = 0.01 + (i % 100) / 1e5
        trainer.step(...batches[i % 3])
      })`,
  ],
  [
    '2,000 new trainers that step with five numbers of rows',
    (backend) => `
      const batches = [8, 5, 3, 6, 2].map((rows) => [samples(rows, 32), classes(rows)])
      growth(2_000, () => {
        const trainer = trainerOf(new Network(shape), '${backend}')
        for (const batch of batches) trainer.step(...batch)
      })`,
  ],
  [
    '600 predictions and evaluations of an ensemble',
    (backend) => `
      const ensemble = new Ensemble({ ...shape, seeds: [1, 2, 3, 4, 5, 6, 7, 8] })
      const trainer = trainerOf(ensemble, '${backend}')
      const y = classes(50)
      growth(600, (i) => {
        ensemble.predict(i % 2 === 0 ? one : fifty, { backend: '${backend}' })
        trainer.evaluate(fifty, y)
      })`,
  ],
  [
    '4,000 sessions that are opened, run and closed',
    (backend) => `
      const { chooseBackend } = await import('#lib/backend/choose.js')
      const { jobOf } = await import('./out/test/support/job.js')
      const { oneMember } = await import('./out/test/support/one-member.js')
      const { trainWith } = await import('./out/test/support/train-with.js')
      const { WIDE } = await import('./out/test/support/calls.js')
      // A state of 32 kB and a plan of 16 kB, of which half would be 100 MB.
      const layers = [...Array.from({ length: 40 }, () => ({ units: 8 })), { units: 2 }]
      const job = jobOf({ ...WIDE, layers, fit: { ...WIDE.fit, epochs: 1 } })
      const whole = { plan: job.plan, members: oneMember(job.plan), threads: 1 }
      growth(4_000, () => trainWith(chooseBackend('${backend}').backend, whole, job))`,
  ],
  [
    '12,000 networks of 200 architectures that predict once',
    (backend) => `
      const seen = new Set()
      growth(12_000, (i) => {
        const layers = [{ units: 1 + (i % 200) }, { units: 3 }]
        const network = new Network({ inputs: 4, layers })
        seen.add(network.predict(one.subarray(0, 4), { backend: '${backend}' }).length)
      })`,
  ],
]

describe('memory does not grow while the event loop does not run', () => {
  for (const backend of implementations) {
    // TypeScript holds no memory outside the heap.
    for (const [title, body] of backend === 'typescript' ? someOf(LOOPS) : LOOPS) {
      it(`${title}, on ${backend}`, () => {
        const { status, signal, stdout, stderr } = script(PROGRAM + body(backend), { flags: ['--expose-gc'] })
        assert.deepEqual([status, signal], [0, null], stderr)
        for (const [what, bytes] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
          assert.ok(bytes < BOUND, `${what} grew by ${bytes} bytes`)
        }
      })
    }
  }
})

describe('a session that is never closed', () => {
  it('is freed with its arrays once the event loop runs', () => {
    const { status, signal, stdout, stderr } = script(
      `${PROGRAM}
      const { jobOf } = await import('./out/test/support/job.js')
      const { best, openedFor } = await import('./out/test/support/opened.js')
      const { SMALL } = await import('./out/test/support/calls.js')
      const turn = () => new Promise((resolve) => setImmediate(resolve))
      const job = jobOf({ ...SMALL, rows: 2000 })
      let before
      for (let i = 0; i < 3000; i++) {
        if (i === 1000) before = used()
        // Its arrays have about 200 kB.
        openedFor(job, best)
        if (i % 20 === 0) {
          gc()
          await turn()
        }
      }
      const after = used()
      console.log(JSON.stringify(Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]))))`,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual([status, signal], [0, null], stderr)
    for (const [what, bytes] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      assert.ok(bytes < BOUND, `${what} grew by ${bytes} bytes`)
    }
  })
})
