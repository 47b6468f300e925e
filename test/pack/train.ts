// TypeScript, compiled against the types of the package alone. scripts/pack-test.mjs compares its output with that of the same
// training elsewhere.
import { type FitOptions, type History, Network, type NetworkOptions, Trainer, type TrainerOptions } from 'lockstep-nn'
import { Model, readCsv } from 'lockstep-nn/data'

const x: Float64Array = Float64Array.from({ length: 40 * 3 }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y: Float64Array = Float64Array.from({ length: 40 }, (_, i) => x[i * 3] * x[i * 3 + 1] - x[i * 3 + 2])

const networkOptions: NetworkOptions = {
  inputs: 3,
  layers: [{ units: 9, activation: 'tanh' }, { units: 5, activation: 'softplus' }, { units: 1 }],
  seed: 7,
}
const trainerOptions: TrainerOptions = { loss: 'meanSquaredError', optimizer: 'adam' }
const network = new Network(networkOptions)
const trainer = new Trainer(network, trainerOptions)

const schedule: FitOptions = { epochs: 60, batchSize: 16, seed: 1 }
trainer.fitSync(x, y, schedule)
const history: History = await trainer.fit(x, y, { ...schedule, seed: 2 })
const { name, reason }: { name: string; reason: string } = trainer.backend

// The data entry: the same model from the same records.
const records = Array.from({ length: 40 }, (_, i) => ({
  height: x[i * 3],
  weight: x[i * 3 + 1],
  kind: y[i] > 0 ? 'more' : 'less',
}))
const model: Model<'label'> = await Model.fit(records, { target: 'kind', fit: { epochs: 3 } })
const { label } = model.predict({ height: 0.5, weight: 0.5 })
const [{ a: csv }] = await readCsv('a\n"1 "" x"\n', { columns: { a: 'string' } })

declare const console: { log(line: string): void }
const digest = `${network.digest()} ${model.digest()}`
console.log(JSON.stringify({ name, reason, digest, label, csv, loss: history.loss[history.loss.length - 1] }))

/** Never called: the options of an activation are typed with it. */
export function types(): void {
  new Network({ inputs: 1, layers: [{ units: 1, activation: 'leakyRelu', alpha: 0.2 }] })
  // @ts-expect-error: relu has no alpha
  new Network({ inputs: 1, layers: [{ units: 1, activation: 'relu', alpha: 0.2 }] })
  // @ts-expect-error: a model of labels does not predict a number
  model.predict({ height: 1, weight: 1 }).toFixed(2)
  // @ts-expect-error: there is no such column
  void Model.fit(records, { target: 'colour' })
  // @ts-expect-error: there is no such loss
  new Trainer(network, { loss: 'squared', optimizer: 'sgd' })
}
