/**
 * Appends the batches of a study in an order of its own, each at a random moment; prints a line after each. Arguments: the
 * path, the number of batches, the trials of each, the grace period, and the first batch, after which the others follow.
 */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { openJournal } from '#lib/search/journal/index.js'
import { batchOf, STUDY } from './journals.js'

const [path, ...numbers] = process.argv.slice(2)
const [batches, size, grace, first] = numbers.map(Number)
process.on('warning', ({ name }) => {
  if (name !== 'JournalWarning') throw new Error(`Unexpected warning ${name}`)
})
process.removeAllListeners('warning')
const journal = await openJournal(path, STUDY, { grace })
for (let i = 0; i < batches; i++) {
  await delay(5 * Math.random())
  const { added } = await journal.append(batchOf((first + i) % batches, size))
  writeSync(1, `${added}\n`)
}
