/** The workloads of narrow networks: full batches, batch normalization, and a population. */

import { Random } from '#lib/kernels/random.js'
import { regressionData, sensorData, tabularData } from './data.js'
import { ADAM, complete, drawStart, drawStarts, type Made, STARTS, type Workload } from './spec.js'

/** The network of SimpleChains' first example in its size: the fixed costs of a step matter most. */
export function chainsSmall(quick: boolean): Workload {
  const rows = 200
  const spec: Made = {
    name: 'chains-small',
    inputs: 24,
    layers: [
      { units: 8, activation: 'tanh' },
      { units: 2, activation: 'tanh' },
    ],
    loss: 'meanSquaredError',
    optimizer: { name: 'sgd', learningRate: 0.05 },
    rows,
    batchSize: rows,
    epochs: quick ? 200 : 10_000,
    unit: 'step',
  }
  return complete(spec, regressionData(rows, spec.inputs, 2, 4), drawStarts(spec))
}

export function chains(quick: boolean): Workload {
  const rows = quick ? 1000 : 10_000
  const spec: Made = {
    name: 'chains',
    inputs: 4,
    layers: [
      { units: 32, activation: 'tanh' },
      { units: 16, activation: 'tanh' },
      { units: 4, activation: 'linear' },
    ],
    loss: 'meanSquaredError',
    optimizer: { ...ADAM, learningRate: 0.002 },
    rows,
    batchSize: rows,
    epochs: quick ? 20 : 200,
    unit: 'step',
  }
  return complete(spec, regressionData(rows, spec.inputs, 4, 5), drawStarts(spec))
}

/** Widths that are no multiple of a vector's lanes. */
export function cliff(quick: boolean): Workload {
  const rows = quick ? 1280 : 12_800
  const spec: Made = {
    name: 'cliff',
    inputs: 10,
    layers: [
      { units: 46, activation: 'relu' },
      { units: 46, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { ...ADAM, learningRate: 0.001 },
    rows,
    batchSize: 128,
    epochs: quick ? 4 : 20,
    unit: 'step',
  }
  return complete(spec, tabularData(rows, spec.inputs, 10, 6), drawStarts(spec))
}

/** As small as trainings in a browser or a device are; the last batch of an epoch has 12 rows. */
export function sensor(quick: boolean): Workload {
  const rows = 60
  const spec: Made = {
    name: 'sensor',
    inputs: 24,
    layers: [
      { type: 'batchNormalization', momentum: 0.99, epsilon: 0.001 },
      { units: 16, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.05 },
    rows,
    batchSize: 16,
    epochs: quick ? 20 : 160,
    unit: 'training',
  }
  return complete(spec, sensorData(rows, spec.inputs, 3, 7), drawStarts(spec))
}

/** A search for a learning rate: networks of one shape that differ in learning rate and seed. */
export function population(quick: boolean): Workload {
  const members = quick ? 20 : 1000
  const [rows, validationRows] = [320, 80]
  const spec: Made = {
    name: 'population',
    inputs: 9,
    layers: [
      { units: 16, activation: 'tanh' },
      { units: 1, activation: 'linear' },
    ],
    loss: 'meanSquaredError',
    optimizer: ADAM,
    rows,
    batchSize: 32,
    epochs: quick ? 5 : 100,
    members,
    validationRows,
    unit: 'training',
  }
  const all = regressionData(rows + validationRows, spec.inputs, 1, 8)
  const starts = Array.from({ length: STARTS }, (_, start) => {
    const parameters = Array.from({ length: members }, (_, member) => drawStart(spec, start * members + member))
    return Float64Array.from(parameters.flatMap((one) => [...one]))
  })
  return {
    ...complete(spec, { x: all.x.slice(0, rows * spec.inputs), y: all.y.slice(0, rows) }, starts),
    population: {
      validation: { x: all.x.slice(rows * spec.inputs), y: all.y.slice(rows) },
      learningRates: drawRates(members, 8),
    },
  }
}

/** A stream of the generator that neither the library nor the data use. */
const RATES_STREAM = 103
const [LEAST_RATE, MOST_RATE] = [0.0005, 0.01]

function drawRates(members: number, seed: number): Float64Array {
  const random = new Random(seed, 0, RATES_STREAM, 0)
  return Float64Array.from({ length: members }, () => LEAST_RATE + (MOST_RATE - LEAST_RATE) * random.uniform())
}
