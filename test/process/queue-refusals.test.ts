/** Queues that cannot be used, workers that lie, and searches that end early. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { runWorker, type SearchProgress, search } from 'lockstep-nn/search'
import { loadBullmq } from '#lib/platform/node-queue.js'
import type { BullProcessor, BullQueue } from '#lib/platform/queue.js'
import { answerText, headOf } from '#lib/search/queue/job-text.js'
import { SearchQueue } from '#lib/search/queue/queue.js'
import { errorOf } from '../support/error-of.js'
import { queueServer, startRedis } from '../support/queue-servers.js'
import { arrayStudy, assertSameStudy, localStudy, SHORT } from '../support/queue-studies.js'
import { testQueue, withWorkers } from '../support/queue-workers.js'

const SMALL = arrayStudy(8)

describe('a queue that cannot be used', () => {
  it('is an error of search and of runWorker that names the server, and not the password', async () => {
    const limits = { ...SHORT, connect: 400 }
    for (const connection of ['redis://user:secret@127.0.0.1:1', 'postgres://user:secret@127.0.0.1:1/db']) {
      const queue = new SearchQueue({ connection }, limits)
      for (const work of [() => search({ ...SMALL, on: queue }), () => runWorker(queue)]) {
        const error = (await errorOf(work)) as Error
        assert.match(
          error.message,
          /^The server \S+127\.0\.0\.1:1\S* of the queue was not reached within 0\.4 s: .*ECONNREFUSED/,
        )
        assert.doesNotMatch(`${error.message}${error.stack}`, /secret/)
      }
    }
  })
})

describe('a queue on Redis', function () {
  this.timeout(30_000)
  const server = queueServer('redis', startRedis)

  const queueOf = (name: string, verify = 0) => testQueue(server().url, name, verify)

  /** Waits until a search has added jobs. */
  const untilJobs = (url: string, name: string) =>
    inQueue(
      name,
      async (raw) => {
        while (Object.values(await raw.getJobCounts()).every((count) => count === 0)) await delay(20)
      },
      url,
    )

  /** Work with a queue of BullMQ, without this library. */
  async function inQueue<Result>(
    name: string,
    work: (queue: BullQueue & Counted) => Promise<Result>,
    url = server().url,
  ): Promise<Result> {
    const { connection } = testQueue(url, name)
    const opened = new (loadBullmq('redis').Queue)(name, { connection: connection.options })
    try {
      return await work(opened as BullQueue & Counted)
    } finally {
      await opened.close()
    }
  }

  interface Counted {
    getJobCounts(): Promise<Record<string, number>>
    obliterate(options: object): Promise<void>
    getWaiting(): Promise<readonly Piece[]>
  }

  interface Piece {
    readonly data: { readonly part?: string }
    updateData(data: object): Promise<void>
  }

  /** Work during which a worker of BullMQ answers jobs. */
  async function withFake<Result>(name: string, process: BullProcessor, work: () => Promise<Result>): Promise<Result> {
    const { connection } = queueOf(name)
    const worker = new (loadBullmq('redis').Worker)(name, process, { connection: connection.options, drainDelay: 1 })
    try {
      return await work()
    } finally {
      await worker.close(true)
    }
  }

  const textIn = (data: unknown): string => (data as { text: string }).text

  it('ends a search with both digests and both workers where one of them lies', async () => {
    const queue = queueOf('liar', 1)
    const { DelayedError } = loadBullmq('redis')
    const lie: BullProcessor = async (job, token) => {
      const { trainedBy, draws } = headOf(textIn(job.data))
      if (trainedBy !== null) {
        await job.moveToDelayed(Date.now() + 20, token)
        throw new DelayedError()
      }
      const outcomes = draws.map(() => ({ state: 'complete', value: 0, epochs: 1, rungs: [], reason: '' }) as const)
      return answerText({ kind: 'trained', worker: { name: 'liar', id: 'x' }, outcomes, trained: 'f'.repeat(64) })
    }
    const progress: SearchProgress[] = []
    const error = await withFake(queue.name, lie, () =>
      errorOf(() =>
        withWorkers(queue, 1, () => search({ ...SMALL, on: queue, onProgress: (one) => void progress.push(one) })),
      ),
    )
    assert.match(
      (error as Error).message,
      /^Batch \d+ \(trials \d+ to \d+\) has the digest f{64} by the worker liar, and [0-9a-f]{64} by the worker worker-0\. One of them/,
    )
  })

  it('ends a search with the error of the first trial that is refused, as without a queue', async () => {
    const options = arrayStudy(8)
    const wrong = { ...options, space: { ...options.space, fit: { epochs: 8, batchSize: 0 } } }
    const queue = queueOf('refused')
    const expected = (await errorOf(() => search(wrong))) as Error
    const batches = await withWorkers(queue, 2, async (done) => {
      const error = (await errorOf(() => search({ ...wrong, on: queue }))) as Error
      assert.deepEqual([error.constructor, error.message], [expected.constructor, expected.message])
      return done
    })
    assert.ok(batches.some(({ state, message }) => state === 'refused' && message === expected.message))
  })

  it('ends a search with both versions where a worker has another one', async () => {
    const queue = queueOf('version')
    const job = { version: '0.0.1', plan: 'p', study: 's', number: 0, first: 0, draws: [], trainedBy: null }
    const answer = await withWorkers(queue, 1, () =>
      inQueue(queue.name, async (raw) => {
        await raw.add('batch', { text: JSON.stringify(job) }, { jobId: 'other' })
        while ((await raw.getJobState('other')) !== 'completed') await delay(20)
        return String((await raw.getJob('other'))?.returnvalue)
      }),
    )
    assert.match(
      JSON.parse(answer).message,
      /^The worker worker-0 has lockstep-nn \d\S+, and the search has lockstep-nn 0\.0\.1\. Install one version/,
    )
    // A search ends with the words of the worker.
    const error = await withFake(
      'old',
      async () => answer,
      () => errorOf(() => search({ ...SMALL, on: queueOf('old') })),
    )
    assert.equal((error as Error).message, JSON.parse(answer).message)
  })

  it('refuses data that differs from its digest', async () => {
    const queue = queueOf('damaged')
    const controller = new AbortController()
    const found = errorOf(() => search({ ...SMALL, on: queue, signal: controller.signal }))
    await inQueue(`${queue.name}-data`, async (data) => {
      let pieces = await data.getWaiting()
      for (; pieces.length < 4; pieces = await data.getWaiting()) await delay(20)
      for (const piece of pieces) {
        const { part } = piece.data
        if (part !== undefined) await piece.updateData({ part: part.replace(/.{4}$/, 'AAAA') })
      }
    })
    await withWorkers(queue, 1, async () => {
      assert.match(
        ((await found) as Error).message,
        /^Data of the queue is damaged: its digest is [0-9a-f]{64} and should be [0-9a-f]{64}\./,
      )
    })
  })

  it('gets the data of a search again where the server has lost it', async () => {
    const expected = await localStudy('small', SMALL)
    const queue = queueOf('lost')
    const found = search({ ...SMALL, on: queue })
    await untilJobs(server().url, queue.name)
    await inQueue(`${queue.name}-data`, (raw) => raw.obliterate({ force: true }))
    await withWorkers(queue, 2, async (batches) => {
      assertSameStudy(await found, expected)
      assert.ok(batches.some(({ state }) => state === 'missing'))
    })
  })

  it('leaves no waiting batch of a search that is aborted, whose study has the batches that were done', async () => {
    const queue = queueOf('aborted')
    const controller = new AbortController()
    const options = arrayStudy(400)
    const study = await withWorkers(queue, 1, async () => {
      const aborted = await search({
        ...options,
        on: queue,
        signal: controller.signal,
        onProgress: ({ trials }) => {
          if (trials >= 12) controller.abort()
        },
      })
      const { waiting = 0, delayed = 0 } = await inQueue(queue.name, (raw) => raw.getJobCounts())
      assert.deepEqual([waiting, delayed], [0, 0])
      return aborted
    })
    assert.equal(study.stopped, 'aborted')
    const expected = await localStudy('400', options)
    assert.ok(study.trials.length >= 12 && study.trials.length < 120)
    assert.deepEqual(study.trials, expected.trials.slice(0, study.trials.length))
    // It goes on where it was.
    await withWorkers(queue, 2, async () => assertSameStudy(await search({ ...options, on: queue }), expected))
  })

  it('reports the workers that are connected, and ends a search that has none for too long', async () => {
    const queue = new SearchQueue({ connection: server().url, name: 'idle' }, { ...SHORT, idle: 600 })
    const progress: SearchProgress[] = []
    const error = await errorOf(() => search({ ...SMALL, on: queue, onProgress: (one) => void progress.push(one) }))
    assert.match(
      (error as Error).message,
      /^No worker has taken a batch from the queue idle on redis:\/\/\S+ for 0\.01 minutes\. Start one: npx lockstep-nn worker /,
    )
    assert.deepEqual(progress, [{ trials: 0, of: 120, best: null, batch: null, workers: 0 }])
  })

  it('ends a search with the error of onProgress, also where no batch has ended', async () => {
    const thrown = new Error('mine')
    const onProgress = () => {
      throw thrown
    }
    assert.equal(await errorOf(() => search({ ...SMALL, on: queueOf('thrown'), onProgress })), thrown)
  })

  it('ends a search where the server is away for too long', async () => {
    const other = await startRedis()
    try {
      const queue = new SearchQueue({ connection: other.url, name: 'away' }, { ...SHORT, outage: 500, operation: 500 })
      const found = errorOf(() => search({ ...SMALL, on: queue }))
      await untilJobs(other.url, queue.name)
      await other.kill()
      assert.match(
        ((await found) as Error).message,
        /^The server redis:\S+ of the queue was not reached for 0\.0\d+ minutes/,
      )
    } finally {
      await other.remove()
    }
  })

  it('gives a batch that kills each of its workers up, and says why that may be', async () => {
    const queue = new SearchQueue({ connection: server().url, name: 'killer' }, { ...SHORT, stalls: 1 })
    const stalled = () =>
      withFake(
        'killer',
        () => new Promise(() => {}),
        () => delay(300),
      )
    const { Worker } = loadBullmq('redis')
    const found = errorOf(() => search({ ...SMALL, on: queue }))
    for (let i = 0; i < 3; i++) {
      const options = {
        connection: queue.connection.options,
        lockDuration: 200,
        stalledInterval: 100,
        maxStalledCount: 1,
        skipLockRenewal: true,
      }
      const worker = new Worker('killer', () => new Promise(() => {}), options)
      await delay(700)
      await worker.close(true)
    }
    await stalled()
    assert.match(((await found) as Error).message, /^Batch \d+ \(.*\) was not trained: more than 1 workers ended/)
  })

  it('ends a worker whose onBatch throws, with its error', async () => {
    const queue = queueOf('worker')
    const thrown = new Error('mine')
    const onBatch = () => {
      throw thrown
    }
    const worker = errorOf(() => runWorker(queue, { threads: 1, onBatch }))
    const controller = new AbortController()
    const found = search({ ...SMALL, on: queue, signal: controller.signal })
    assert.equal(await worker, thrown)
    controller.abort()
    await found
  })
})
