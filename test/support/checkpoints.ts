/** Contents of checkpoints, and what is in the folders of their files. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import type { CheckpointContent } from '#lib/training/checkpoint/content.js'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { sameBits } from './bits.js'

/** A content with this number in all its parts; `length` values in its longest array. */
export const contentOf = (count: number, length = 5): CheckpointContent => ({
  identity: { format: 1, loss: 'meanSquaredError', x: { sha256: 'ab'.repeat(32) } },
  values: { count, stopped: null, shuffle: true },
  arrays: {
    parameters: new Float64Array(length).fill(count),
    state: Float64Array.of(-count, count),
    none: new Float64Array(0),
  },
})

export function sameContent(actual: CheckpointContent, expected: CheckpointContent): void {
  const { identity, values, arrays } = actual
  assert.deepEqual({ identity, values }, { identity: expected.identity, values: expected.values })
  assert.deepEqual(Object.keys(arrays), Object.keys(expected.arrays))
  for (const [name, array] of Object.entries(expected.arrays)) sameBits(arrays[name], array, name)
}

/** The number of a content of `contentOf`, which is whole. */
export function countOf(content: CheckpointContent): number {
  const count = content.values.count as number
  sameContent(content, contentOf(count, content.arrays.parameters.length))
  return count
}

/** Writes these contents with a writer each, as fits that continue from each other. */
export function writeAll(path: string, keep: number, counts: readonly number[]): void {
  for (const count of counts) new CheckpointWriter(path, keep).writeSync(contentOf(count))
}

/** The number of each file of a path; null where there is none. */
export const countsAt = (path: string, keep: number): (number | null)[] =>
  Array.from({ length: keep }, (_, age) => {
    const found = readCheckpointSync(age === 0 ? path : `${path}.${age}`, 1)
    return found === null ? null : countOf(found.content)
  })

/** The files of a folder with their bytes. */
export const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(`${folder}/${name}`, 'latin1')]),
  )
