/** A search by a queue in a process of its own, to be killed. Argument: its settings as JSON. Prints a line for each batch. */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { search } from 'lockstep-nn/search'
import { SearchQueue } from '#lib/search/queue/queue.js'
import { arrayStudy, SHORT } from './queue-studies.js'

const { connection, name, epochs, journal } = JSON.parse(process.argv[2]) as {
  connection: string
  name: string
  epochs: number
  journal?: string
}
const study = await search({
  ...arrayStudy(epochs, journal === undefined ? {} : { journal }),
  on: new SearchQueue({ connection, name }, SHORT),
  onProgress: ({ trials }) => void writeSync(1, `${trials}\n`),
})
writeSync(1, `${study.digest()}\n`)
