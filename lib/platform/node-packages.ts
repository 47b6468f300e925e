/** Packages that are loaded only where they are used, in Node.js, Bun and Deno. */
import { join } from 'node:path'
import { cwd } from 'node:process'
import loader from './commonjs/addon.js'
import { requireAt } from './node-require.js'
import type { CsvParse, ProtobufWire } from './packages.js'

export const loadCsvParse = (): Promise<CsvParse> => import('csv-parse/sync')

export function loadProtobuf(): ProtobufWire {
  const name = '@bufbuild/protobuf'
  try {
    return requireHere(`${name}/wire`) as ProtobufWire
  } catch (error) {
    const message = `toOnnx needs the package ${name}, which could not be loaded. Install it: npm install ${name}`
    throw new Error(message, { cause: error })
  }
}

/** Loads a package as this file would; in a bundle of ES modules as one in the current folder. */
export const requireHere = (name: string): unknown => requireAt(join(loader.folder() ?? cwd(), 'index.js'))(name)
