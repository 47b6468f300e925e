/** A server that trains. `server.js PORT FOLDER`: a restart continues the trainings in FOLDER that have not ended. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Network, Trainer } from 'lockstep-nn'

const [port = '8080', folder = 'trainings'] = process.argv.slice(2)
const [MAX_BODY, MAX_MEMORY, MAX_TRAININGS] = [2 ** 20, 2 ** 28, 100]
const pathOf = (name: string): string => join(folder, name)
/** Writes a small file whole or not at all. */
function save(name: string, text: string): void {
  writeFileSync(pathOf(`${name}.tmp`), text)
  renameSync(pathOf(`${name}.tmp`), pathOf(name))
}

mkdirSync(folder, { recursive: true })
const trainings = new Map<
  string,
  { controller: AbortController; listeners: Set<ServerResponse>; event: string; ended: Promise<void> }
>()
// Predictions are those of the network whose training ended last.
let current = existsSync(pathOf('network')) ? Network.fromJSON(readFileSync(pathOf('network'), 'utf8')) : null
let isClosing = false

/** An error for the client, with the status of its response. */
const refusal = (status: number, message: string) => Object.assign(new Error(message), { status })
/** For what fails by what the client sent only: the library checks all arguments before it begins. */
const refuse = (error: Error & { status?: number }): never => {
  throw refusal(error.status ?? 400, error.message)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= MAX_BODY) chunks.push(chunk)
  }
  if (bytes > MAX_BODY) throw refusal(413, `Expected a body of at most ${MAX_BODY} bytes but received ${bytes}.`)
  return Buffer.concat(chunks).toString()
}

function prepare(body: string) {
  // Options are taken one by one: the path of a checkpoint, for example, is not the client's choice.
  const { x, y, epochs, batchSize } = Object(JSON.parse(body))
  const options = { epochs, batchSize }
  const network = new Network({ inputs: 2, layers: [{ units: 16, activation: 'tanh' }, { units: 1 }], seed: 1 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })
  trainer.check(x, y, options)
  const bytes = trainer.memoryRequired(x.length, options)
  if (bytes > MAX_MEMORY) throw new RangeError(`Expected a training in ${MAX_MEMORY} bytes but it needs ${bytes}.`)
  return { body, trainer, x, y, options }
}

function start(id: string, { trainer, x, y, options }: ReturnType<typeof prepare>) {
  const [controller, listeners] = [new AbortController(), new Set<ServerResponse>()]
  const training = { controller, listeners, event: '', ended: Promise.resolve() }
  trainings.set(id, training)
  const send = (event: string, data: object): void => {
    training.event = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    // A client that reads slowly misses some progress.
    for (const one of listeners) if (event !== 'progress' || !one.writableNeedDrain) one.write(training.event)
  }
  const train = async (): Promise<void> => {
    const checkpoint = { path: pathOf(`${id}.checkpoint`), everySeconds: 10 }
    const onProgress = (progress: object): void => send('progress', progress)
    const given = { ...options, signal: controller.signal, onProgress, checkpoint }
    const { stopped, loss } = await trainer.fit(x, y, given)
    if (stopped !== 'aborted') {
      current = trainer.network
      save('network', JSON.stringify(current))
    }
    send('end', { stopped, epochs: loss.length, loss: loss.at(-1), digest: trainer.network.digest() })
  }
  const end = (): void => {
    // Until then its last event can be read.
    setTimeout(() => trainings.delete(id), 60_000).unref()
    // What a closing server aborts goes on at the next start.
    if (isClosing && controller.signal.aborted) return
    for (const name of [`${id}.json`, `${id}.checkpoint`]) rmSync(pathOf(name), { force: true })
  }
  training.ended = train()
    .catch((error: Error) => send('failed', { message: error.message }))
    .finally(end)
}

/** The status and the body of a response; null where it is written already. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<[number, object] | null> {
  const { method, url = '' } = request
  const [, id = '', events] = /^\/train\/([\w-]+)(\/events)?$/.exec(url) ?? []
  const training = trainings.get(id)
  const network = current
  if (method === 'POST' && url === '/train') {
    const prepared = await bodyOf(request).then(prepare).catch(refuse)
    if (trainings.size >= MAX_TRAININGS || isClosing) throw refusal(503, 'No further training can begin now.')
    const name = randomUUID()
    save(`${name}.json`, prepared.body)
    start(name, prepared)
    return [202, { id: name }]
  }
  if (method === 'POST' && url === '/predict') {
    const body = await bodyOf(request).then(JSON.parse).catch(refuse)
    if (network === null) throw refusal(409, 'No training has ended yet.')
    return [200, { predictions: [...(await network.predictAsync(Object(body).x).catch(refuse))] }]
  }
  if (method === 'DELETE' && training !== undefined && events === undefined) {
    training.controller.abort()
    await training.ended
    return [200, {}]
  }
  if (method !== 'GET' || training === undefined || events === undefined)
    throw refusal(404, `No ${method} ${url} here.`)
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(training.event)
  training.listeners.add(response)
  response.on('close', () => training.listeners.delete(response))
  training.ended.then(() => response.end())
  return null
}

const server = createServer(async (request, response) => {
  const written = await answer(request, response).catch((error): [number, object] => {
    if (error.status === undefined) console.error(error)
    return [error.status ?? 500, { error: error.status === undefined ? 'The server failed.' : error.message }]
  })
  if (written === null) return
  response.writeHead(written[0], { 'content-type': 'application/json' }).end(JSON.stringify(written[1]))
})
process.once('SIGTERM', async () => {
  isClosing = true
  server.close()
  for (const { controller } of trainings.values()) controller.abort()
  await Promise.all([...trainings.values()].map(({ ended }) => ended))
  server.closeAllConnections()
})
for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
  start(name.replace('.json', ''), prepare(readFileSync(pathOf(name), 'utf8')))
}
server.listen(Number(port), '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
