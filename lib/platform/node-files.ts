/** The files of the package that are read at run time, beside the addon. */
import { readFileSync } from 'node:fs'
import loader from './commonjs/addon.js'

export function wasmBytes(): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(loader.wasmPath()))
  } catch {
    return null
  }
}
