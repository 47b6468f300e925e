/** The trainings of the workloads by this library, for its own rows and for the losses with which peers are compared. */
import { Ensemble, type History, Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import type { ServedWorkload } from './files.js'
import type { Trained, TrainedNetwork, TrainedPopulation } from './serve.js'

type Training = Pick<
  ServedWorkload,
  'inputs' | 'layers' | 'loss' | 'optimizer' | 'batchSize' | 'x' | 'y' | 'starts' | 'population'
>
type Settings = Pick<TrainerOptions, 'backend' | 'threads'>

/** Trains for some epochs from a start. */
export function trainOnce(workload: Training, start: number, epochs: number, settings: Settings): Trained {
  return workload.population === undefined
    ? trainNetwork(workload, start, epochs, settings)
    : trainPopulation({ ...workload, population: workload.population }, start, epochs, settings)
}

function trainNetwork(workload: Training, start: number, epochs: number, settings: Settings): TrainedNetwork {
  const { inputs, layers, loss, optimizer, batchSize, x, y, starts } = workload
  const network = new Network({ inputs, layers, parameters: starts[start].slice() })
  const trainer = new Trainer(network, { loss, optimizer, ...settings })
  const begin = performance.now()
  trainer.fitSync(x, y, { epochs, batchSize, shuffle: false })
  return { seconds: (performance.now() - begin) / 1000, predictions: network.predict(x) }
}

function trainPopulation(
  workload: Training & Required<Pick<Training, 'population'>>,
  start: number,
  epochs: number,
  settings: Settings,
): TrainedPopulation {
  const { inputs, layers, loss, optimizer, batchSize, x, y, starts, population } = workload
  const { validation, learningRates } = population
  const seeds = Array.from(learningRates, () => 0)
  const ensemble = new Ensemble({ inputs, layers, seeds, parameters: starts[start].slice() })
  const learningRate = [...learningRates]
  const trainer = new Trainer(ensemble, { loss, optimizer: { ...optimizer, learningRate }, ...settings })
  const begin = performance.now()
  const { members } = trainer.fitSync(x, y, { epochs, batchSize, shuffle: false, validationData: validation })
  const seconds = (performance.now() - begin) / 1000
  const validationLosses = Float64Array.from(members, (member) => {
    if (member instanceof Error) throw member
    return meanOf(member.validationLoss as NonNullable<History['validationLoss']>)
  })
  return { seconds, loss: trainer.evaluate(x, y).loss, validationLosses }
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
