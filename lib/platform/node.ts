/** The platform in Node.js, Bun and Deno. */
import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { setImmediate } from 'node:timers'
import type { Sha256 } from './platform.js'

export { openAddon } from './node-addon.js'
export { bytesAt, wasmBytes } from './node-files.js'
export type { Sha256 } from './platform.js'

export const PLATFORM: string = `${process.platform}-${process.arch}`

export const MAX_STRING_LENGTH: number = constants.MAX_STRING_LENGTH

export function environmentVariable(name: string): string | undefined {
  try {
    return process.env[name]
  } catch {
    // Deno without --allow-env.
    return undefined
  }
}

export const processors = (): number => availableParallelism()

export function newSha256(): Sha256 {
  const hash = createHash('sha256')
  return {
    update(piece) {
      hash.update(piece)
      return this
    },
    digest: () => new Uint8Array(hash.digest()),
    hex: () => hash.digest('hex'),
  }
}

export const base64OfBytes = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

export function readBase64(text: string, { buffer, byteOffset, byteLength }: Uint8Array): void {
  Buffer.from(buffer, byteOffset, byteLength).write(text, 'base64')
}

export const nextTurn = (run: () => void): void => void setImmediate(run)

export const wasmUrl = (): string | null => null
