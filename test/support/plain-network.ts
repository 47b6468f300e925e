/**
 * A network as docs/numerics.md describes it, written once more for the tests: arrays of rows, one loop for each sum, no
 * kernels. Activations are relu and linear, the loss is halfSquaredError, the optimizer plain sgd.
 */

export type PlainLayer =
  | { readonly kind: 'dense'; readonly w: number[][]; readonly b: number[]; readonly relu: boolean }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'residual'; readonly layers: readonly PlainLayer[] }
  | { readonly kind: 'embedding'; readonly columns: readonly { readonly column: number; readonly table: number[][] }[] }
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
  /** @param start what the derivatives of its input are added to, where another layer reads that input too */
  back(d: number[][], learningRate: number, start?: number[][]): number[][]
}

/** Derivatives, added to those that are there. */
const added = (d: number[][], start?: number[][]): number[][] =>
  start === undefined ? d : d.map((row, r) => row.map((value, j) => start[r][j] + value))

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
    back(dA, learningRate, start) {
      const d = unanswer(dA, z, relu)
      const dInput = d.map((row, r) =>
        w.map((weights, k) =>
          sum(
            row.map((value, j) => value * weights[j]),
            start?.[r][k],
          ),
        ),
      )
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
  return { a: masked(x), back: (d, _learningRate, start) => added(masked(d), start) }
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
    back(dA, learningRate, start) {
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
      return added(dInput, start)
    },
  }
}

/** The output of the layers, and x; back, what x gets from the sum comes before what it gets from the layers. */
function residual({ layers }: PlainLayer & { kind: 'residual' }, x: number[][], mode: Mode): Passed {
  const chain = passThrough(layers, x, mode)
  return {
    a: added(x, chain.a),
    back: (d, learningRate, start) => chain.back(d, learningRate, added(d, start)),
  }
}

function embedding({ columns: embedded }: PlainLayer & { kind: 'embedding' }, x: number[][]): Passed {
  const isOther = (k: number) => !embedded.some(({ column }) => column === k)
  const others = x.map((row) => row.filter((_, k) => isOther(k)))
  const a = x.map((row, r) => [...others[r], ...embedded.flatMap(({ column, table }) => table[row[column]])])
  return {
    a,
    back(d, learningRate) {
      let at = others[0].length
      for (const { column, table } of embedded) {
        const first = at
        table.forEach((vector, category) => {
          vector.forEach((_, j) => {
            const terms = d.filter((_row, r) => x[r][column] === category).map((row) => row[first + j])
            vector[j] -= learningRate * sum(terms)
          })
        })
        at += table[0].length
      }
      return d
    },
  }
}

/** What a pass draws its masks from; null: a prediction, in which nothing is dropped. */
interface Mode {
  readonly draw: { readonly seed: number; readonly step: number } | null
  /** The number of the next layer, among all; a block comes after its layers. */
  next: number
}

function pass(layer: PlainLayer, x: number[][], mode: Mode): Passed {
  if (layer.kind === 'residual') {
    const passed = residual(layer, x, mode)
    mode.next++
    return passed
  }
  const l = mode.next++
  if (layer.kind === 'dense') return dense(layer, x)
  if (layer.kind === 'embedding') return embedding(layer, x)
  if (layer.kind !== 'dropout') return normalization(layer, x, mode.draw !== null)
  if (mode.draw === null) return { a: x, back: (d) => d }
  return dropout(layer, x, sfc32(mode.draw.seed, 3 + l, mode.draw.step))
}

/** One layer after the other. */
function passThrough(layers: readonly PlainLayer[], x: number[][], mode: Mode): Passed {
  const passed: Passed[] = []
  for (const layer of layers) passed.push(pass(layer, passed.at(-1)?.a ?? x, mode))
  return {
    a: passed[passed.length - 1].a,
    back: (d, learningRate, start) =>
      passed.reduceRight((above, one, l) => one.back(above, learningRate, l === 0 ? start : undefined), d),
  }
}

/** The answers to all rows, as a network that is not in training gives them. */
export const plainPredict = (layers: readonly PlainLayer[], x: number[][]): number[][] =>
  passThrough(layers, x, { draw: null, next: 0 }).a

/** One step on a batch; gives the rows' losses. The step's number is among all of the training. */
export function plainStep(
  layers: readonly PlainLayer[],
  x: number[][],
  y: number[][],
  { learningRate, seed, step }: { learningRate: number; seed: number; step: number },
): number[] {
  const { a, back } = passThrough(layers, x, { draw: { seed, step }, next: 0 })
  back(
    a.map((row, r) => row.map((value, j) => (value - y[r][j]) * (1 / x.length))),
    learningRate,
  )
  return a.map((row, r) => sum(row.map((value, j) => (value - y[r][j]) * (value - y[r][j]))))
}

/** The parameters in the order of `Network.parameters`. */
export const plainParameters = (layers: readonly PlainLayer[]): Float64Array =>
  Float64Array.from(layers.flatMap(parametersOf))

function parametersOf(layer: PlainLayer): number[] {
  if (layer.kind === 'dropout') return []
  if (layer.kind === 'residual') return layer.layers.flatMap(parametersOf)
  if (layer.kind === 'embedding') return layer.columns.flatMap(({ table }) => table.flat())
  if (layer.kind === 'dense') return [...layer.w.flat(), ...layer.b]
  const statistics = layer.kind === 'batch' ? [...layer.mean, ...layer.variance] : []
  return [...layer.gamma, ...layer.beta, ...statistics]
}
