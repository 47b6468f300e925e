/** The optional packages in browsers. */
import { type CsvParse, noCsvParse, type ProtobufWire } from './packages.js'

/** Bundlers accept a missing package in an import that is within `try`. */
export async function loadCsvParse(): Promise<CsvParse> {
  try {
    return await import('csv-parse/browser/esm/sync')
  } catch (error) {
    throw noCsvParse(error)
  }
}

export function loadProtobuf(): ProtobufWire {
  throw new Error(
    'toOnnx needs the package @bufbuild/protobuf, which a browser cannot load within a call. ' +
      "Pass it: toOnnx(network, { protobuf: await import('@bufbuild/protobuf/wire') }).",
  )
}
