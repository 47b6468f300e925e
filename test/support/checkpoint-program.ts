/** Writes one checkpoint after the other, until it is killed; prints the number of each one that is written. */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { contentOf } from './checkpoints.js'

const [path, keep, first, isAsync] = process.argv.slice(2)
const writer = new CheckpointWriter(path, Number(keep))
for (let count = Number(first); ; count++) {
  const content = contentOf(count, 20_000)
  if (isAsync === 'true') await writer.write(content)
  else writer.writeSync(content)
  writeSync(1, `${count}\n`)
}
