/** The threads of the addon: one pool for the process, which exists as long as an environment has the addon loaded. */
import assert from 'node:assert/strict'
import type { LayerOption } from 'lockstep-nn'
import { SMALL } from '../support/calls.js'
import { type Case, dataOf } from '../support/case.js'
import { script } from '../support/child.js'
import { aloneOutcomes, type EnsembleCase, sameMembers, togetherOutcomes } from '../support/ensembles.js'
import { newTrainer, task, WIDE_HIDDEN } from '../support/learning.js'
import { nativePaths } from '../support/paths.js'
import { run, sameOutcome } from '../support/run.js'

const [best] = nativePaths
const POOL_WORKER = new URL('../support/pool-worker.js', import.meta.url)

/** The output of a script that succeeds. */
function printed(source: string): string {
  const { status, signal, stdout, stderr } = script(source)
  assert.deepEqual([status, signal], [0, null], stderr)
  return stdout
}

describe('the addon', () => {
  it('may be loaded several times', () => {
    const source = `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const load = require('node-gyp-build')
      const file = load.path('.')
      const loaded = [1, 2, 3].map(() => {
        delete require.cache[file]
        return require(file)
      })
      console.log(new Set(loaded).size)`
    assert.equal(printed(source), '3\n')
  })
})

describe('trainings at once, on several threads each,', () => {
  const layersOf = (units: number): LayerOption[] => [{ units, activation: 'tanh' }, { units: 2 }]
  const shapes = Array.from({ length: 8 }, (_, i): Case => {
    const fit = { epochs: 20, batchSize: 9 + 7 * i, shuffle: i % 2 === 0, seed: i }
    return { ...SMALL, layers: layersOf(24 + 5 * i), start: { seed: i }, rows: 70, threads: 2 + (i % 2), fit }
  })
  const ensemble: EnsembleCase = {
    common: { ...shapes[0], threads: 3 },
    seeds: Array.from({ length: 40 }, (_, i) => i),
    fitSeed: 3,
    optimizer: SMALL.optimizer,
  }

  for (const path of nativePaths) {
    it(`end in the same bits as alone, on ${path}`, async () => {
      const data = dataOf(shapes[0])
      const expected = await Promise.all(shapes.map((shape) => run(shape, data, 'typescript', 'fitSync')))
      const members = aloneOutcomes(ensemble, data)
      for (let round = 0; round < 3; round++) {
        const together = togetherOutcomes(ensemble, data, path, 'fit')
        const outcomes = await Promise.all(shapes.map((shape) => run(shape, data, path, 'fit')))
        outcomes.forEach((outcome, i) => {
          sameOutcome(outcome, expected[i], `${path}, network ${i}`)
        })
        sameMembers(await together, members, path)
      }
    })
  }
})

describe('the pool', () => {
  const fits = `
    import { Ensemble, Trainer } from 'lockstep-nn'
    import { loadAddon } from '#lib/backend/addon.js'
    import { newTrainer, task } from './out/test/support/learning.js'
    const { poolThreads } = loadAddon()
    const { x, y } = task(70)
    const backend = '${best}'
    const fit = (threads, batchSize = 32) =>
      newTrainer({ hidden: [{ units: 64, activation: 'tanh' }], backend, threads }).fit(x, y, { epochs: 20, batchSize })
    const sizes = [poolThreads()]
    const then = async (...fits) => {
      await Promise.all(fits)
      sizes.push(poolThreads())
    }`

  it('has one thread less than the largest training asked for', () => {
    const source = `${fits}
      await then(fit(1))
      // Threads cannot share steps of one row.
      await then(fit(8, 1))
      await then(fit(2))
      await then(fit(3))
      await then(...[2, 3, 2, 3, 1, 3, 2, 3].map((threads) => fit(threads)))
      await then(fit(4))
      await then(fit(2))
      const options = { loss: 'meanSquaredError', optimizer: 'sgd', backend }
      const members = new Ensemble({ inputs: 3, layers: [{ units: 2 }], seeds: Array.from({ length: 80 }, (_, i) => i) })
      await then(new Trainer(members, { ...options, threads: 3 }).fit(x, y))
      await then(new Trainer(members, { ...options, threads: 6 }).fit(x, y), fit(3))
      console.log(sizes.join())`
    assert.equal(printed(source), '0,0,0,1,2,2,3,3,3,5\n')
  })

  it('has no more than that where trainings begin at once', () => {
    const source = `${fits}
      await then(...[2, 3, 2, 3, 2, 3, 2, 3].map((threads) => fit(threads)))
      console.log(sizes.join())`
    assert.match(printed(source), /^0,[12]\n$/)
  })

  it('exists for all worker threads, and ends with the last one', () => {
    const { x, y } = task(20)
    const expected = newTrainer({ backend: 'typescript', hidden: WIDE_HIDDEN })
    expected.fitSync(x, y, { epochs: 100, batchSize: 12 })
    // The main thread has no addon, until the end.
    const source = `
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      const start = (threads, endless) =>
        new Worker(new URL('${POOL_WORKER}'), { workerData: { backend: '${best}', threads, endless }, execArgv: [] })
      const digests = new Set()
      for (let round = 0; round < 5; round++) {
        const endless = round % 2 === 1
        const worker = start(3, endless)
        const exit = once(worker, 'exit')
        const [{ before, after, digest }] = await once(worker, 'message')
        digests.add(digest)
        console.log(before, after)
        if (endless) {
          worker.postMessage('train')
          await once(worker, 'message')
          await worker.terminate()
        }
        await exit
      }
      const workers = [2, 3].map((threads) => start(threads, true))
      const answers = await Promise.all(workers.map((worker) => once(worker, 'message')))
      for (const [{ after, digest }] of answers) {
        digests.add(digest)
        if (after > 2) console.log('too many', after)
      }
      for (const worker of workers) worker.postMessage('train')
      await Promise.all(workers.map((worker) => once(worker, 'message')))
      await Promise.all(workers.map((worker) => worker.terminate()))
      const { loadAddon } = await import('#lib/backend/addon.js')
      console.log(loadAddon().poolThreads(), ...digests)`
    assert.equal(printed(source), `${'0 2\n'.repeat(5)}0 ${expected.network.digest()}\n`)
  })
})
