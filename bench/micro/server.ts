/**
 * `npm run bench:server`: a thousand trainings that begin at once in a process with an HTTP server, which another process
 * asks every two milliseconds. The response times with and without the trainings, and how long it takes to start them.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { backends, type FitOptions, Network, Trainer } from 'lockstep-nn'
import { max, quantile } from 'simple-statistics'
import { chooseBackend } from '#lib/backend/choose.js'
import { implementations } from '../harness/backends.js'
import { benchCommand, shared, whole } from '../harness/options.js'
import { LineProcess } from '../harness/process.js'
import { runTableBench, type TableOptions } from '../harness/report.js'

const SAMPLES = 200
const INPUTS = 4
const EVERY_MS = 2
const X = Float64Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i))
const Y = Float64Array.from({ length: SAMPLES * 2 }, (_, i) => Math.cos(i) ** 2)

const networkOf = (seed: number): Network =>
  new Network({
    inputs: INPUTS,
    layers: [{ units: 16, activation: 'tanh' }, { units: 16, activation: 'tanh' }, { units: 2 }],
    seed,
  })
const trainersOf = (fits: number, backend: string): Trainer[] =>
  Array.from({ length: fits }, (_, seed) => {
    return new Trainer(networkOf(seed), { loss: 'meanSquaredError', optimizer: 'adam', backend })
  })
const digestsOf = (trainers: readonly Trainer[]): string[] => trainers.map(({ network }) => network.digest())

/** Answers each request with a prediction. */
async function serve(): Promise<Server> {
  const network = networkOf(0)
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify([...network.predict(X.subarray(0, INPUTS))]))
  })
  // Otherwise it could close a connection that the client is about to use again.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** What the client has measured since the last call. */
const timesOf = async (client: LineProcess): Promise<number[]> => (await client.askJson({})).times as number[]

interface Row {
  readonly backend: string
  readonly trainings: number
  /** The milliseconds until all calls of `fit` have returned, and until all trainings have ended. */
  readonly started: number | null
  readonly total: number | null
  readonly requests: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const rowOf = (backend: string, trainings: number, took: Pick<Row, 'started' | 'total'>, times: number[]): Row => ({
  backend,
  trainings,
  ...took,
  requests: times.length,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  max: max(times),
})

interface Own {
  readonly fits: number
  readonly epochs: number
  readonly seconds: number
}

/** Trains while the client asks. Returns the row, and whether all digests are the expected ones. */
async function train(client: LineProcess, backend: string, digests: string[], { fits, epochs, seconds }: Own) {
  const options: FitOptions = { epochs }
  // Compiled and loaded, as in a server that has trained before.
  for (const trainer of trainersOf(10, backend)) await trainer.fit(X, Y, { epochs: 1 })
  const trainers = trainersOf(fits, backend)
  await sleep(seconds * 100)
  await timesOf(client)
  const begun = performance.now()
  const trained = trainers.map((trainer) => trainer.fit(X, Y, options))
  const started = performance.now() - begun
  await Promise.all(trained)
  const total = performance.now() - begun
  // The requests that are not answered yet.
  await sleep(10 * EVERY_MS)
  const times = await timesOf(client)
  const same = digestsOf(trainers).every((digest, i) => digest === digests[i])
  return { row: rowOf(backend, fits, { started, total }, times), same }
}

async function measure(own: Own) {
  const { name } = chooseBackend('auto').backend
  const references = trainersOf(own.fits, name)
  for (const trainer of references) trainer.fitSync(X, Y, { epochs: own.epochs })
  const digests = digestsOf(references)
  const server = await serve()
  const { port } = server.address() as AddressInfo
  const program = fileURLToPath(new URL('server-client.js', import.meta.url))
  const client = new LineProcess('the client', process.execPath, [program, String(port), String(EVERY_MS)])
  const rows: Row[] = []
  const differing: string[] = []
  try {
    // Its first requests are slow.
    await sleep(own.seconds * 500)
    await timesOf(client)
    await sleep(own.seconds * 1000)
    rows.push(rowOf('–', 0, { started: null, total: null }, await timesOf(client)))
    for (const backend of new Set([name, ...implementations(backends())])) {
      const { row, same } = await train(client, backend, digests, own)
      rows.push(row)
      if (!same) differing.push(backend)
    }
  } finally {
    await client.close()
    server.closeAllConnections()
    server.close()
  }
  return { rows, differing }
}

const command = benchCommand(
  'bench:server',
  'Measures the response times of an HTTP server whose process trains many networks at once.',
)
  .option('--fits <n>', 'trainings that begin at once', whole(1, 100_000), 1000)
  .addOption(shared.epochs(100, 1_000_000))
  .addOption(shared.seconds(5, 600, 'how long the server is asked without trainings'))
const quick = { quick: { fits: 20, epochs: 5, seconds: 0.2 }, quickHelp: 'few and short trainings' }

await runTableBench(command, quick, async (options: TableOptions<Own>) => {
  const { rows, differing } = await measure(options)
  const ms = (value: number | null): string => (value === null ? '–' : value.toFixed(value < 100 ? 2 : 0))
  return {
    title: `Milliseconds: the responses of a server whose process trains networks of 4-16-16-2 for ${options.epochs} epochs`,
    rows,
    columns: [
      ['fits', 'right', ({ trainings }) => String(trainings)],
      ['backend', 'left', ({ backend }) => backend],
      ['started', 'right', ({ started }) => ms(started)],
      ['total', 'right', ({ total }) => ms(total)],
      ['asked', 'right', ({ requests }) => String(requests)],
      ['p50', 'right', ({ p50 }) => ms(p50)],
      ['p99', 'right', ({ p99 }) => ms(p99)],
      ['max', 'right', (row) => ms(row.max)],
    ],
    notes: [
      differing.length === 0
        ? 'All networks have the bits of fitSync.'
        : `Networks differ from those of fitSync: ${differing.join(', ')}.`,
    ],
    failed: differing.length > 0,
  }
})
