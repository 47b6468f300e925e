/** Packages that are loaded only where they are used, in browsers. */
import type { CsvParse, ProtobufWire } from './packages.js'

export const loadCsvParse = (): Promise<CsvParse> => import('csv-parse/browser/esm/sync')

export function loadProtobuf(): ProtobufWire {
  throw new Error(
    'toOnnx needs the package @bufbuild/protobuf, which a browser cannot load within a call. ' +
      "Pass it: toOnnx(network, { protobuf: await import('@bufbuild/protobuf/wire') }).",
  )
}
