/**
 * The layers as docs/numerics describes them, written again for the tests: arrays of rows, one loop for each sum, no
 * kernels. Activations are relu and linear.
 */

export interface ReferenceDense {
  readonly kind: 'dense'
  readonly units: number
  readonly relu: boolean
  readonly l1: number
  readonly l2: number
  readonly trainable: boolean
}

export interface ReferenceNormalization {
  readonly kind: 'batchNormalization' | 'layerNormalization'
  readonly relu: boolean
  readonly epsilon: number
  /** Of the moving statistics; a layer normalization has none. */
  readonly momentum: number
}

export interface ReferenceDropout {
  readonly kind: 'dropout'
  readonly rate: number
}

/** A block: its layers, and the sum with its input. */
export interface ReferenceResidual {
  readonly kind: 'residual'
  readonly layers: readonly ReferenceLayer[]
}

export interface ReferenceEmbedding {
  readonly kind: 'embedding'
  readonly columns: readonly { readonly column: number; readonly categories: number; readonly units: number }[]
}

export type ReferenceLayer =
  | ReferenceDense
  | ReferenceNormalization
  | ReferenceDropout
  | ReferenceResidual
  | ReferenceEmbedding

/** A matrix of parameters with its gradients and, value for value, the optimizer's state. A vector has one row. */
export interface Tensor {
  readonly values: number[][]
  readonly gradients: number[][]
  readonly first: number[][]
  readonly second: number[][]
  readonly trainable: boolean
  /** Null where there is no penalty. */
  readonly penalty: { readonly l1: number; readonly l2: number } | null
}

/** A batch that a layer has processed: its outputs, and dL/da of its inputs. `backward` overwrites the tensors' gradients. */
export interface Forward {
  readonly a: number[][]
  /** @param start what dL/da of its inputs is added to, where another layer reads them too */
  backward(d: number[][], start?: number[][]): number[][]
}

/** Makes the random words of dropout for layer l of all, where a block follows its layers; null predicts. */
export type Draw = ((l: number) => () => number) | null

export interface Built {
  readonly units: number
  readonly tensors: readonly Tensor[]
  /** The number of layers: those inside a block, and itself. */
  readonly count: number
  /** @param l its number, or that of the first layer inside it */
  forward(x: number[][], draw: Draw, l: number): Forward
}

/** Takes the next parameters as a matrix. */
export type Take = (rows: number, columns: number) => number[][]

export const sum = (terms: readonly number[], start = -0): number => {
  let total = start
  for (const term of terms) total += term
  return total
}

/** sfc32 as documented, on unsigned numbers. */
export function sfc32(seed: number, purpose: number, index: number): () => number {
  const word = (value: number): number => ((value % 2 ** 32) + 2 ** 32) % 2 ** 32
  let [a, b, c, counter] = [word(seed), Math.floor(seed / 2 ** 32), word(index), purpose]
  const next = (): number => {
    const sum = word(a + b + counter)
    counter = word(counter + 1)
    a = word(b ^ Math.floor(b / 2 ** 9))
    b = word(c + word(c * 8))
    c = word(word(word(c * 2 ** 21) + Math.floor(c / 2 ** 11)) + sum)
    return sum
  }
  for (let i = 0; i < 15; i++) next()
  return next
}

export function tensorOf(values: number[][], trainable: boolean, penalty: Tensor['penalty'] = null): Tensor {
  const zeros = () => values.map((row) => row.map(() => 0))
  return { values, gradients: zeros(), first: zeros(), second: zeros(), trainable, penalty }
}

const columns = (rows: readonly number[][]): number[][] => rows[0].map((_, j) => rows.map((row) => row[j]))

const activate = (z: number[][], relu: boolean): number[][] =>
  relu ? z.map((row) => row.map((value) => (value < 0 ? 0 : value))) : z

const backwardActivation = (d: number[][], z: number[][], relu: boolean): number[][] =>
  relu ? d.map((row, r) => row.map((value, j) => (z[r][j] > 0 ? value : 0))) : d

/** d, added to what is there. */
export const added = (d: number[][], start?: number[][]): number[][] =>
  start === undefined ? d : d.map((row, r) => row.map((value, j) => start[r][j] + value))

