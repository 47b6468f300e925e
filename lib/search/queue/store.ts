/** Texts on the server of a queue, by their digests: each is there once, compressed and in pieces. */

import { base64OfBytes, readBase64 } from '#platform'
import { compressed, decompressed } from '#queue'
import type { BullJob } from '../../platform/queue.js'
import type { QueueServerLink } from './server.js'
import { digestOfText, type StoredText } from './study-text.js'

/** The letters of a piece. */
const PIECE = 4 * 2 ** 20

interface Head {
  readonly pieces: number
  /** The bytes of the compressed text. */
  readonly bytes: number
}

const pieceId = (digest: string, piece: number): string => `${digest}-${piece}`

/** Stores a text. The head is last: where it is, the pieces were too. */
export async function putText(link: QueueServerLink, { text, digest }: StoredText): Promise<void> {
  const bytes = await compressed(text)
  const base64 = base64OfBytes(bytes)
  const pieces = Math.ceil(base64.length / PIECE)
  for (let piece = 0; piece < pieces; piece++) {
    const part = base64.slice(piece * PIECE, (piece + 1) * PIECE)
    await link.attempt(() => link.data.add('piece', { part }, { jobId: pieceId(digest, piece) }))
  }
  const head: Head = { pieces, bytes: bytes.length }
  await link.attempt(() => link.data.add('text', head, { jobId: digest }))
}

export const hasText = async (link: QueueServerLink, digest: string): Promise<boolean> =>
  (await link.attempt(() => link.data.getJob(digest))) !== undefined

/**
 * A stored text; null where the server does not have all of it.
 * @throws (the promise is rejected) Error for one that is not what was stored
 */
export async function getText(link: QueueServerLink, digest: string): Promise<string | null> {
  const data = async (id: string): Promise<unknown> =>
    ((await link.attempt(() => link.data.getJob(id))) as BullJob | undefined)?.data
  const head = (await data(digest)) as Head | undefined
  if (head === undefined) return null
  const parts: string[] = []
  for (let piece = 0; piece < head.pieces; piece++) {
    const found = (await data(pieceId(digest, piece))) as { part: string } | undefined
    if (found === undefined) return null
    parts.push(found.part)
  }
  const bytes = new Uint8Array(head.bytes)
  readBase64(parts.join(''), bytes)
  const text = await decompressed(bytes).catch(() => '')
  const found = digestOfText(text)
  if (found !== digest) {
    throw new Error(
      `Data of the queue is damaged: its digest is ${found} and should be ${digest}. Start the search again.`,
    )
  }
  return text
}

export async function removeText(link: QueueServerLink, digest: string): Promise<void> {
  const head = (await link.attempt(() => link.data.getJob(digest)))?.data as Head | undefined
  await link.attempt(() => link.data.remove(digest))
  for (let piece = 0; piece < (head?.pieces ?? 0); piece++) {
    await link.attempt(() => link.data.remove(pieceId(digest, piece)))
  }
}

/** The jobs that are removed at once. */
const MANY = 10_000

/** Removes texts that no search has removed. */
export const removeOldTexts = (link: QueueServerLink, age: number): Promise<string[]> =>
  link.attempt(() => link.data.clean(age, MANY, 'wait'))
