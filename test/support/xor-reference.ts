/** The original program's results for its ten seeds: see `about` in the file. */
import { readFileSync } from 'node:fs'

interface ReferenceRun {
  seed: number
  initial: string[]
  final: string[]
  loss: number
  predictions: number[]
}

const file = new URL('../../../test/fixtures/xor-reference.json', import.meta.url)

export const reference = JSON.parse(readFileSync(file, 'utf8')) as { about: string; runs: ReferenceRun[] }
