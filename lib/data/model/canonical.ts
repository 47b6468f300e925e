/** A saved model with its keys in one order: that in which they are written, whichever a database gave them. */
import { wrongSize } from '../../checks/errors.js'
import { activationRegistry, layerRegistry } from '../../checks/registry.js'
import { REPORT_KEYS } from '../columns/report.js'
import { SUMMARY_KEYS } from './training.js'

const optionNames = (options: object): string[] => Object.keys(options)

/** The keys of all objects in a saved model. Each object is written in this order. */
const ORDER = [
  // Of columns and targets, scalers and encoders.
  ...['name', 'type', 'scaler', 'encoder', 'center', 'scale', 'range', 'column', 'categories', 'labels', 'unknown'],
  ...['clip', 'quantiles', 'parts', 'first', 'fill', 'indicator', 'embedded'],
  ...['transform', 'residuals', 'temperature'],
  // Of the model, the network and the summary of the training.
  ...['format', 'version', 'columns', 'target', 'heads', 'targets', 'ignored', 'training'],
  ...SUMMARY_KEYS.filter((key) => key !== 'members'),
  ...['report', 'network', 'inputs', 'layers', 'parameters', 'members', 'digest', 'checksum'],
  // Of layers.
  ...['units', 'activation'],
  // Of the report.
  ...REPORT_KEYS,
  ...activationRegistry.names.flatMap((_, code) => optionNames(activationRegistry.at(code).entry.options)),
  ...layerRegistry.names.flatMap((_, code) => optionNames(layerRegistry.at(code).entry.options)),
  ...layerRegistry.names.flatMap((_, code) => optionNames(layerRegistry.at(code).entry.trainingOptions)),
]
const PLACES: ReadonlyMap<string, number> = new Map([...ORDER].reverse().map((key, i) => [key, ORDER.length - 1 - i]))

/** More than any saved model has: blocks of layers may be inside each other, two levels for each. */
const MAX_LEVELS = 256

const placeOf = (key: string): number => PLACES.get(key) ?? Infinity

/** Sorts the keys of a model first, and then all other keys. */
function compare(a: string, b: string): number {
  const [first, second] = [placeOf(a), placeOf(b)]
  if (first !== second) return first < second ? -1 : 1
  return a < b ? -1 : 1
}

/**
 * The same value, with the keys of every object in the order of a saved model.
 * @throws RangeError for deeper nesting than any model has
 */
export function canonical(value: unknown, name: string, level = 1): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (level > MAX_LEVELS) throw wrongSize(`at most ${MAX_LEVELS} levels`, name, 'more', 'It is damaged or was edited.')
  if (Array.isArray(value)) return value.map((item: unknown) => canonical(item, name, level + 1))
  return Object.fromEntries(
    Object.keys(value)
      .sort(compare)
      .map((key) => [key, canonical((value as Record<string, unknown>)[key], name, level + 1)]),
  )
}
