/**
 * A training as docs/numerics describes it, written again for the tests, with one sum at a time: batches, sample weights, half
 * the squared error, penalties, clips and the update of the optimizer. It shares no code with the library.
 */
import { shuffleOrder } from '#lib/kernels/random.js'
import { type ReferenceLayer, sfc32, sum, type Tensor } from './reference-layers.js'
import { buildLayers, forwardAll } from './reference-network.js'

export interface ReferenceTraining {
  readonly layers: readonly ReferenceLayer[]
  readonly rows: number
  readonly inputs: number
  readonly firstEpoch: number
  readonly epochs: number
  readonly batchSize: number
  /** The use of the remaining rows. */
  readonly lastBatch: 'keep' | 'merge' | 'drop'
  readonly shuffle: boolean
  readonly seed: number
  readonly optimizer: 'sgd' | 'momentum' | 'adam'
  readonly learningRate: number
  readonly weightDecay: number
  readonly clipValue: number
  readonly clipNorm: number
  readonly globalClipNorm: number
  /** [rows], or of length 0 */
  readonly sampleWeight: Float64Array
  /** [steps], or of length 0 */
  readonly rateFactors: Float64Array
}

/** The options of adam and of momentum that are not drawn. */
export const FIXED = { momentum: 0.75, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }

/** Column by column, each from its first row on. */
function total(matrix: readonly number[][], term: (value: number) => number): number {
  const columns = matrix[0].map((_, j) => {
    let ofColumn = -0
    for (const row of matrix) ofColumn += term(row[j])
    return ofColumn
  })
  return sum(columns)
}

const change = (matrix: number[][], f: (value: number, k: number, j: number) => number): void =>
  matrix.forEach((row, k) => {
    row.forEach((value, j) => {
      row[j] = f(value, k, j)
    })
  })

/** The rows of a flat array. */
export const rowsOf = (values: Float64Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)))

export interface ReferenceOutcome {
  readonly parameters: Float64Array
  readonly losses: Float64Array
  /** The optimizer's vectors and scalars. */
  readonly state: Float64Array
  /** Of the samples, after the training. */
  readonly predictions: Float64Array
}

