/** The files of the package that are read at run time: the addon and the WebAssembly module. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { fetched } from './fetch.js'
import type { OpenedAddon } from './platform.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export function openAddon(check: (addon: unknown) => void): OpenedAddon {
  const path = process.env.LOCKSTEP_ADDON ?? ''
  try {
    const require = createRequire(import.meta.url)
    const addon = (path === '' ? require('node-gyp-build')(root) : require(resolve(path))) as object
    check(addon)
    return { addon }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    const reason =
      path === ''
        ? `no native binary could be loaded for ${process.platform}-${process.arch} (${why}). ` +
          'Reinstall lockstep-nn, or build it in a checkout with "npm run build".'
        : `LOCKSTEP_ADDON=${path} could not be loaded (${why}). ` +
          'Set LOCKSTEP_ADDON to the path of a lockstep_nn.node, or do not set it.'
    return { addon: null, reason }
  }
}

export function wasmBytes(): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(join(root, 'dist', 'lockstep_nn.wasm')))
  } catch {
    return null
  }
}

/** A URL of another scheme than file: has at least two letters before its colon, a path of Windows only one. */
export async function bytesOf(address: string): Promise<Uint8Array<ArrayBuffer>> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(address) && !address.startsWith('file:')) return fetched(address)
  return new Uint8Array(await readFile(address.startsWith('file:') ? fileURLToPath(address) : address))
}
