/** A training that takes about a day. */
import { type History, Network, Trainer } from 'lockstep-nn'

const ROWS = 20_000
const INPUTS = 50

export function longTraining(backend: string, batchSize: number): Promise<History> {
  const x = new Float64Array(ROWS * INPUTS).map((_, i) => ((i % 17) - 8) / 8)
  const y = new Float64Array(ROWS).map((_, i) => (i % 3) / 2)
  const network = new Network({ inputs: INPUTS, layers: [{ units: 50, activation: 'tanh' }, { units: 1 }], seed: 1 })
  const optimizer = { name: 'sgd', learningRate: 1e-6 } as const
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer, backend })
  return trainer.fit(x, y, { epochs: 1_000_000, batchSize })
}
