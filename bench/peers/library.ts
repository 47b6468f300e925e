/**
 * The library as a peer: `library.js BACKEND DIRECTORY`, or `library.js ensemble:BACKEND DIRECTORY` for all starting
 * weights at once, where each training's time is its share.
 */
import { readFileSync } from 'node:fs'
import { Ensemble, Trainer, type TrainerOptions } from 'lockstep-nn'
import type { ServedWorkload } from './files.js'
import { type Served, secondsOf, serve, threadsGiven } from './serve.js'
import { trainOnce } from './training.js'

const ENSEMBLE = 'ensemble:'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

const about = { version, float: 64, sameStart: true } as const

await serve((workload) => {
  const path = process.argv[2]
  return path.startsWith(ENSEMBLE)
    ? ensemble(workload, path.slice(ENSEMBLE.length) as TrainerOptions['backend'])
    : alone(workload, path as TrainerOptions['backend'])
})

function alone(workload: ServedWorkload, backend: TrainerOptions['backend']): Served {
  const threads = threadsGiven()
  return { ...about, train: (start, epochs) => trainOnce(workload, start, epochs, { backend, threads }) }
}

function ensemble(workload: ServedWorkload, backend: TrainerOptions['backend']): Served {
  const { inputs, layers, loss, optimizer, batchSize, x, y, starts } = workload
  return {
    ...about,
    note: `trains all ${starts.length} starts at once; a training's time is its share`,
    async train(start, epochs) {
      const parameters = Float64Array.from(starts.flatMap((one) => [...one]))
      const ensemble = new Ensemble({ inputs, layers, seeds: starts.map(() => 0), parameters })
      const trainer = new Trainer(ensemble, { loss, optimizer, backend, threads: 1 })
      const seconds = await secondsOf(() => trainer.fitSync(x, y, { epochs, batchSize, shuffle: false }))
      return { seconds: seconds / starts.length, predictions: ensemble.members[start].predict(x) }
    },
  }
}
