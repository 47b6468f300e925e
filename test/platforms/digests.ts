/**
 * Digests of one list of trainings on every backend that is available, for the comparison of platforms
 * (`npm run test:platforms`). It imports the package as a user does, and nothing of Node.js: it runs in pages and Workers.
 */
import { backends } from 'lockstep-nn'
import { bytesOf } from './result-bytes.js'
import { trainings } from './trainings.js'

const DIGEST_LENGTH = 16

/** The digests of one backend, by training. */
export interface BackendDigests {
  readonly name: string
  readonly digests: Readonly<Record<string, string>>
}

/** The first 16 digits of the SHA-256 of some bytes. */
export async function shortDigest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes)
  const digits = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.slice(0, DIGEST_LENGTH)
}

/** Runs all trainings with a backend. */
export async function digestsOf(name: string): Promise<BackendDigests> {
  const digests: Record<string, string> = {}
  for (const [title, training] of trainings()) digests[title] = await shortDigest(bytesOf(await training(name)))
  return { name, digests }
}

/** Runs all trainings with each available backend, best first, or with the best one only. */
export async function allDigests({ isBest = false } = {}): Promise<readonly BackendDigests[]> {
  const names = backends().flatMap(({ name, available }) => (available ? [name] : []))
  const all: BackendDigests[] = []
  for (const name of isBest ? names.slice(0, 1) : names) all.push(await digestsOf(name))
  return all
}

/** Why each backend that is not available is not. */
export const reasons = (): Readonly<Record<string, string>> =>
  Object.fromEntries(backends().flatMap(({ name, available, reason }) => (available ? [] : [[name, reason ?? '']])))
