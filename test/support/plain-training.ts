/**
 * A training written out once more, with arrays of arrays and a sum at a time, for layers that are linear or relu and the
 * half squared error: what docs/numerics.md says of a step, and nothing of how the library goes about it.
 */
import { shuffleOrder } from '#lib/kernels/random.js'

export interface PlainLayer {
  readonly units: number
  readonly relu: boolean
  readonly l1: number
  readonly l2: number
  readonly trainable: boolean
}

export interface PlainTraining {
  readonly layers: readonly PlainLayer[]
  readonly rows: number
  readonly inputs: number
  readonly firstEpoch: number
  readonly epochs: number
  readonly batchSize: number
  /** What becomes of the rows that are left. */
  readonly lastBatch: 'keep' | 'merge' | 'drop'
  readonly seed: number | null
  readonly optimizer: 'sgd' | 'momentum' | 'adam'
  readonly learningRate: number
  readonly weightDecay: number
  readonly clipValue: number
  readonly clipNorm: number
  readonly globalClipNorm: number
  readonly sampleWeight: Float64Array
  readonly rateFactors: Float64Array
}

/** The options of adam and of momentum that are not drawn. */
export const FIXED = { momentum: 0.75, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }

/** A matrix of parameters with its gradients and, value for value, the optimizer's state. A bias has one row. */
interface Tensor {
  readonly values: number[][]
  readonly gradients: number[][]
  readonly first: number[][]
  readonly second: number[][]
  readonly trainable: boolean
  /** Null for a bias. */
  readonly penalty: { readonly l1: number; readonly l2: number } | null
}

const sum = (terms: readonly number[], start = -0): number => terms.reduce((total, term) => total + term, start)
const column = (matrix: readonly number[][], j: number): number[] => matrix.map((row) => row[j])
const zeros = (rows: number, columns: number) => Array.from({ length: rows }, () => new Array<number>(columns).fill(0))

/** Column by column, each from its first row on. */
const total = (matrix: readonly number[][], term: (value: number) => number): number =>
  sum(matrix[0].map((_, j) => sum(column(matrix, j).map(term))))

const change = (matrix: number[][], f: (value: number, k: number, j: number) => number): void =>
  matrix.forEach((row, k) => {
    row.forEach((value, j) => {
      row[j] = f(value, k, j)
    })
  })

export interface PlainOutcome {
  readonly parameters: Float64Array
  readonly losses: Float64Array
  /** The optimizer's vectors and scalars. */
  readonly state: Float64Array
}

export function plainTraining(training: PlainTraining, start: Float64Array, x: Float64Array, y: Float64Array) {
  const { layers, rows, inputs, epochs, firstEpoch, batchSize, seed, optimizer, learningRate } = training
  const tensors: Tensor[] = []
  let at = 0
  const take = (count: number, columns: number, { l1, l2, trainable }: PlainLayer, isBias: boolean): void => {
    const values = Array.from({ length: count }, () => Array.from({ length: columns }, () => start[at++]))
    const penalty = isBias ? null : { l1, l2 }
    const empty = () => zeros(count, columns)
    tensors.push({ values, gradients: empty(), first: empty(), second: empty(), trainable, penalty })
  }
  layers.forEach((layer, l) => {
    take(l === 0 ? inputs : layers[l - 1].units, layer.units, layer, false)
    take(1, layer.units, layer, true)
  })
  const outputs = layers[layers.length - 1].units
  const trained = tensors.filter(({ trainable }) => trainable)
  const powers = { first: 1, second: 1 }

  function penalties(): number {
    const each = trained.flatMap(({ penalty, values }) =>
      penalty === null || penalty.l1 + penalty.l2 === 0
        ? []
        : [penalty.l1 * total(values, Math.abs) + penalty.l2 * total(values, (value) => value * value)],
    )
    return sum(each)
  }

  /** The loss of a row; its terms of the gradients go into `terms`, of each tensor. */
  function visit(row: number, scale: number, terms: number[][][][]): number {
    const weight = training.sampleWeight.length === 0 ? 1 : training.sampleWeight[row]
    const values = [Array.from(x.subarray(row * inputs, (row + 1) * inputs))]
    const logits: number[][] = []
    layers.forEach(({ relu }, l) => {
      const [w, [b]] = [tensors[2 * l].values, tensors[2 * l + 1].values]
      const z = b.map((bias, j) =>
        sum(
          values[l].map((value, k) => value * w[k][j]),
          bias,
        ),
      )
      logits.push(z)
      values.push(z.map((value) => (relu && value < 0 ? 0 : value)))
    })
    const errors = values[layers.length].map((value, j) => value - y[row * outputs + j])
    let d = errors.map((error) => error * scale * weight)
    for (let l = layers.length - 1; l >= 0; l--) {
      d = d.map((value, j) => (layers[l].relu ? (logits[l][j] > 0 ? value : 0) : value))
      values[l].forEach((value, k) => {
        for (const [j, derivative] of d.entries()) terms[2 * l][k][j].push(value * derivative)
      })
      for (const [j, derivative] of d.entries()) terms[2 * l + 1][0][j].push(derivative)
      const w = tensors[2 * l].values
      d = values[l].map((_, k) => sum(d.map((derivative, j) => derivative * w[k][j])))
    }
    return sum(errors.map((error) => error * error)) * weight
  }

  function clip(): void {
    const { clipValue, clipNorm, globalClipNorm } = training
    /** Multiplies by most / norm, and divides by the largest gradient first where the squares are no use. */
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

  /** Cut off one after the other, then the rest by itself, with the last one, or not at all. */
  function batchesOf(order: Int32Array): number[][] {
    const batches: number[][] = []
    for (let at = 0; at < rows; at += batchSize) batches.push([...order.slice(at, at + batchSize)])
    if (batches.length === 1 || training.lastBatch === 'keep') return batches
    const rest = (batches.pop() as number[]) ?? []
    if (rest.length === batchSize) batches.push(rest)
    else if (training.lastBatch === 'merge') batches[batches.length - 1].push(...rest)
    return batches
  }

  const used = sum(batchesOf(Int32Array.from({ length: rows }, (_, row) => row)).map(({ length }) => length))
  const losses = new Float64Array(epochs)
  let steps = 0
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = Int32Array.from({ length: rows }, (_, row) => row)
    if (seed !== null) shuffleOrder(order, rows, seed, 0, firstEpoch + epoch)
    const rowLosses: number[] = []
    const penalized: number[] = []
    for (const visited of batchesOf(order)) {
      const terms = tensors.map(({ values }) => values.map((row) => row.map(() => [] as number[])))
      for (const row of visited) rowLosses.push(visit(row, 1 / visited.length, terms))
      penalized.push(penalties() * (visited.length / used))
      for (const [i, { values, gradients, penalty }] of tensors.entries()) {
        change(gradients, (_, k, j) => {
          const g = sum(terms[i][k][j])
          if (penalty === null || penalty.l1 + penalty.l2 === 0) return g
          return g + (penalty.l1 * Math.sign(values[k][j]) + 2 * penalty.l2 * values[k][j])
        })
      }
      clip()
      step(learningRate * (training.rateFactors.length === 0 ? 1 : training.rateFactors[steps++]))
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
  } satisfies PlainOutcome
}