export function referenceTraining(
  training: ReferenceTraining,
  start: Float64Array,
  x: Float64Array,
  y: Float64Array,
): ReferenceOutcome {
  const { layers, rows, inputs, epochs, firstEpoch, batchSize, shuffle, seed, optimizer, learningRate } = training
  const network = buildLayers(layers, inputs, start)
  const samples = rowsOf(x, inputs)
  const targets = rowsOf(y, network[network.length - 1].units)
  const tensors: readonly Tensor[] = network.flatMap((layer) => layer.tensors)
  const trained = tensors.filter(({ trainable }) => trainable)
  const powers = { first: 1, second: 1 }

  const penalties = (): number =>
    sum(
      trained.flatMap(({ penalty, values }) =>
        penalty === null
          ? []
          : [penalty.l1 * total(values, Math.abs) + penalty.l2 * total(values, (value) => value * value)],
      ),
    )

  /** The losses of a batch's rows; the gradients, penalties included, are stored in the tensors. */
  function visit(batch: readonly number[], step: number): number[] {
    const weights = batch.map((row) => (training.sampleWeight.length === 0 ? 1 : training.sampleWeight[row]))
    const { a, backward } = forwardAll(
      network,
      batch.map((row) => samples[row]),
      (l) => sfc32(seed, 3 + l, step),
      0,
    )
    const errors = a.map((values, r) => values.map((value, j) => value - targets[batch[r]][j]))
    const scale = 1 / batch.length
    backward(errors.map((row, r) => row.map((error) => error * scale * weights[r])))
    for (const { values, gradients, penalty } of tensors) {
      if (penalty === null) continue
      const { l1, l2 } = penalty
      change(gradients, (g, k, j) => g + (l1 * Math.sign(values[k][j]) + 2 * l2 * values[k][j]))
    }
    return errors.map((row, r) => sum(row.map((error) => error * error)) * weights[r])
  }

  function clip(): void {
    const { clipValue, clipNorm, globalClipNorm } = training
    /** Multiplies by most / norm, and divides by the largest gradient first where squares overflow or vanish. */
    const scaled = (tensors: readonly Tensor[], most: number): void => {
      const squares = (divisor: number): number =>
        sum(tensors.map(({ gradients }) => total(gradients, (g) => (g / divisor) * (g / divisor))))
      const all = tensors.flatMap(({ gradients }) => gradients.flat())
      const usable = squares(1) < Infinity && (most >= 2 ** -480 || squares(1) >= 2 ** -960)
      const divisor = usable ? 1 : Math.max(...all.map(Math.abs))
      const norm = Math.sqrt(squares(divisor))
      if (divisor === 0 || norm <= most / divisor) return
      for (const { gradients } of tensors) change(gradients, (g) => (g / divisor) * (most / norm))
    }
    for (const tensor of trained) {
      if (clipValue > 0) change(tensor.gradients, (g) => Math.min(Math.max(g, -clipValue), clipValue))
      if (clipNorm > 0) scaled([tensor], clipNorm)
    }
    if (globalClipNorm > 0) scaled(trained, globalClipNorm)
  }

  function step(rate: number): void {
    powers.first *= FIXED.beta1
    powers.second *= FIXED.beta2
    const [corrected, perRoot] = [rate / (1 - powers.first), 1 / Math.sqrt(1 - powers.second)]
    for (const { values, gradients, first, second } of trained) {
      change(values, (p, k, j) => {
        const g = gradients[k][j]
        const decayed = training.weightDecay === 0 ? p : p * (1 - rate * training.weightDecay)
        if (optimizer === 'sgd') return decayed - rate * g
        if (optimizer === 'momentum') {
          first[k][j] = FIXED.momentum * first[k][j] + g
          return decayed - rate * first[k][j]
        }
        first[k][j] = FIXED.beta1 * first[k][j] + (1 - FIXED.beta1) * g
        second[k][j] = FIXED.beta2 * second[k][j] + (1 - FIXED.beta2) * g * g
        return decayed - corrected * (first[k][j] / (Math.sqrt(second[k][j]) * perRoot + FIXED.epsilon))
      })
    }
  }

  /** The rows of each batch. `lastBatch`: the rest is a batch, is added to the last one, or is dropped. */
  function batchesOf(order: Int32Array): number[][] {
    const batches: number[][] = []
    for (let at = 0; at < rows; at += batchSize) batches.push([...order.slice(at, at + batchSize)])
    if (batches.length === 1 || training.lastBatch === 'keep') return batches
    const rest = batches.pop() as number[]
    if (rest.length === batchSize) batches.push(rest)
    else if (training.lastBatch === 'merge') batches[batches.length - 1].push(...rest)
    return batches
  }

  const unshuffled = Int32Array.from({ length: rows }, (_, row) => row)
  const used = sum(batchesOf(unshuffled).map(({ length }) => length))
  const stepsPerEpoch = batchesOf(unshuffled).length
  const losses = new Float64Array(epochs)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = unshuffled.slice()
    if (shuffle) shuffleOrder(order, rows, seed % 2 ** 32, Math.floor(seed / 2 ** 32), firstEpoch + epoch)
    const rowLosses: number[] = []
    const penalized: number[] = []
    for (const [i, batch] of batchesOf(order).entries()) {
      const before = penalties()
      rowLosses.push(...visit(batch, (firstEpoch + epoch) * stepsPerEpoch + i))
      penalized.push(before * (batch.length / used))
      clip()
      const { rateFactors } = training
      step(learningRate * (rateFactors.length === 0 ? 1 : rateFactors[epoch * stepsPerEpoch + i]))
    }
    losses[epoch] = sum(rowLosses) * (0.5 / used) + sum(penalized)
  }
  const flat = (which: 'values' | 'first' | 'second') => tensors.flatMap((tensor) => tensor[which].flat())
  const vectors = { sgd: [], momentum: [flat('first')], adam: [flat('first'), flat('second')] }[optimizer]
  const scalars = optimizer === 'adam' ? [powers.first, powers.second] : []
  return {
    parameters: Float64Array.from(flat('values')),
    losses,
    state: Float64Array.from([...vectors.flat(), ...scalars]),
    predictions: Float64Array.from(forwardAll(network, samples, null, 0).a.flat()),
  }
}
