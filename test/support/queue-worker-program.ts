/** A worker of a queue in a process of its own. Argument: its settings as JSON. Prints a line at the start and for each batch. */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { runWorker } from 'lockstep-nn/search'
import { SearchQueue } from '#lib/search/queue/queue.js'
import { SHORT } from './queue-studies.js'

const { connection, name, worker } = JSON.parse(process.argv[2]) as Record<string, string>
const controller = new AbortController()
process.on('SIGTERM', () => controller.abort())
writeSync(1, 'started\n')
await runWorker(new SearchQueue({ connection, name }, SHORT), {
  name: worker,
  threads: 1,
  signal: controller.signal,
  onBatch: ({ state, number }) => void writeSync(1, `${state} ${number}\n`),
})
