/** The workloads by name. */
import { EPOCHS, LAYERS, SAMPLES, SEEDS, TRAINER_OPTIONS, X, Y } from '../experiment/experiment.js'
import { initialWeights } from '../experiment/pcg64.js'
import { imageData, tabularData } from './data.js'
import { chains, chainsSmall, cliff, population, sensor } from './narrow.js'
import { ADAM, complete, drawStarts, type Made, type Workload, type WorkloadName } from './spec.js'

const SIDE = 28

const MAKERS: Record<WorkloadName, (quick: boolean) => Workload> = {
  experiment,
  tabular,
  digits,
  dense,
  'chains-small': chainsSmall,
  chains,
  cliff,
  sensor,
  population,
}

export function makeWorkload(name: WorkloadName, quick: boolean): Workload {
  return MAKERS[name](quick)
}

function experiment(quick: boolean): Workload {
  const spec: Made = {
    name: 'experiment',
    inputs: 2,
    layers: [...LAYERS],
    ...TRAINER_OPTIONS,
    rows: SAMPLES,
    batchSize: SAMPLES,
    epochs: quick ? 2000 : EPOCHS,
    unit: 'training',
  }
  return complete(spec, { x: X, y: Y }, SEEDS.map(initialWeights))
}

function tabular(quick: boolean): Workload {
  const rows = quick ? 512 : 4096
  const spec: Made = {
    name: 'tabular',
    inputs: 16,
    layers: [
      { units: 64, activation: 'relu' },
      { units: 64, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { ...ADAM, learningRate: 0.001 },
    rows,
    batchSize: 32,
    epochs: quick ? 4 : 20,
    unit: 'epoch',
  }
  return complete(spec, tabularData(rows, spec.inputs, 3, 1), drawStarts(spec))
}

function digits(quick: boolean): Workload {
  return images('digits', quick, 0)
}

/** The same images on a grey background: no input is 0. */
function dense(quick: boolean): Workload {
  return images('dense', quick, 0.25)
}

function images(name: WorkloadName, quick: boolean, background: number): Workload {
  const rows = quick ? 400 : 10_000
  const spec: Made = {
    name,
    inputs: SIDE * SIDE,
    layers: [
      { units: 128, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.1 },
    rows,
    batchSize: 64,
    epochs: 2,
    unit: 'epoch',
  }
  return complete(spec, imageData(rows, SIDE, 10, 2, background), drawStarts(spec))
}
