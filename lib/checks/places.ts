/**
 * The objects that each option belongs to, for an option that was given to another object, and the names that other
 * libraries use.
 */
import { normalForm } from './words.js'

interface Place {
  /** The name of such an object in errors. */
  readonly at: RegExp
  /** An option there, as a caller writes it. */
  readonly form: (option: string) => string
  /** Whether it is named only where no other place has the option. */
  readonly last?: true
}

/** In the order in which errors name them. */
const PLACES = {
  optimizer: { at: /^optimizer$/, form: (option) => `optimizer: { name, ${option} }` },
  loss: { at: /^loss$/, form: (option) => `loss: { name, ${option} }` },
  fit: { at: /^the options of fit$/, form: () => 'the options of fit' },
  earlyStopping: { at: /^earlyStopping$/, form: (option) => `earlyStopping: { ${option} }` },
  checkpoint: { at: /^checkpoint$/, form: (option) => `checkpoint: { path, ${option} }` },
  trainer: { at: /^the trainer options$/, form: () => 'the options of new Trainer' },
  network: { at: /^the network options$/, form: () => 'the options of new Network' },
  ensemble: { at: /^the ensemble options$/, form: () => 'the options of new Ensemble' },
  layer: { at: /^layers\[\d+\](\.layers\[\d+\])*$/, form: (option) => `a layer: layers: [{ ${option} }]` },
  initializer: { at: /initializer$/i, form: (option) => `initializer: { name, ${option} }`, last: true },
  schedule: { at: /^schedule$/, form: (option) => `schedule: { name, ${option} }`, last: true },
  predict: { at: /^the options of predict$/, form: () => 'the options of predict' },
  predictAsync: { at: /^the options of predictAsync$/, form: () => 'the options of predictAsync' },
  gradients: { at: /^the options of gradients$/, form: () => 'the options of gradients' },
  evaluate: { at: /^the options of evaluate$/, form: () => 'the options of evaluate' },
  step: { at: /^the options of step$/, form: () => 'the options of step', last: true },
} satisfies Record<string, Place>

export type PlaceName = keyof typeof PLACES

const ALL: readonly (readonly [PlaceName, Place])[] = Object.entries(PLACES) as [PlaceName, Place][]

// Places whose options contain other objects of options.
const OUTER = /^the options of (Model\.fit|checkGradients)$/

const known = new Map<PlaceName, ReadonlySet<string>>()

/** Declares the options of a place, and returns them. */
export function declareOptions<Names extends readonly string[]>(place: PlaceName, names: Names): Names {
  known.set(place, new Set([...(known.get(place) ?? []), ...names]))
  return names
}

/** Other libraries' names of options, in normal form. */
const FOREIGN: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  iterations: 'epochs',
  numepochs: 'epochs',
  nepochs: 'epochs',
  minibatchsize: 'batchSize',
  callbacks: 'onEpoch',
  callback: 'onEpoch',
  randomstate: 'seed',
  lossfunction: 'loss',
  criterion: 'loss',
  lrscheduler: 'schedule',
  scheduler: 'schedule',
  neurons: 'units',
  outfeatures: 'units',
  inputshape: 'inputs',
  inputdim: 'inputs',
  inputsize: 'inputs',
  infeatures: 'inputs',
  kernelinitializer: 'weightsInitializer',
  embeddingsinitializer: 'weightsInitializer',
  numembeddings: 'categories',
  embeddingdim: 'units',
}

/** The options of this library that another library may call by this name. */
export const meantOption = (option: string): string[] => {
  const normal = normalForm(option)
  return Object.hasOwn(FOREIGN, normal) ? [FOREIGN[normal]] : []
}

/** A sentence with the place that an option belongs to, if that is not `where`; empty where no place is known. */
export function belongsTo(option: string, where: string): string {
  if (!OUTER.test(where) && !ALL.some(([, { at }]) => at.test(where))) return ''
  const wanted = [option, ...meantOption(option)].map(normalForm)
  const found = ALL.flatMap(([place, { at, form, last }]) => {
    const name = [...(known.get(place) ?? [])].find((one) => wanted.includes(normalForm(one)))
    return name === undefined ? [] : [{ name, here: at.test(where), form, first: last !== true }]
  })
  if (found.length === 0 || found.some(({ here }) => here)) return ''
  const preferred = found.some(({ first }) => first) ? found.filter(({ first }) => first) : found
  const [{ name }] = preferred
  const forms = preferred.flatMap((one) => (one.name === name ? [one.form(name)] : []))
  return `${name} belongs to ${forms.slice(0, 2).join(', or to ')}. `
}
