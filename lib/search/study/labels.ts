/** Short texts for the values of parameters, for tables and axes. */
import { lengthOf, typedArrayKind } from '../../checks/arrays.js'
import { shortened } from '../../checks/words.js'
import { Parameter } from '../space/parameter.js'
import type { Distribution } from '../space/trial.js'

/** The most letters of a label. */
const MAX_LETTERS = 40
/** What is deeper in a value is left out. */
const MAX_DEPTH = 4
/** The most values that are listed of a choice within a value. */
const MAX_VALUES = 4

/** A value of options in a few words: `adam, learningRate 0.01`; layers as `16 relu → 1`. */
export const labelOf = (value: unknown): string => shortened(written(value, 0, false), MAX_LETTERS)

/** @param isBrief whether layers are without their other options, such as initializers */
function written(value: unknown, depth: number, isBrief: boolean): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name
  if (value === null || typeof value !== 'object') return String(value)
  if (depth === MAX_DEPTH) return '…'
  if (value instanceof Parameter) return distributionText(value.distribution, depth, isBrief)
  const kind = typedArrayKind(value)
  if (kind !== undefined) return `${kind} of ${lengthOf(value as ArrayBufferView)}`
  const below = (one: unknown) => written(one, depth + 1, isBrief)
  if (Array.isArray(value)) {
    if (value.some(hasUnits) && value.every(isLayer)) {
      return value.map((layer) => entriesText(isBrief ? briefLayer(layer) : layer, below)).join(' → ')
    }
    return `[${value.map(below).join(', ')}]`
  }
  return entriesText(value, below)
}

const hasUnits = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'units')

const isLayer = (value: unknown): value is object =>
  hasUnits(value) || (typeof value === 'object' && value !== null && Object.hasOwn(value, 'type'))

/** Layers without units, such as dropout, have few options. */
const briefLayer = (layer: object): object =>
  hasUnits(layer) ? Object.fromEntries(Object.entries(layer).filter(([key]) => CLEAR.includes(key))) : layer

/** The values that a parameter within a value of a choice can have. */
function distributionText(distribution: Distribution, depth: number, isBrief: boolean): string {
  if (distribution.kind !== 'choice') return `${distribution.low}…${distribution.high}`
  const { values } = distribution
  return values.length > MAX_VALUES
    ? `one of ${values.length}`
    : values.map((value) => written(value, depth + 1, isBrief)).join('|')
}

/** Keys whose value is clear without them. These are the first ones. */
const CLEAR: readonly string[] = ['name', 'type', 'units', 'activation']

/** The entries of an object: of a layer without commas, as layers are in a list. */
function entriesText(value: object, write: (value: unknown) => string): string {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  const clear = CLEAR.flatMap((name) => entries.filter(([key]) => key === name))
  const others = entries.filter(([key]) => !CLEAR.includes(key))
  const texts = [...clear.map(([, one]) => write(one)), ...others.map(([key, one]) => `${key} ${write(one)}`)]
  return texts.join(isLayer(value) ? ' ' : ', ')
}

/**
 * A label for each value of a choice: of layers with units only their main options, if these differ. Values whose labels
 * would be equal are numbered.
 */
export function choiceLabels(values: readonly unknown[]): string[] {
  const brief = values.map((value) => shortened(written(value, 0, true), MAX_LETTERS))
  if (new Set(brief).size === brief.length && !brief.includes('')) return brief
  const labels = values.map((value) => labelOf(value) || '(empty)')
  return labels.map((label, i) => (labels.indexOf(label) === labels.lastIndexOf(label) ? label : `${i}: ${label}`))
}

/** A function that gives what a table has for a value of a draw: of a choice its label, else the number itself. */
export function cellOf({ distribution }: { readonly distribution: Distribution }): (value: number) => string | number {
  if (distribution.kind !== 'choice') return (value) => value
  const labels = choiceLabels(distribution.values)
  return (value) => labels[value] ?? String(value)
}

/**
 * The shortest ends of the parameters' names, in whole words, that are different: `trainer.optimizer.learningRate` is
 * `learningRate` where no other name ends so.
 */
export function shortNames(names: readonly string[]): string[] {
  const paths = names.map((name) => name.split('.'))
  return paths.map((path, i) => {
    for (let words = 1; words < path.length; words++) {
      const end = path.slice(-words).join('.')
      // A place in a list, such as the 0 of layers.0, says nothing without the list.
      const isClear = !/^\d/.test(end)
      if (isClear && paths.every((other, j) => j === i || other.slice(-words).join('.') !== end)) return end
    }
    return names[i]
  })
}
