/** The file of a space: options of Model.fit as JSON, with parameters in place of some values. */
import { readFile } from 'node:fs/promises'
import { spaceFromJson } from '../../search/space/json.js'
import { fileStats } from './source.js'

export interface SpaceOptions {
  /** The path of the file. */
  readonly path: string
  /** The options. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Options that the command line has itself. */
const FLAGS: Readonly<Record<string, string>> = {
  target: 'Name it by --target.',
  validation: 'Use --validation or --folds.',
  seed: 'Use --seed.',
}

/** @throws Error for a file that is missing, is no JSON, or has no space */
export async function readSpaceFile(path: string): Promise<SpaceOptions> {
  fileStats(path)
  const text = await readFile(path, 'utf8')
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}.`, { cause: error })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error(
      `${path} is not an object with options of Model.fit, such as { "hidden": { "$choice": [[8], [16]] } }.`,
    )
  }
  for (const [name, remedy] of Object.entries(FLAGS)) {
    if (Object.hasOwn(json, name)) throw new Error(`${path} has ${name}, which is no part of the space. ${remedy}`)
  }
  try {
    return { path, options: spaceFromJson(json, 'space') as SpaceOptions['options'] }
  } catch (error) {
    throw spaceWords(error, { path })
  }
}

/** An error about a space, in the words of its file: that has the options of Model.fit alone. */
export function spaceWords(error: unknown, file: Pick<SpaceOptions, 'path'> | null): unknown {
  if (!(error instanceof Error)) return error
  const message = error.message.replaceAll(/\bspace\.model\b/g, 'space')
  if (file === null && message === error.message) return error
  return new Error(file === null ? message : `${file.path}: ${message}`, { cause: error })
}
