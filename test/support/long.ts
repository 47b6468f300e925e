/** Trainings that take about a day. */
import { Ensemble, type EnsembleHistory, type History, Network, Trainer } from 'lockstep-nn'

const ROWS = 20_000
const INPUTS = 50

const shape = { inputs: INPUTS, layers: [{ units: 50, activation: 'tanh' } as const, { units: 1 }] }
const optimizer = { name: 'sgd', learningRate: 1e-6 } as const
const loss = 'meanSquaredError'

const samples = (): Float64Array => new Float64Array(ROWS * INPUTS).map((_, i) => ((i % 17) - 8) / 8)
const targets = (): Float64Array => new Float64Array(ROWS).map((_, i) => (i % 3) / 2)

export function longTraining(backend: string, batchSize: number, threads = 1): Promise<History> {
  const trainer = new Trainer(new Network({ ...shape, seed: 1 }), { loss, optimizer, backend, threads })
  return trainer.fit(samples(), targets(), { epochs: 1_000_000, batchSize })
}

export function longEnsemble(backend: string, members: number, threads: number): Promise<EnsembleHistory> {
  const seeds = Array.from({ length: members }, (_, i) => i)
  const trainer = new Trainer(new Ensemble({ ...shape, seeds }), { loss, optimizer, backend, threads })
  return trainer.fit(samples(), targets(), { epochs: 1_000_000 })
}

/** Predictions of a network and of an ensemble that take many minutes. */
export function longPredictions(backend: string, threads: number): Promise<unknown> {
  const layers = [
    { units: 3000, activation: 'tanh' } as const,
    { units: 3000, activation: 'tanh' } as const,
    { units: 1 },
  ]
  const network = new Network({ inputs: 50, layers, seed: 1 })
  const ensemble = new Ensemble({
    inputs: 50,
    layers: [{ units: 600, activation: 'tanh' }, { units: 1 }],
    seeds: [1, 2],
  })
  const x = new Float64Array(1_000_000).fill(0.25)
  const options = { backend, threads }
  return Promise.all([network, ensemble, network].map((model) => model.predictAsync(x, options)))
}
