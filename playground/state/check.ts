/** Checks settings that come from a link or from a control, in the words of the library's errors. */
import { wrongSize, wrongType, wrongValue } from '#lib/checks/errors.js'
import { integer, oneOf, optionsObject, optionValues } from '#lib/checks/validate.js'
import { LIMITS } from './limits.js'
import {
  type CsvSettings,
  type DataSettings,
  type LayerSettings,
  type Named,
  NORMALIZATIONS,
  type Normalization,
  type Point,
  type Settings,
  SOURCES,
  type Source,
  TASKS,
  type Task,
} from './settings.js'
import { LENGTH, TABLES, type Table } from './tables.js'

type LimitName = keyof typeof LIMITS

const integerOf = (value: unknown, name: string, limit: LimitName): number =>
  integer(value, name, LIMITS[limit].min, LIMITS[limit].max)

function numberFrom(value: unknown, name: string, min: number, max: number, expected: string): number {
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!(value >= min && value <= max)) throw wrongValue(expected, name, value)
  return value
}

function numberOf(value: unknown, name: string, limit: LimitName): number {
  const { min, max } = LIMITS[limit]
  return numberFrom(value, name, min, max, `a number from ${min} to ${max}`)
}

const penalty = (value: unknown, name: string): number =>
  numberFrom(value, name, 0, Number.MAX_VALUE, 'a finite number of at least 0')

function listOf<Item>(
  value: unknown,
  name: string,
  limit: LimitName,
  check: (one: unknown, at: string) => Item,
): Item[] {
  const { min, max } = LIMITS[limit]
  const expected = `an array of ${min} to ${max} elements`
  if (!Array.isArray(value)) throw wrongType(expected, name, value)
  if (value.length < min || value.length > max) throw wrongValue(expected, name, value)
  return value.map((one, i) => check(one, `${name}[${i}]`))
}

/** An entry of a table with its options, as it is given: what is missing has the library's default. */
function named(value: unknown, where: string, table: Table): Named {
  const name = oneOf(anyOption(value, where).name, `${where}.name`, 'a known name', Object.keys(table))
  const options = table[name]
  const given = optionsObject(value, where, ['name', ...Object.keys(options)])
  optionValues(given, options, where)
  const length = given[LENGTH]
  if (LENGTH in options && !(typeof length === 'number' && length > 0)) {
    throw wrongValue('a number above 0', `${where}.${LENGTH}`, length, 'The playground has no last epoch.')
  }
  return Object.fromEntries(Object.entries(given).filter(([, option]) => option !== undefined)) as unknown as Named
}

function anyOption(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw wrongType('an object with a name', where, value)
  return value as Record<string, unknown>
}

function point(value: unknown, where: string): Point {
  if (!Array.isArray(value) || value.length !== 3) throw wrongType('[x, y, class]', where, value)
  return [
    numberOf(value[0], `${where}[0]`, 'coordinate'),
    numberOf(value[1], `${where}[1]`, 'coordinate'),
    integerOf(value[2], `${where}[2]`, 'label'),
  ]
}

function textOf(value: unknown, name: string): string {
  const { max } = LIMITS.csvText
  const expected = `text of at most ${max} characters`
  if (typeof value !== 'string') throw wrongType(expected, name, value)
  if (value.length > max) throw wrongSize(expected, name, `${value.length}`, 'Use fewer rows.')
  return value
}

function csv(value: unknown): CsvSettings {
  const given = optionsObject(value, 'data.csv', ['text', 'target', 'task', 'columns'])
  return {
    text: textOf(given.text, 'data.csv.text'),
    target: textOf(given.target, 'data.csv.target'),
    task: oneOf(given.task, 'data.csv.task', 'the kind of the target', TASKS) as Task,
    columns: listOf(given.columns, 'data.csv.columns', 'csvColumns', textOf),
  }
}

function data(value: unknown): DataSettings {
  const given = optionsObject(value, 'data', ['source', 'rows', 'noise', 'seed', 'validation', 'points', 'csv'])
  return {
    source: oneOf(given.source, 'data.source', 'the name of a data set', SOURCES) as Source,
    rows: integerOf(given.rows, 'data.rows', 'rows'),
    noise: numberOf(given.noise, 'data.noise', 'noise'),
    seed: integerOf(given.seed, 'data.seed', 'seed'),
    validation: numberOf(given.validation, 'data.validation', 'validation'),
    points: listOf(given.points, 'data.points', 'points', point),
    csv: csv(given.csv),
  }
}

function layer(value: unknown, where: string): LayerSettings {
  const given = optionsObject(value, where, ['units', 'activation', 'normalization', 'dropout'])
  const below = 1 - Number.EPSILON
  return {
    units: integerOf(given.units, `${where}.units`, 'units'),
    activation: named(given.activation, `${where}.activation`, TABLES.activations),
    normalization: oneOf(
      given.normalization,
      `${where}.normalization`,
      'the name of a normalization',
      NORMALIZATIONS,
    ) as Normalization,
    dropout: numberFrom(given.dropout, `${where}.dropout`, 0, below, 'a number from 0 to under 1'),
  }
}

/**
 * Settings of which every value is known and within its limits. What depends on several of them, such as a loss and its
 * targets, is checked by the library where the training is made.
 * @throws TypeError or RangeError with a sentence that names the setting
 */
export function checkSettings(value: unknown): Settings {
  const given = optionsObject(value, 'the settings', ['data', 'network', 'trainer', 'members', 'seed'])
  const network = optionsObject(given.network, 'network', ['layers', 'output'])
  const trainer = optionsObject(given.trainer, 'trainer', ['loss', 'optimizer', 'schedule', 'l1', 'l2', 'batchSize'])
  return {
    data: data(given.data),
    network: {
      layers: listOf(network.layers, 'network.layers', 'layers', layer),
      output: named(network.output, 'network.output', TABLES.outputs),
    },
    trainer: {
      loss: named(trainer.loss, 'trainer.loss', TABLES.losses),
      optimizer: named(trainer.optimizer, 'trainer.optimizer', TABLES.optimizers),
      schedule: named(trainer.schedule, 'trainer.schedule', TABLES.schedules),
      l1: penalty(trainer.l1, 'trainer.l1'),
      l2: penalty(trainer.l2, 'trainer.l2'),
      batchSize: integerOf(trainer.batchSize, 'trainer.batchSize', 'batchSize'),
    },
    members: integerOf(given.members, 'members', 'members'),
    seed: integerOf(given.seed, 'seed', 'seed'),
  }
}
