/**
 * The library as a peer: `library.js BACKEND DIRECTORY`, or `library.js ensemble:BACKEND DIRECTORY` for all starting
 * weights at once, where each training's time is its share.
 */
import { readFileSync } from 'node:fs'
import { Ensemble, Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import { type Served, type ServedWorkload, secondsOf, serve } from './serve.js'

const ENSEMBLE = 'ensemble:'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

const about = { version, float: 64, sameStart: true } as const

await serve((workload) => {
  const path = process.argv[2]
  return path.startsWith(ENSEMBLE)
    ? ensemble(workload, path.slice(ENSEMBLE.length) as TrainerOptions['backend'])
    : network(workload, path as TrainerOptions['backend'])
})

function network(workload: ServedWorkload, backend: TrainerOptions['backend']): Served {
  const { inputs, layers, loss, optimizer, batchSize, x, y, starts } = workload
  return {
    ...about,
    async train(start, epochs) {
      const network = new Network({ inputs, layers, parameters: starts[start].slice() })
      const trainer = new Trainer(network, { loss, optimizer, backend, threads: 1 })
      const seconds = await secondsOf(() => trainer.fitSync(x, y, { epochs, batchSize, shuffle: false }))
      return { seconds, predictions: network.predict(x) }
    },
  }
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
