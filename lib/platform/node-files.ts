/** The files of the package that are read at run time, beside the addon. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import loader from './commonjs/addon.js'
import { fetched } from './fetch.js'

export function wasmBytes(): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(loader.wasmPath()))
  } catch {
    return null
  }
}

/** A URL of another scheme than file: has at least two letters before its colon, a path of Windows only one. */
export async function bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(address) && !address.startsWith('file:')) return fetched(address)
  return new Uint8Array(await readFile(address.startsWith('file:') ? fileURLToPath(address) : address))
}
