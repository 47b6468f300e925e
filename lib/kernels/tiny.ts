/**
 * The step of a network of a few units, written out: row by row, forward and backward, every value in a local variable.
 * The statements are those of dense.ts, loops.ts and program.ts in the same order for each sum, hence the same bits;
 * the functions are the tables' own. Where the host forbids making code from strings there is none.
 */
import { type Activation, activations } from './activations.js'
import { type Loss, losses } from './losses.js'
import type { TrainingPlan } from './plan.js'
import { each, eachWeight, terms } from './specialize.js'

/**
 * Forward and backward for the first `rows` rows of the block: adds their losses to sum[0], and to the gradients g, which
 * begin anew where this is the first block of a step. x: [rows × inputs], y: [rows × outputs]
 */
export type Step = (
  p: Float64Array,
  g: Float64Array,
  x: Float64Array,
  y: Float64Array,
  sum: Float64Array,
  rows: number,
  scale: number,
  first: boolean,
) => void

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)

// Engines write about this many elementary functions into one function, and call the rest, which costs more than it gains.
const MOST_UNITS = 4
const MOST_PARAMETERS = 24

const made = new Map<string, Step | null>()

/** The written-out step for such a network; null where it has too many units, or functions that need whole rows. */
export function tinyStepOf(plan: TrainingPlan): Step | null {
  let units = 0
  for (const layer of plan.layers) units += layer.units
  if (units > MOST_UNITS || plan.parameterCount > MOST_PARAMETERS) return null
  const codes = plan.layers.map((layer) => `${layer.inputs}:${layer.units}:${layer.activation}:${layer.alpha}`)
  const key = `${plan.loss} ${codes.join(' ')}`
  let step = made.get(key)
  if (step === undefined) {
    step = generate(plan)
    made.set(key, step)
  }
  return step
}

function generate(plan: TrainingPlan): Step | null {
  const loss = LOSSES[plan.loss]
  const entries = plan.layers.map(({ activation }) => ACTIVATIONS[activation])
  if (loss.kind !== 'unit' || entries.some(({ kind }) => kind !== 'unit')) return null
  const functions: Record<string, unknown> = { term: loss.term, lossGradient: loss.gradient }
  entries.forEach((entry, l) => {
    if (entry.kind !== 'unit') return
    functions[`value${l}`] = entry.value
    functions[`gradient${l}`] = entry.gradient
  })
  const source = `return (p, g, x, y, sum, rows, scale, first) => {${stepSource(plan, loss.fusedWith !== null)}}`
  try {
    return new Function(...Object.keys(functions), source)(...Object.values(functions)) as Step
  } catch {
    return null
  }
}

/** Layer l reads the values of layer l - 1; the samples count as layer -1. */
const input = (l: number, k: number): string => (l === 0 ? `x${k}` : `a${l - 1}_${k}`)

function stepSource({ layers, inputs, outputs }: TrainingPlan, fused: boolean): string {
  const last = layers.length - 1
  const upwards = layers.map((layer, l) => ({ ...layer, l }))
  const downwards = [...upwards].reverse()
  const load = upwards.map(
    ({ l, weights, bias, ...layer }) => `
${eachWeight(layer.inputs, layer.units, (k, j) => `const w${l}_${k}_${j} = p[${weights + k * layer.units + j}]`)}
${eachWeight(layer.inputs, layer.units, (k, j) => `let g${l}_${k}_${j} = first ? -0 : g[${weights + k * layer.units + j}]`)}
${each(layer.units, (j) => `const b${l}_${j} = p[${bias + j}]`)}
${each(layer.units, (j) => `let h${l}_${j} = first ? -0 : g[${bias + j}]`)}`,
  )
  const forward = upwards.map(
    ({ l, alpha, ...layer }) => `
${each(layer.units, (j) => `const z${l}_${j} = b${l}_${j} + ${terms(layer.inputs, (k) => `${input(l, k)} * w${l}_${k}_${j}`)}`)}
${each(layer.units, (j) => `const a${l}_${j} = value${l}(z${l}_${j}, ${alpha})`)}`,
  )
  const lossAndGradient = `
total += ${terms(outputs, (j) => `term(z${last}_${j}, a${last}_${j}, y${j})`)}
${each(outputs, (j) => `const e${last}_${j} = lossGradient(a${last}_${j}, y${j}) * scale`)}`
  const backward = downwards.map(
    ({ l, alpha, ...layer }) => `
${each(layer.units, (j) =>
  l === last && fused
    ? `const d${l}_${j} = e${l}_${j}`
    : `const d${l}_${j} = gradient${l}(z${l}_${j}, a${l}_${j}, e${l}_${j}, ${alpha})`,
)}
${eachWeight(layer.inputs, layer.units, (k, j) => `g${l}_${k}_${j} += ${input(l, k)} * d${l}_${j}`)}
${each(layer.units, (j) => `h${l}_${j} += d${l}_${j}`)}
${l === 0 ? '' : each(layer.inputs, (k) => `const e${l - 1}_${k} = ${terms(layer.units, (j) => `d${l}_${j} * w${l}_${k}_${j}`)}`)}`,
  )
  const store = upwards.map(
    ({ l, weights, bias, ...layer }) => `
${eachWeight(layer.inputs, layer.units, (k, j) => `g[${weights + k * layer.units + j}] = g${l}_${k}_${j}`)}
${each(layer.units, (j) => `g[${bias + j}] = h${l}_${j}`)}`,
  )
  return `
${load.join('')}
let total = sum[0]
for (let row = 0; row < rows; row++) {
${each(inputs, (k) => `const x${k} = x[row * ${inputs} + ${k}]`)}
${each(outputs, (j) => `const y${j} = y[row * ${outputs} + ${j}]`)}
${forward.join('')}
${lossAndGradient}
${backward.join('')}
}
sum[0] = total
${store.join('')}
`
}
