/**
 * The source text of the training of a network with few weights: a few rows at a time, with every weight, gradient and
 * value in a local variable. Each sum has the statements of products/dense.ts and training/graph.ts in the same order,
 * hence the same bits; the functions are the tables' own.
 */
import { type Activation, activations } from '../activations.js'
import { type Loss, losses } from '../losses.js'
import { LEARNING_RATE } from '../optimizers.js'
import { EPOCH, type LayerPlan, LOSS_SUM, ROW, type TrainingPlan } from '../plan.js'
import { each, eachWeight, terms } from './source.js'
import type { Update } from './updates.js'

/** The form of a generated training. */
export interface Form {
  /** The rows of a group, which are computed side by side. */
  readonly group: number
  /** Whether a batch may have rows after its last whole group. */
  readonly rest: boolean
  /** Whether each batch is one group. */
  readonly whole: boolean
  /** Whether each step has a factor for the learning rate. */
  readonly factors: boolean
  /** Whether the optimizer has a state. */
  readonly stateful: boolean
  /** The text of the optimizer's update; null: the text calls it. */
  readonly update: Update | null
}

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)

/**
 * A name: of weight w or gradient g of input k (or of the bias, b) and unit j in layer l; of z, a, d of row r and unit
 * j.
 */
const name = (letter: string, l: number, a: number | 'b', b: number): string => `${letter}${l}_${a}_${b}`

/** `line(w, g, i)` for each parameter. */
const eachParameter = (layers: readonly LayerPlan[], line: (w: string, g: string, i: number) => string): string =>
  layers
    .map(({ inputs, units, tensors: [weights, bias] }, l) => {
      const both = (k: number | 'b', j: number, i: number) => line(name('w', l, k, j), name('g', l, k, j), i)
      return `${eachWeight(inputs, units, (k, j) => both(k, j, weights.offset + k * units + j))}
${each(units, (j) => both('b', j, bias.offset + j))}`
    })
    .join('\n')

/** The function of codegen/train.ts as an expression. */
export function trainSource(plan: TrainingPlan, form: Form): string {
  const { group, rest, whole, factors, stateful, update } = form
  const { layers } = plan
  const steps = whole
    ? `${rowsSource(plan, group)}
row += ${group}`
    : `for (; row + ${group} <= stop; row += ${group}) {${rowsSource(plan, group)}}
${rest ? `for (; row < stop; row++) {${rowsSource(plan, 1)}}` : ''}`
  const readOptions = update === null ? '' : update.options
  const called = `
${eachParameter(layers, (w, g, i) => `p[${i}] = ${w}; g[${i}] = ${g}`)}
update(p, g, state, parameterCount, options)
${eachParameter(layers, (w, _, i) => `${w} = p[${i}]`)}`
  const written = update === null ? called : `${update.begin}\n${eachParameter(layers, update.one)}`
  return `(plan, arrays, buffers, progress, budget) => {
const { rows, firstEpoch, batchSize, epochRows, parameterCount, lossScale, gradientScale, lastGradientScale } = plan
const { optimizerOptions, seedLow, seedHigh, lossOptions } = plan
const { x, y, rateFactors, losses, position, currentParameters: p, currentState: state } = arrays
const { parameters, state: committedState } = arrays
const { options } = progress
// Integers: engines compute with doubles from a Float64Array otherwise.
const from = progress.from | 0, until = progress.until | 0
const { block, targets, rowLoss, derivatives, g, order } = buffers
const lastBatch = epochRows - plan.lastBatchSize
${each(layers.length, (l) => `const z${l} = block.layers[${l}].z, a${l} = block.layers[${l}].a, d${l} = derivatives[${l}]`)}
${each(layers.length, (l) => `const options${l} = plan.layers[${l}].activationOptions`)}
${factors ? '' : readOptions}
let { sum } = progress
let row = progress.row | 0
let epoch = position[${EPOCH}] | 0
// The first row of the current step, and the sum of the losses before it.
let batch = position[${ROW}] | 0
let before = position[${LOSS_SUM}]
${eachParameter(layers, (w, _, i) => `let ${w} = p[${i}]`)}
${eachParameter(layers, (_, g, i) => `let ${g} = row === batch ? -0 : g[${i}]`)}
while (budget > 0 && epoch < until) {
  if (row === 0) {
    sum = before = -0
    ${plan.shuffle === 0 ? '' : 'shuffleOrder(order, rows, seedLow, seedHigh, firstEpoch + epoch)'}
  }
  const isLast = batch === lastBatch
  const end = isLast ? epochRows : batch + batchSize
  const stop = Math.min(end, row + budget)
  const scale = isLast ? lastGradientScale : gradientScale
  budget -= stop - row
  ${steps}
  if (row < end) break
  ${factors ? `options[${LEARNING_RATE}] = optimizerOptions[${LEARNING_RATE}] * rateFactors[progress.step++]\n${readOptions}` : ''}
  ${written}
  ${eachParameter(layers, (_, g) => `${g} = -0`)}
  batch = end
  before = sum
  if (row < epochRows) continue
  const loss = sum * lossScale
  losses[epoch - from] = loss
  row = 0
  batch = 0
  let broken = 0 * loss
  ${eachParameter(layers, (w) => `broken += 0 * ${w}`)}
  ${stateful ? 'for (let i = 0; i < state.length; i++) broken += 0 * state[i]' : ''}
  if (broken !== 0) {
    progress.broken = true
    break
  }
  epoch++
  ${eachParameter(layers, (w, _, i) => `parameters[${i}] = ${w}`)}
  ${stateful ? 'for (let i = 0; i < state.length; i++) committedState[i] = state[i]' : ''}
}
progress.row = row
progress.sum = sum
position[${EPOCH}] = epoch
position[${ROW}] = batch
position[${LOSS_SUM}] = row === 0 ? -0 : before
${eachParameter(layers, (w, g, i) => `p[${i}] = ${w}; g[${i}] = ${g}`)}
return budget
}`
}

