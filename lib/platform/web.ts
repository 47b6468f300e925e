/** The platform in browsers, workers, and every host without the interfaces of Node.js. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { AddonFile, OpenedAddon, Sha256 } from './platform.js'

export { fetched as bytesAt } from './fetch.js'
export type { Sha256 } from './platform.js'
export { wasmUrl } from './wasm-url.js'

export const PLATFORM: string = 'the web'

/** That of V8, the shortest of the engines in use. */
export const MAX_STRING_LENGTH: number = 2 ** 29 - 24

export const environmentVariable = (_name: string): string | undefined => undefined

export function processors(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } }
  return navigator?.hardwareConcurrency ?? 1
}

export function newSha256(): Sha256 {
  const hash = sha256.create()
  return {
    update(piece) {
      hash.update(typeof piece === 'string' ? utf8ToBytes(piece) : piece)
      return this
    },
    digest: () => hash.digest(),
    hex: () => bytesToHex(hash.digest()),
  }
}

/** The bytes of a piece of base64: a multiple of 3, and few enough for the arguments of a call. */
const PIECE = 3 * 2 ** 12

export function base64OfBytes(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))))
  }
  return pieces.join('')
}

export function readBase64(text: string, bytes: Uint8Array): void {
  const letters = (PIECE / 3) * 4
  for (let from = 0, at = 0; from < text.length; from += letters, at += PIECE) {
    const piece = atob(text.slice(from, from + letters))
    for (let i = 0; i < piece.length; i++) bytes[at + i] = piece.charCodeAt(i)
  }
}

/** An end of a channel. `ref` and `unref` are Node's, where an open channel keeps the process alive. */
interface Port {
  onmessage: (() => void) | null
  postMessage(message: null): void
  ref?(): void
  unref?(): void
}

interface Channel {
  readonly port1: Port
  readonly port2: Port
}

const { MessageChannel, setTimeout } = globalThis as unknown as {
  MessageChannel?: new () => Channel
  setTimeout(run: () => void): unknown
}

// In the order of their turns.
const waiting: (() => void)[] = []
let channel: Channel | null = null

/** By a message where that is possible: browsers delay nested timeouts by 4 ms, and those of a hidden page by a second. */
export function nextTurn(run: () => void): void {
  if (MessageChannel === undefined) {
    setTimeout(run)
    return
  }
  waiting.push(run)
  channel ??= openChannel(new MessageChannel())
  channel.port1.ref?.()
  channel.port2.postMessage(null)
}

function openChannel(opened: Channel): Channel {
  opened.port1.onmessage = () => {
    const run = waiting.shift()
    if (waiting.length === 0) opened.port1.unref?.()
    run?.()
  }
  return opened
}

export const openAddon = (_file: AddonFile | null): OpenedAddon => ({
  addon: null,
  reason: 'native addons need Node.js, Bun or Deno.',
})

export const wasmBytes = (): Uint8Array<ArrayBuffer> | null => null
