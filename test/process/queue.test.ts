/** Many asynchronous trainings at once: a queue of the addon runs them on a bounded number of threads. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { script } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { newTrainer, task, WIDE_HIDDEN } from '../support/learning.js'
import { nativePaths } from '../support/paths.js'

const [best] = nativePaths
const THREAD_COUNT = '/proc/self/status'
const QUEUE_WORKER = new URL('../support/queue-worker.js', import.meta.url)

/** Of 200 trainings at once. */
const EPOCHS = drawCount(200)

/** The output of a script that succeeds. */
function printed(source: string): string {
  const { status, signal, stdout, stderr } = script(source)
  assert.deepEqual([status, signal], [0, null], stderr)
  return stdout
}

// `limit` is how many may train at once: one processor is for the event loop.
const FITS = `
  import { availableParallelism } from 'node:os'
  import { readFileSync } from 'node:fs'
  import { Ensemble, Trainer } from 'lockstep-nn'
  import { loadAddon } from '#lib/backend/addon.js'
  import { newTrainer, task, WIDE_HIDDEN } from './out/test/support/learning.js'
  const { poolThreads, queueThreads } = loadAddon()
  const limit = Math.max(1, availableParallelism() - 1)
  const { x, y } = task(20)
  const trainerOf = (threads = 1) => newTrainer({ backend: '${best}', hidden: WIDE_HIDDEN, threads })
`

function expectedDigest(epochs: number): string {
  const { x, y } = task(20)
  const trainer = newTrainer({ backend: 'typescript', hidden: WIDE_HIDDEN })
  trainer.fitSync(x, y, { epochs, batchSize: 8 })
  return trainer.network.digest()
}

describe('trainings that begin at once', () => {
  const bounded = existsSync(THREAD_COUNT) ? it : it.skip
  const note = existsSync(THREAD_COUNT) ? '' : ` (not checked: the system has no ${THREAD_COUNT})`

  bounded(`run on a bounded number of threads, to the bits of each alone${note}`, () => {
    const output = printed(`${FITS}
      const threads = () => Number(/^Threads:\\s*(\\d+)/m.exec(readFileSync('${THREAD_COUNT}', 'utf8'))[1])
      // Node starts its own threads for the first file and the first digest.
      await trainerOf().fit(x, y, { epochs: 1 })
      const before = threads() - queueThreads()
      let most = 0
      const timer = setInterval(() => (most = Math.max(most, threads())), 1)
      const trainers = Array.from({ length: 200 }, (_, i) => trainerOf(1 + (i % 2)))
      await Promise.all(trainers.map((trainer) => trainer.fit(x, y, { epochs: ${EPOCHS}, batchSize: 8 })))
      clearInterval(timer)
      const digests = new Set(trainers.map(({ network }) => network.digest()))
      console.log(most > 0, queueThreads() <= limit, most - before <= queueThreads() + poolThreads(), ...digests)`)
    assert.equal(output, `true true true ${expectedDigest(EPOCHS)}\n`)
  })

  it('begin in the order of their calls, ensembles among them', () => {
    // The k-th to end (from 0) is one of the first k + limit: those before it have begun before it.
    const output = printed(`${FITS}
      const ended = []
      const members = () => new Ensemble({ inputs: 3, layers: [{ units: 2 }], seeds: [1, 2, 3] })
      const options = { loss: 'meanSquaredError', optimizer: 'sgd', backend: '${best}' }
      const trainers = Array.from({ length: 1000 }, (_, i) => (i % 10 === 9 ? new Trainer(members(), options) : trainerOf()))
      const fits = trainers.map((trainer, i) => trainer.fit(x, y, { epochs: 3 }).then(() => ended.push(i)))
      await Promise.all(fits)
      console.log(ended.length, ended.every((i, k) => i < k + limit))`)
    assert.equal(output, '1000 true\n')
  })

  it('block neither the event loop nor other calls', () => {
    const output = printed(`${FITS}
      const waiting = Array.from({ length: 50 }, () => trainerOf().fit(x, y, { epochs: 2000, batchSize: 4 }))
      const own = trainerOf()
      own.fitSync(x, y, { epochs: 100, batchSize: 8 })
      await new Promise((resolve) => setTimeout(resolve, 1))
      console.log(own.network.digest())
      process.exit(0)`)
    assert.equal(output, `${expectedDigest(100)}\n`)
  })
})

describe('an environment that ends', () => {
  it('ends its queued trainings, and not those of others', () => {
    const output = printed(`${FITS}
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      const workers = Array.from({ length: 3 }, () =>
        new Worker(new URL('${QUEUE_WORKER}'), { workerData: { backend: '${best}' }, execArgv: [] }))
      await Promise.all(workers.map((worker) => once(worker, 'message')))
      // After all of theirs, which would take hours.
      const trainers = Array.from({ length: 20 }, () => trainerOf())
      const fits = trainers.map((trainer) => trainer.fit(x, y, { epochs: 100, batchSize: 8 }))
      await Promise.all(workers.map((worker) => worker.terminate()))
      await Promise.all(fits)
      const digests = new Set(trainers.map(({ network }) => network.digest()))
      console.log(queueThreads() <= limit, ...digests)`)
    assert.equal(output, `true ${expectedDigest(100)}\n`)
  })

  it('ends the threads of the queue if it is the last one with the addon', () => {
    const output = printed(`
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      for (let round = 0; round < 3; round++) {
        const worker = new Worker(new URL('${QUEUE_WORKER}'), { workerData: { backend: '${best}' }, execArgv: [] })
        await once(worker, 'message')
        await worker.terminate()
      }
      const { loadAddon } = await import('#lib/backend/addon.js')
      console.log(loadAddon().queueThreads())`)
    assert.equal(output, '0\n')
  })
})