/** Whether a function calls no other: engines inline any number of such functions, but few of the longer ones. */
const isPlain = (f: (...values: never[]) => number): boolean => !/[\w$]\s*\(/.test(`${f}`)

/** Forward, loss and backward for `count` rows from `row` on. */
function rowsSource({ layers, inputs, outputs, loss: code, shuffle }: TrainingPlan, count: number): string {
  const last = layers.length - 1
  const loss = LOSSES[code]
  // An input of layer l; the samples are the inputs of layer 0.
  const input = (l: number, r: number, k: number) => (l === 0 ? `x_${r}_${k}` : name('a', l - 1, r, k))
  const eachRow = (line: (r: number) => string) => each(count, line)
  const eachValue = (units: number, line: (r: number, j: number, i: number) => string) =>
    eachRow((r) => each(units, (j) => line(r, j, r * units + j)))
  /** Stores local variables into the array of a layer's values, or loads them from there. */
  const store = (letter: string, l: number, from = letter) =>
    eachValue(layers[l].units, (r, j, i) => `${letter}${l}[${i}] = ${name(from, l, r, j)}`)
  const fetch = (letter: string, l: number) =>
    eachValue(layers[l].units, (r, j, i) => `const ${name(letter, l, r, j)} = ${letter}${l}[${i}]`)

  const load = `
${eachRow((r) => `const row${r} = ${shuffle === 0 ? `row + ${r}` : `order[row + ${r}]`}`)}
${eachValue(inputs, (r, k) => `const x_${r}_${k} = x[row${r} * ${inputs} + ${k}]`)}
${eachValue(outputs, (r, j) => `const y_${r}_${j} = y[row${r} * ${outputs} + ${j}]`)}`

  // An argument that a function does not use would cost time.
  const ifUsed = (f: (...values: never[]) => unknown, others: number, options: string) =>
    f.length > others ? `, ${options}` : ''

  function forward({ inputs, units, activation }: LayerPlan, l: number): string {
    const entry = ACTIVATIONS[activation]
    const products = (r: number, j: number) => terms(inputs, (k) => `${input(l, r, k)} * ${name('w', l, k, j)}`)
    const sums = eachValue(units, (r, j) => `const ${name('z', l, r, j)} = ${name('w', l, 'b', j)} + ${products(r, j)}`)
    const value = (z: string) => `value${l}(${z}${entry.kind === 'unit' ? ifUsed(entry.value, 1, `options${l}`) : ''})`
    if (entry.kind === 'unit' && isPlain(entry.value)) {
      return `${sums}
${eachValue(units, (r, j) => `const ${name('a', l, r, j)} = ${value(name('z', l, r, j))}`)}`
    }
    const all =
      entry.kind === 'row'
        ? `forward${l}(z${l}, a${l}, ${count}, ${units}, options${l})`
        : // Inline for the first layers only: beyond that an engine calls the function and boxes its result.
          l < 2
          ? `for (let i = 0; i < ${count * units}; i++) a${l}[i] = ${value(`z${l}[i]`)}`
          : `forward${l}(z${l}, a${l}, ${count * units}, options${l})`
    return [sums, store('z', l), all, fetch('a', l)].join('\n')
  }

  const term = (r: number, j: number) =>
    `term(${name('z', last, r, j)}, ${name('a', last, r, j)}, y_${r}_${j}${loss.kind === 'unit' ? ifUsed(loss.term, 3, 'lossOptions') : ''})`
  const storeTargets = eachValue(outputs, (r, j, i) => `targets[${i}] = y_${r}_${j}`)
  const lossTerms =
    loss.kind === 'unit' && isPlain(loss.term)
      ? eachRow((r) => `sum += ${terms(outputs, (j) => term(r, j))}`)
      : `
${store('z', last)}
${store('a', last)}
${storeTargets}
rowLosses(z${last}, a${last}, targets, rowLoss, ${count}, ${outputs}, lossOptions)
${eachRow((r) => `sum += rowLoss[${r}]`)}`
  const lossGradient = (r: number, j: number) =>
    `const ${name('e', last, r, j)} = lossGradient(${name('a', last, r, j)}, y_${r}_${j}${ifUsed(loss.gradient, 2, 'lossOptions')}) * scale`
  const lossGradients = isPlain(loss.gradient)
    ? eachValue(outputs, lossGradient)
    : `
${store('a', last)}
${storeTargets}
lossGradients(a${last}, targets, d${last}, ${count * outputs}, scale, lossOptions)
${eachValue(outputs, (r, j, i) => `const ${name('e', last, r, j)} = d${last}[${i}]`)}`

  /** dL/dz (d) from dL/da (e). */
  function derivatives({ units, activation }: LayerPlan, l: number): string {
    const entry = ACTIVATIONS[activation]
    const [z, a, d, e] = ['z', 'a', 'd', 'e'].map((letter) => (r: number, j: number) => name(letter, l, r, j))
    if (l === last && loss.fusedWith !== null) return eachValue(units, (r, j) => `const ${d(r, j)} = ${e(r, j)}`)
    if (entry.kind === 'unit' && isPlain(entry.gradient)) {
      const own = ifUsed(entry.gradient, 3, `options${l}`)
      return eachValue(units, (r, j) => `const ${d(r, j)} = gradient${l}(${z(r, j)}, ${a(r, j)}, ${e(r, j)}${own})`)
    }
    const all =
      entry.kind === 'row'
        ? `backward${l}(a${l}, d${l}, ${count}, ${units}, options${l})`
        : `backward${l}(z${l}, a${l}, d${l}, ${count * units}, options${l})`
    return [store('z', l), store('a', l), store('d', l, 'e'), all, fetch('d', l)].join('\n')
  }

  function backward(layer: LayerPlan, l: number): string {
    const { inputs, units } = layer
    const ofInput = (r: number, k: number) => terms(units, (j) => `${name('d', l, r, j)} * ${name('w', l, k, j)}`)
    const ofWeight = (k: number, j: number) => terms(count, (r) => `${input(l, r, k)} * ${name('d', l, r, j)}`)
    const add = (g: string, sum: string) => `${g} = ${g} + ${sum}`
    return `${derivatives(layer, l)}
${l === 0 ? '' : eachValue(inputs, (r, k) => `const ${name('e', l - 1, r, k)} = ${ofInput(r, k)}`)}
${eachWeight(inputs, units, (k, j) => add(name('g', l, k, j), ofWeight(k, j)))}
${each(units, (j) =>
  add(
    name('g', l, 'b', j),
    terms(count, (r) => name('d', l, r, j)),
  ),
)}`
  }

  return [load, ...layers.map(forward), lossTerms, lossGradients, ...layers.map(backward).reverse()].join('\n')
}
