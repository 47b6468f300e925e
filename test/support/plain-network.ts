/**
 * A network as docs/numerics.md describes it, written once more for the tests: arrays of rows, one loop for each sum, no
 * kernels. Activations are relu and linear, the loss is halfSquaredError, the optimizer plain sgd.
 */

export type PlainLayer =
  | { readonly kind: 'dense'; readonly w: number[][]; readonly b: number[]; readonly relu: boolean }
  | { readonly kind: 'dropout'; readonly rate: number }
  | {
      readonly kind: 'batch' | 'layer'
      readonly gamma: number[]
      readonly beta: number[]
      readonly mean: number[]
      readonly variance: number[]
      readonly momentum: number
      readonly epsilon: number
      readonly relu: boolean
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

const sum = (terms: readonly number[], start = -0): number => {
  let total = start
  for (const term of terms) total += term
  return total
}

const columns = (rows: readonly number[][]): number[][] => rows[0].map((_, j) => rows.map((row) => row[j]))

/** The mean and the variance of some values. */
function moments(values: readonly number[]): [mean: number, variance: number] {
  const mean = sum(values) / values.length
  return [mean, sum(values.map((value) => (value - mean) * (value - mean))) / values.length]
}

/** What a layer did with a batch: its answers, and how dL/da goes back through it, after its parameters took a step. */
interface Passed {
  readonly a: number[][]
  back(d: number[][], learningRate: number): number[][]
}

const answer = (z: number[][], relu: boolean): number[][] =>
  relu ? z.map((row) => row.map((value) => (value < 0 ? 0 : value))) : z

const unanswer = (d: number[][], z: number[][], relu: boolean): number[][] =>
  relu ? d.map((row, r) => row.map((value, j) => (z[r][j] > 0 ? value : 0))) : d

function dense({ w, b, relu }: PlainLayer & { kind: 'dense' }, x: number[][]): Passed {
  const z = x.map((row) =>
    b.map((bias, j) =>
      sum(
        row.map((value, k) => value * w[k][j]),
        bias,
      ),
    ),
  )
  return {
    a: answer(z, relu),
    back(dA, learningRate) {
      const d = unanswer(dA, z, relu)
      const dInput = d.map((row) => w.map((weights) => sum(row.map((value, j) => value * weights[j]))))
      const slopes = w.map((_, k) => b.map((_unused, j) => sum(d.map((row, r) => x[r][k] * row[j]))))
      const biases = columns(d).map((values) => sum(values))
      slopes.forEach((row, k) => {
        row.forEach((slope, j) => {
          w[k][j] -= learningRate * slope
        })
      })
      biases.forEach((slope, j) => {
        b[j] -= learningRate * slope
      })
      return dInput
    },
  }
}

function dropout({ rate }: PlainLayer & { kind: 'dropout' }, x: number[][], next: () => number): Passed {
  const masks = x.map((row) => row.map(() => (next() >= rate * 2 ** 32 ? 1 / (1 - rate) : 0)))
  const masked = (rows: number[][]) => rows.map((row, r) => row.map((value, j) => value * masks[r][j]))
  return { a: masked(x), back: masked }
}

function normalization(layer: PlainLayer & { kind: 'batch' | 'layer' }, x: number[][], training: boolean): Passed {
  const { gamma, beta, epsilon, momentum, relu } = layer
  const own = (layer.kind === 'batch' ? columns(x) : x).map(moments)
  if (layer.kind === 'batch' && training) {
    own.forEach(([mean, variance], j) => {
      layer.mean[j] = layer.mean[j] * momentum + mean * (1 - momentum)
      layer.variance[j] = layer.variance[j] * momentum + variance * (1 - momentum)
    })
  }
  const of = (r: number, j: number): readonly [number, number] => {
    if (layer.kind === 'layer') return own[r]
    return training ? own[j] : [layer.mean[j], layer.variance[j]]
  }
  const inverse = (r: number, j: number): number => 1 / Math.sqrt(of(r, j)[1] + epsilon)
  const normalized = x.map((row, r) => row.map((value, j) => (value - of(r, j)[0]) * inverse(r, j)))
  const z = normalized.map((row) => row.map((value, j) => gamma[j] * value + beta[j]))
  return {
    a: answer(z, relu),
    back(dA, learningRate) {
      const d = unanswer(dA, z, relu)
      const dGamma = gamma.map((_, j) => sum(d.map((row, r) => row[j] * normalized[r][j])))
      const dBeta = gamma.map((_, j) => sum(d.map((row) => row[j])))
      const dInput = d.map((row, r) => {
        if (layer.kind === 'batch') {
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
      gamma.forEach((_, j) => {
        gamma[j] -= learningRate * dGamma[j]
        beta[j] -= learningRate * dBeta[j]
      })
      return dInput
    },
  }
}

/** The answers to all rows, as a network that is not in training gives them. */
export function plainPredict(layers: readonly PlainLayer[], x: number[][]): number[][] {
  let values = x
  for (const layer of layers) {
    if (layer.kind === 'dense') values = dense(layer, values).a
    else if (layer.kind !== 'dropout') values = normalization(layer, values, false).a
  }
  return values
}

/** One step on a batch; gives the rows' losses. The step's number is among all of the training. */
export function plainStep(
  layers: readonly PlainLayer[],
  x: number[][],
  y: number[][],
  { learningRate, seed, step }: { learningRate: number; seed: number; step: number },
): number[] {
  const passed: Passed[] = []
  layers.forEach((layer, l) => {
    const input = l === 0 ? x : passed[l - 1].a
    if (layer.kind === 'dense') passed.push(dense(layer, input))
    else if (layer.kind === 'dropout') passed.push(dropout(layer, input, sfc32(seed, 3 + l, step)))
    else passed.push(normalization(layer, input, true))
  })
  const { a } = passed[passed.length - 1]
  let d = a.map((row, r) => row.map((value, j) => (value - y[r][j]) * (1 / x.length)))
  for (const layer of passed.reverse()) d = layer.back(d, learningRate)
  return a.map((row, r) => sum(row.map((value, j) => (value - y[r][j]) * (value - y[r][j]))))
}

/** The parameters in the order of `Network.parameters`. */
export const plainParameters = (layers: readonly PlainLayer[]): Float64Array =>
  Float64Array.from(
    layers.flatMap((layer) => {
      if (layer.kind === 'dropout') return []
      if (layer.kind === 'dense') return [...layer.w.flat(), ...layer.b]
      const statistics = layer.kind === 'batch' ? [...layer.mean, ...layer.variance] : []
      return [...layer.gamma, ...layer.beta, ...statistics]
    }),
  )
