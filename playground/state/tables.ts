/**
 * The library's tables of activations, losses, optimizers and schedules. They declare each option once, with default and
 * range: the checks and the controls are derived from them, so that a new entry needs no change here.
 */
import { activations } from '#lib/kernels/activations.js'
import { losses } from '#lib/kernels/losses.js'
import { optimizers } from '#lib/kernels/optimizers.js'
import type { OptionTable } from '#lib/kernels/option-table.js'
import { schedules } from '#lib/training/schedules.js'
import type { Named } from './settings.js'

/** The options of each entry, by its name. */
export type Table = Readonly<Record<string, OptionTable>>

const optionsOf = (entries: Readonly<Record<string, { readonly options: OptionTable }>>): Table =>
  Object.fromEntries(Object.entries(entries).map(([name, { options }]) => [name, options]))

const AUTO = { auto: {} } satisfies Table
const all = optionsOf(activations)
// An activation of whole rows can only be in the last layer.
const hidden = Object.fromEntries(
  Object.entries(activations).flatMap(([name, { kind }]) => (kind === 'unit' ? [[name, all[name]]] : [])),
)

export const TABLES = {
  activations: hidden,
  outputs: { ...AUTO, ...all },
  losses: { ...AUTO, ...optionsOf(losses) },
  optimizers: optionsOf(optimizers),
  schedules: optionsOf(schedules),
} satisfies Record<string, Table>

/** The option that is the length of a schedule. The playground has no last epoch, so it must be given. */
export const LENGTH = 'epochs'
const DEFAULT_LENGTH = 200

/** An entry as it is when it has just been chosen. */
export const chosen = (table: Table, name: string): Named =>
  LENGTH in table[name] ? { name, [LENGTH]: DEFAULT_LENGTH } : { name }