export function dense({ units, relu, l1, l2, trainable }: ReferenceDense, inputs: number, take: Take): Built {
  const weights = tensorOf(take(inputs, units), trainable, l1 + l2 === 0 ? null : { l1, l2 })
  const bias = tensorOf(take(1, units), trainable)
  const w = weights.values
  return {
    units,
    tensors: [weights, bias],
    count: 1,
    forward(x) {
      const z = x.map((row) =>
        bias.values[0].map((start, j) => {
          let total = start
          for (const [k, value] of row.entries()) total += value * w[k][j]
          return total
        }),
      )
      return {
        a: activate(z, relu),
        backward(dA, start) {
          const d = backwardActivation(dA, z, relu)
          for (let j = 0; j < units; j++) {
            for (let k = 0; k < inputs; k++) {
              let total = -0
              for (let r = 0; r < d.length; r++) total += x[r][k] * d[r][j]
              weights.gradients[k][j] = total
            }
            bias.gradients[0][j] = sum(d.map((row) => row[j]))
          }
          return d.map((row, r) =>
            w.map((of, k) => {
              let total = start?.[r][k] ?? -0
              for (const [j, value] of row.entries()) total += value * of[j]
              return total
            }),
          )
        },
      }
    },
  }
}

export function dropout({ rate }: ReferenceDropout, units: number): Built {
  return {
    units,
    tensors: [],
    count: 1,
    forward(x, draw, l) {
      if (draw === null) return { a: x, backward: added }
      const random = draw(l)
      const masks = x.map((row) => row.map(() => (random() >= rate * 2 ** 32 ? 1 / (1 - rate) : 0)))
      const masked = (rows: number[][]) => rows.map((row, r) => row.map((value, j) => value * masks[r][j]))
      return { a: masked(x), backward: (d, start) => added(masked(d), start) }
    },
  }
}

/** The mean and the variance of some values. */
function moments(values: readonly number[]): readonly [mean: number, variance: number] {
  const mean = sum(values) / values.length
  return [mean, sum(values.map((value) => (value - mean) * (value - mean))) / values.length]
}

export function normalization(layer: ReferenceNormalization, units: number, take: Take): Built {
  const { epsilon, momentum, relu } = layer
  const isBatch = layer.kind === 'batchNormalization'
  const tensors = [tensorOf(take(1, units), true), tensorOf(take(1, units), true)]
  const [[gamma], [beta]] = tensors.map(({ values }) => values)
  const statistics = isBatch ? [tensorOf(take(1, units), false), tensorOf(take(1, units), false)] : []

  return {
    units,
    tensors: [...tensors, ...statistics],
    count: 1,
    forward(x, draw) {
      const isTraining = draw !== null
      const own = (isBatch ? columns(x) : x).map(moments)
      if (isBatch && isTraining) {
        for (const [which, { values }] of statistics.entries()) {
          values[0].forEach((value, j) => {
            values[0][j] = value * momentum + own[j][which] * (1 - momentum)
          })
        }
      }
      const momentsAt = (r: number, j: number): readonly [number, number] => {
        if (!isBatch) return own[r]
        return isTraining ? own[j] : [statistics[0].values[0][j], statistics[1].values[0][j]]
      }
      const inverse = (r: number, j: number): number => 1 / Math.sqrt(momentsAt(r, j)[1] + epsilon)
      const normalized = x.map((row, r) => row.map((value, j) => (value - momentsAt(r, j)[0]) * inverse(r, j)))
      const z = normalized.map((row) => row.map((value, j) => gamma[j] * value + beta[j]))
      return {
        a: activate(z, relu),
        backward(dA, start) {
          const d = backwardActivation(dA, z, relu)
          const dGamma = gamma.map((_, j) => sum(d.map((row, r) => row[j] * normalized[r][j])))
          const dBeta = gamma.map((_, j) => sum(d.map((row) => row[j])))
          tensors[0].gradients[0] = dGamma
          tensors[1].gradients[0] = dBeta
          const dInput = d.map((row, r) => {
            if (isBatch) {
              const rows = d.length
              return row.map(
                (value, j) =>
                  gamma[j] * inverse(r, j) * (value - (dBeta[j] / rows + normalized[r][j] * (dGamma[j] / rows))),
              )
            }
            const scaled = row.map((value, j) => value * gamma[j])
            const mean = sum(scaled) / row.length
            const slope = sum(scaled.map((value, j) => value * normalized[r][j])) / row.length
            return scaled.map((value, j) => inverse(r, j) * (value - (mean + normalized[r][j] * slope)))
          })
          return added(dInput, start)
        },
      }
    },
  }
}
