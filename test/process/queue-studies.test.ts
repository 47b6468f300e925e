/** Searches whose trials are trained by the workers of a queue: the study of one process, on Redis and on PostgreSQL. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type ArraySearchOptions, type SearchOptions, type Study, search } from 'lockstep-nn/search'
import { loadBullmq } from '#lib/platform/node-queue.js'
import type { SearchQueue } from '#lib/search/queue/queue.js'
import { folderOf } from '../support/folder.js'
import { queueServer, startPostgres, startRedis } from '../support/queue-servers.js'
import { arrayStudy, assertSameStudy, localStudy, recordStudy } from '../support/queue-studies.js'
import { testQueue, withWorkers } from '../support/queue-workers.js'

/** Each is searched by one worker, or by two. */
const STUDIES: readonly [title: string, workers: number, options: SearchOptions][] = [
  ['one worker', 1, arrayStudy(8)],
  ['two workers', 2, arrayStudy(8)],
  ['a pruner and several batches', 2, arrayStudy(12, { batch: 30, pruner: 'successiveHalving' })],
  ['a sampler that learns', 2, arrayStudy(5, { sampler: 'tpe', trials: 36, batch: undefined })],
  ['folds, and batches of one trial', 2, arrayStudy(3, { validation: { folds: 3 }, batch: 1, trials: 15 })],
  [
    'samples for validation in flat arrays, with weights',
    2,
    arrayStudy(4, {
      data: {
        x: Float64Array.from({ length: 40 }, (_, i) => ((i * 7) % 11) / 5 - 1),
        y: Array.from({ length: 20 }, (_, i) => (i % 4) / 4),
        sampleWeight: Array.from({ length: 20 }, (_, i) => i % 3),
      },
      validation: { x: [Float64Array.of(0.1, -0), [0.5, 0.25]], y: [[0.5], [1]] },
      trials: 20,
    }),
  ],
  ['records', 2, recordStudy()],
  ['records with folds', 1, recordStudy({ validation: { folds: 2 } })],
  ['records with other records for validation', 1, recordStudy({ validation: [{ size: 3, kind: 'ć', price: 4 }] })],
]

/** What a queue still has. */
async function leftIn({ connection, name }: SearchQueue): Promise<Record<string, number>> {
  const { Queue } = loadBullmq(connection.server)
  const left: Record<string, number> = {}
  for (const one of [name, `${name}-data`]) {
    const opened = new Queue(one, { connection: connection.options }) as InstanceType<typeof Queue> & {
      getJobCounts(): Promise<Record<string, number>>
    }
    const counts = await opened.getJobCounts()
    left[one] = Object.values(counts).reduce((sum, count) => sum + count, 0)
    await opened.close()
  }
  return left
}

for (const [kind, start] of [
  ['redis', startRedis],
  ['postgres', startPostgres],
] as const) {
  describe(`a search by a queue on ${kind}`, () => {
    const folder = folderOf()
    const server = queueServer(kind, start)
    const queueOf = (name: string, verify = 0) => testQueue(server().url, name, verify)

    for (const [i, [title, workers, options]] of STUDIES.entries()) {
      it(`has the study of one process with ${title}, and leaves nothing in the queue`, async () => {
        const expected = await localStudy(title, options)
        const queue = queueOf(`study-${i}`)
        const study = await withWorkers(queue, workers, () => search({ ...options, on: queue } as ArraySearchOptions))
        assertSameStudy(study, expected)
        assert.deepEqual([study.verified, study.unverified], [[], []])
        assert.deepEqual(await leftIn(queue), { [queue.name]: 0, [`${queue.name}-data`]: 0 })
      })
    }

    it('has the study of one process by shards, whose journals are merged', async () => {
      const options = arrayStudy(8)
      const expected = await localStudy('two workers', options)
      const queue = queueOf('shards')
      const paths = [1, 2, 3].map((i) => join(folder(), `${kind}-${i}.jsonl`))
      const shards = paths.map((journal, i) => ({ ...options, journal, shard: `${i + 1}/3`, on: queue }))
      await withWorkers(queue, 2, () => Promise.all(shards.map((shard) => search(shard))))
      assertSameStudy(await search({ ...options, journal: paths, on: queue }), expected)
    })

    it('has the studies of several searches at once, also of two that are equal', async () => {
      const [one, other] = [arrayStudy(8), arrayStudy(8, { seed: 2 })]
      const expected = [await localStudy('two workers', one), await localStudy('seed 2', other)]
      const queue = queueOf('several')
      const all = [one, other, one, one].map((options) => ({ ...options, on: queue }))
      const studies: Study[] = await withWorkers(queue, 2, () => Promise.all(all.map((options) => search(options))))
      for (const [i, study] of studies.entries()) assertSameStudy(study, expected[i === 1 ? 1 : 0])
    })

    it('verifies the share of batches that is asked for, always the same ones', async () => {
      const options = arrayStudy(8)
      const queue = queueOf('verified', 0.2)
      const found: (readonly number[])[] = []
      for (let i = 0; i < 2; i++) {
        await withWorkers(queue, 2, async (batches) => {
          const study = await search({ ...options, on: queue })
          assertSameStudy(study, await localStudy('two workers', options))
          assert.deepEqual(study.unverified, [])
          found.push(study.verified)
          for (const number of study.verified) {
            const by = batches.filter((batch) => batch.number === number)
            const workers = ['trained', 'verified'].map((state) => by.find((batch) => batch.state === state)?.worker)
            assert.deepEqual([...workers].sort(), [0, 1])
          }
        })
      }
      assert.equal(found[0].length, 4)
      assert.deepEqual(found[0], found[1])
    })

    it('lists the batches for which there is no second worker', async () => {
      const options = arrayStudy(8)
      const queue = queueOf('alone', 1e-9)
      const study = await withWorkers(queue, 1, () => search({ ...options, on: queue }))
      assertSameStudy(study, await localStudy('two workers', options))
      assert.deepEqual([study.verified.length, study.unverified.length], [0, 1])
      assert.deepEqual((study.toJSON() as { unverified: unknown }).unverified, study.unverified)
    })
  })
}
