/** Single rows on several threads at once: each thread has its own memory for them. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { sameBits } from '../support/bits.js'
import { predictSingleRows } from '../support/single-rows.js'

const WORKER = new URL('../support/single-row-worker.js', import.meta.url)

describe('single rows on several threads', () => {
  it('have the bits of TypeScript', async function () {
    this.timeout(60_000)
    const seeds = [1, 2, 3]
    const posted = seeds.map(async (seed) => {
      const [outputs] = (await once(new Worker(WORKER, { workerData: seed }), 'message')) as [Float64Array[]]
      return outputs
    })
    predictSingleRows(4)
    for (const [i, outputs] of (await Promise.all(posted)).entries()) {
      predictSingleRows(seeds[i], 'typescript').forEach((expected, k) => {
        sameBits(outputs[k], expected, `network ${k} of seed ${seeds[i]}`)
      })
    }
  })
})
