/** Packages that are loaded only where they are used, in Node.js, Bun and Deno. */
import { requireHere } from './node-require.js'
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
