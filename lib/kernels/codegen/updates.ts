/**
 * The updates of optimizers.ts as source text for one parameter, for generated trainings: the same statements in the
 * same order, with local variables for p[i] and g[i]. Generated code calls the function of an optimizer that is not
 * here.
 */

export interface Update {
  /** The variant that the options select. */
  readonly name: string
  /** Reads the options, once. */
  readonly options: string
  /** The statements before the parameters of a step. */
  readonly begin: string
  /** The update of parameter i. */
  readonly one: (p: string, g: string, i: number) => string
}

function sgd([, momentum, nesterov]: Float64Array): Update {
  const name = momentum === 0 ? 'plain' : nesterov === 0 ? 'momentum' : 'nesterov'
  return {
    name,
    options: `
const learningRate = options[0]
const momentum = options[1]`,
    begin: '',
    one(p, g, i) {
      if (name === 'plain') return `${p} = ${p} - learningRate * ${g}`
      return `
const velocity${i} = momentum * state[${i}] + ${g}
state[${i}] = velocity${i}
${p} = ${p} - learningRate * ${name === 'momentum' ? `velocity${i}` : `(${g} + momentum * velocity${i})`}`
    },
  }
}

function adam([, , , , amsgrad]: Float64Array, count: number): Update {
  const powers = (amsgrad === 0 ? 2 : 3) * count
  return {
    name: amsgrad === 0 ? 'adam' : 'amsgrad',
    options: `
const learningRate = options[0]
const beta1 = options[1]
const beta2 = options[2]
const epsilon = options[3]
const rest1 = 1 - beta1
const rest2 = 1 - beta2`,
    begin: `
const power1 = state[${powers}] * beta1
const power2 = state[${powers + 1}] * beta2
state[${powers}] = power1
state[${powers + 1}] = power2
const rate = learningRate / (1 - power1)
const perRoot = 1 / Math.sqrt(1 - power2)`,
    one(p, g, i) {
      const means = `
const mean${i} = beta1 * state[${i}] + rest1 * ${g}
const square${i} = beta2 * state[${count + i}] + rest2 * ${g} * ${g}
state[${i}] = mean${i}
state[${count + i}] = square${i}`
      const step = (square: string) => `
${p} = ${p} - rate * (mean${i} / (Math.sqrt(${square}) * perRoot + epsilon))`
      if (amsgrad === 0) return means + step(`square${i}`)
      const before = `state[${2 * count + i}]`
      return `${means}
const largest${i} = ${before} < square${i} ? square${i} : ${before}
${before} = largest${i}${step(`largest${i}`)}`
    },
  }
}

const adagrad = (): Update => ({
  name: 'adagrad',
  options: `
const learningRate = options[0]
const epsilon = options[2]`,
  begin: '',
  one: (p, g, i) => `
const sum${i} = state[${i}] + ${g} * ${g}
state[${i}] = sum${i}
${p} = ${p} - learningRate * (${g} / (Math.sqrt(sum${i}) + epsilon))`,
})

const lion = (): Update => ({
  name: 'lion',
  options: `
const learningRate = options[0]
const beta1 = options[1]
const beta2 = options[2]
const rest1 = 1 - beta1
const rest2 = 1 - beta2`,
  begin: '',
  one: (p, g, i) => `
const direction${i} = beta1 * state[${i}] + rest1 * ${g}
const sign${i} = direction${i} > 0 ? 1 : direction${i} < 0 ? -1 : direction${i}
state[${i}] = beta2 * state[${i}] + rest2 * ${g}
${p} = ${p} - learningRate * sign${i}`,
})

/** By the optimizer's name: its update with these options, for `count` parameters. */
export const updates: Readonly<Record<string, ((options: Float64Array, count: number) => Update) | undefined>> = {
  sgd,
  adam,
  adamw: adam,
  adagrad,
  lion,
}
