/** The option `checkpoint` of a fit. */
import { absolutePath } from '#files'
import { wrongType } from '../../checks/errors.js'
import { declareOptions } from '../../checks/places.js'
import type { Values } from '../../checks/registry.js'
import { optionsObject, optionValues } from '../../checks/validate.js'
import type { FileUse } from '../../files/access.js'
import type { Path } from '../../files/path-types.js'
import { type Configurable, integer, positive } from '../../kernels/option-table.js'

export const checkpointTable = {
  options: {
    /** A checkpoint is written each time this number of epochs has been trained. Default: epochs are not counted. */
    everyEpochs: integer(1, 1),
    /**
     * A checkpoint is written once this number of seconds has passed since the last one. Default 30 where `everyEpochs`
     * is not given; otherwise time is not counted.
     */
    everySeconds: positive(30),
    /** The number of files: `path` is the newest checkpoint, `path.1` the one before it, and so on. Default 1. */
    keep: integer(1, 1, 100),
  },
} as const satisfies Configurable

const NUMBERS = Object.keys(checkpointTable.options)
const KNOWN = ['path', ...NUMBERS]

const USE: FileUse = {
  what: 'The option checkpoint',
  instead: 'Leave it out, and store the parameters, optimizerState and epoch yourself.',
}

// Not `path`, which other objects of options have too.
declareOptions('checkpoint', NUMBERS)

export type CheckpointOptions = {
  /** The file. Its folder must exist. */
  path: Path
} & Values<(typeof checkpointTable)['options']>

/** The checked option. */
export interface CheckpointSettings {
  /** It does not depend on the current folder. */
  readonly path: string
  /** Null: epochs are not counted. */
  readonly everyEpochs: number | null
  /** Null: time is not counted. */
  readonly everySeconds: number | null
  readonly keep: number
}

/** @throws TypeError or RangeError that names what is wrong */
export function checkCheckpoint(given: unknown): CheckpointSettings {
  if (typeof given === 'string' || given instanceof URL) {
    throw wrongType('an object', 'checkpoint', given, 'Write checkpoint: { path }.')
  }
  const { options } = checkpointTable
  const fields = optionsObject(given, 'checkpoint', KNOWN)
  const path = absolutePath(fields.path, 'checkpoint.path', USE)
  const [everyEpochs, everySeconds, keep] = optionValues(fields, options, 'checkpoint')
  const counted = fields.everyEpochs !== undefined
  const timed = fields.everySeconds !== undefined || !counted
  return { path, everyEpochs: counted ? everyEpochs : null, everySeconds: timed ? everySeconds : null, keep }
}
