/** The server of docs/server.md, on loopback: it trains, predicts, cancels, refuses and goes on after a restart. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Network, Trainer } from 'lockstep-nn'
import { ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { implementations } from '../support/paths.js'

const x = Array.from({ length: 100 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const y = x.map(([a, b]) => [a * b])
/** Some minutes. */
const LONG = { x, y, epochs: 10_000_000, batchSize: 10 }

interface Event {
  readonly name: string
  readonly data: Record<string, unknown>
}

class RunningServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: string,
  ) {}

  static async start(folder: string, backend: string, running: ChildProcess[]): Promise<RunningServer> {
    const program = join(ROOT, 'out', 'examples', 'server.js')
    const child = spawn(process.execPath, [program, '0', folder], {
      env: { ...process.env, LOCKSTEP_BACKEND: backend },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.push(child)
    const [port] = await once(createInterface({ input: child.stdout! }), 'line')
    return new RunningServer(child, port)
  }

  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; value: Record<string, unknown> }> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, body: text })
    return { status: response.status, value: (await response.json()) as Record<string, unknown> }
  }

  async train(body: unknown): Promise<string> {
    const { status, value } = await this.ask('POST', '/train', body)
    assert.deepEqual([status, Object.keys(value)], [202, ['id']])
    return value.id as string
  }

  async *events(id: string): AsyncGenerator<Event, void> {
    const response = await fetch(`http://127.0.0.1:${this.port}/train/${id}/events`)
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
        if (name !== undefined) yield { name, data: JSON.parse(data) }
        text = text.slice(end + 2)
      }
    }
  }

  /** The last event of a training. */
  async lastEvent(id: string): Promise<Event> {
    const events: Event[] = []
    for await (const event of this.events(id)) events.push(event)
    return events.at(-1)!
  }

  /** The epoch of the first progress of a training; the connection is closed then. */
  async firstEpoch(id: string): Promise<number> {
    for await (const { name, data } of this.events(id)) {
      assert.equal(name, 'progress')
      return data.epoch as number
    }
    throw new Error('no progress')
  }

  /** Resolves to the status and the signal with which it ends. */
  async stop(): Promise<[number | null, string | null]> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const [status, signal] = await ended
    return [status, signal]
  }
}

const expected = process.platform === 'win32' ? [null, 'SIGTERM'] : [0, null]

describe('the server of the documentation', () => {
  const folder = folderOf()
  const running: ChildProcess[] = []
  after(() => {
    for (const child of running) child.kill('SIGKILL')
  })

  it('is shown whole on its page', () => {
    const page = readFileSync(join(ROOT, 'docs', 'server.md'), 'utf8')
    const program = readFileSync(join(ROOT, 'examples', 'server.ts'), 'utf8')
    assert.ok(page.includes(`\`\`\`ts fragment\n${program}\`\`\`\n`), 'docs/server.md differs from examples/server.ts')
  })

  for (const backend of implementations) {
    const own = () => join(folder(), backend.replace('/', '-'))

    it(`trains, reports progress, predicts meanwhile and cancels, on ${backend}`, async () => {
      const server = await RunningServer.start(own(), backend, running)
      assert.equal((await server.ask('POST', '/predict', { x })).status, 409)

      const id = await server.train({ x, y, epochs: 20, batchSize: 10 })
      const network = new Network({ inputs: 2, layers: [{ units: 16, activation: 'tanh' }, { units: 1 }], seed: 1 })
      const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend: 'typescript' })
      const history = trainer.fitSync(x, y, { epochs: 20, batchSize: 10 })
      const data = { stopped: 'epochs', epochs: 20, loss: history.loss.at(-1), digest: network.digest() }
      assert.deepEqual(await server.lastEvent(id), { name: 'end', data })

      const long = await server.train(LONG)
      assert.ok((await server.firstEpoch(long)) >= 0)
      const end = server.lastEvent(long)
      const { status, value } = await server.ask('POST', '/predict', { x })
      assert.deepEqual([status, value], [200, { predictions: [...network.predict(x)] }])
      assert.deepEqual(await server.ask('DELETE', `/train/${long}`), { status: 200, value: {} })
      assert.equal((await end).name, 'end')
      assert.equal((await end).data.stopped, 'aborted')
      // Those who come later get the last event too.
      assert.deepEqual(await server.lastEvent(long), await end)
      assert.deepEqual(readdirSync(own()), ['network'])
      assert.deepEqual(await server.stop(), expected)
    })

    it(`goes on with its trainings after a restart, on ${backend}`, async () => {
      const first = await RunningServer.start(own(), backend, running)
      const id = await first.train(LONG)
      const before = await first.firstEpoch(id)
      assert.deepEqual(await first.stop(), expected)

      const second = await RunningServer.start(own(), backend, running)
      const after = await second.firstEpoch(id)
      // Where there is no SIGTERM, the server has ended without a checkpoint.
      if (process.platform !== 'win32') assert.ok(after >= before, `${after} after ${before}`)
      assert.equal((await second.ask('POST', '/predict', { x: x.slice(0, 1) })).status, 200)
      assert.equal((await second.ask('DELETE', `/train/${id}`)).status, 200)
      assert.deepEqual(readdirSync(own()), ['network'])
      assert.deepEqual(await second.stop(), expected)
    })
  }

  it('refuses wrong bodies with the messages of the library, and writes nothing', async () => {
    const refused = join(folder(), 'refused')
    const server = await RunningServer.start(refused, 'typescript', running)
    const wrong: [body: unknown, status: number, message: RegExp][] = [
      ['{"x": [', 400, /JSON/],
      ['null', 400, /^Expected .* for x but received undefined/],
      [{ x }, 400, /^Expected .* for y but received undefined/],
      [{ x: [[1]], y: [[1]] }, 400, /^Expected .* for x/],
      [{ x, y: y.slice(1) }, 400, /^Expected .* for y/],
      [{ x: [[1, 'a']], y: [[1]] }, 400, /^Expected .* for x\[0\]\[1\]/],
      [{ x, y, epochs: 0 }, 400, /^Expected .* for epochs but received 0/],
      [{ x, y, batchSize: 'many' }, 400, /^Expected .* for batchSize/],
      [{ x, y, epochs: 2 ** 30 }, 400, /^Expected a training in 268435456 bytes but it needs \d+/],
      [' '.repeat(2 ** 20 + 1), 413, /^Expected a body of at most 1048576 bytes but received 1048577/],
    ]
    for (const [body, status, message] of wrong) {
      const answer = await server.ask('POST', '/train', body)
      assert.equal(answer.status, status, JSON.stringify(answer.value))
      assert.match(answer.value.error as string, message)
    }
    for (const [method, path] of [
      ['GET', '/train'],
      ['DELETE', '/train/none'],
      ['GET', '/train/none/events'],
      ['POST', '/train/none/events'],
    ]) {
      assert.equal((await server.ask(method, path)).status, 404)
    }
    assert.deepEqual(readdirSync(refused), [])
    const id = await server.train({ x: [[0, 1]], y: [[1]] })
    assert.equal((await server.lastEvent(id)).name, 'end')
    const answer = await server.ask('POST', '/predict', { x: [[1]] })
    assert.equal(answer.status, 400)
    assert.match(answer.value.error as string, /^Expected .* for x/)
    assert.deepEqual(await server.stop(), expected)
  })
})
