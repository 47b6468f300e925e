/** A model's targets: what it predicts. The table of their kinds. */
import { wrongValue } from '../../checks/errors.js'
import { oneOf, optionsObject } from '../../checks/validate.js'
import type { Column } from '../columns/columns.js'
import type { SavedLabelEncoder } from '../encoding/encoders.js'
import type { SavedScaler } from '../encoding/scaler.js'
import { text } from '../records/checks.js'
import { type CountTarget, count } from './count.js'
import type { Given, TargetEntry } from './entry.js'
import { type LabelTarget, label } from './label.js'
import { type NumberTarget, number } from './number.js'
import { type OrderedTarget, ordered } from './ordered.js'

export type Target = NumberTarget | CountTarget | LabelTarget | OrderedTarget
export type TargetType = Target['type']

/** The kinds of targets, by type. A new kind is an entry here. */
const targetTable = { number, label, count, ordered } as const satisfies {
  [Type in TargetType]: TargetEntry<Extract<Target, { type: Type }>>
}

export const TARGET_TYPES = Object.keys(targetTable) as TargetType[]

export const entryOf = (type: TargetType): TargetEntry<Target> => targetTable[type] as unknown as TargetEntry<Target>

/** The saved form of a target: with the saved scaler or encoder. */
export type SavedTarget =
  | (Omit<NumberTarget, 'scaler'> & { readonly scaler: SavedScaler | null })
  | CountTarget
  | (Omit<LabelTarget | OrderedTarget, 'encoder'> & { readonly encoder: SavedLabelEncoder })

const KNOWN = ['name', 'type', ...new Set(TARGET_TYPES.flatMap((type) => entryOf(type).keys))]

/** Checks a target: its keys, and that it is no input. */
export function checkTarget(given: unknown, columns: readonly Column[], where = 'target'): Target {
  const { name: givenName, type: givenType } = optionsObject(given, where, KNOWN)
  const type = checkType(givenType, where)
  const entry = entryOf(type)
  const fields = optionsObject(given, where, ['name', 'type', ...entry.keys])
  const name = text(givenName, `${where}.name`, 'the name of a column')
  if (columns.some((column) => column.name === name)) {
    throw wrongValue('the name of a column that is no input', `${where}.name`, name)
  }
  return Object.freeze(entry.check(name, fields, where))
}

/** A saved target with its scaler or encoder, before `checkTarget`. */
export function restoreTarget(saved: unknown, where: string): unknown {
  if (typeof saved !== 'object' || saved === null) return saved
  return entryOf(checkType((saved as Given).type, where)).restore(saved as Given, where)
}

const checkType = (type: unknown, where: string): TargetType =>
  oneOf(type, `${where}.type`, 'the type of a target', TARGET_TYPES) as TargetType
