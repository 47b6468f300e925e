/** The optional packages in Node.js, Bun and Deno. */
import { createRequire } from 'node:module'
import { type CsvParse, noCsvParse, type ProtobufWire } from './packages.js'

export async function loadCsvParse(): Promise<CsvParse> {
  try {
    return await import('csv-parse/sync')
  } catch (error) {
    // That of a CommonJS loader has no ERR_.
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw noCsvParse(error)
  }
}

export function loadProtobuf(): ProtobufWire {
  const name = '@bufbuild/protobuf'
  try {
    return createRequire(import.meta.url)(`${name}/wire`) as ProtobufWire
  } catch (error) {
    const message = `toOnnx needs the package ${name}, which could not be loaded. Install it: npm install ${name}`
    throw new Error(message, { cause: error })
  }
}
