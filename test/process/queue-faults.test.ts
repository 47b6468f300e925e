/** Searches by a queue whose workers, server or search process are killed: the study of one process. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { search } from 'lockstep-nn/search'
import { folderOf } from '../support/folder.js'
import { type QueueServer, queueServer, startPostgres, startRedis } from '../support/queue-servers.js'
import { arrayStudy, assertSameStudy, localStudy } from '../support/queue-studies.js'
import { type LineProcess, startProgram, startWorker, testQueue } from '../support/queue-workers.js'

/** Long enough that a batch takes some hundredths of a second. */
const EPOCHS = 600
const STUDY = 'faults'

const SERVERS: readonly [kind: 'redis' | 'postgres', title: string, start: () => Promise<QueueServer>][] = [
  ['redis', 'Redis that keeps nothing', () => startRedis(false)],
  ['redis', 'Redis with a file of all operations', () => startRedis(true)],
  ['postgres', 'PostgreSQL', startPostgres],
]

for (const [kind, title, start] of SERVERS) {
  describe(`with faults, a search by a queue on ${title}`, function () {
    this.timeout(60_000)
    const folder = folderOf()
    const server = queueServer(kind, start)
    let processes: LineProcess[] = []
    afterEach(async () => {
      for (const { child } of processes) child.kill('SIGKILL')
      await Promise.all(processes.map(({ ended }) => ended))
      processes = []
    })

    const started = (one: LineProcess): LineProcess => {
      processes.push(one)
      return one
    }
    const workerOf = (name: string, worker: string) => started(startWorker(server().url, name, worker))

    if (title !== 'Redis with a file of all operations') {
      it('loses nothing where workers are killed, stopped and started', async () => {
        const options = arrayStudy(EPOCHS)
        const expected = await localStudy(STUDY, options)
        const name = `workers-${kind}`
        const workers = ['a', 'b', 'c', 'd'].map((worker) => workerOf(name, worker))
        let ended = 0
        const found = search({
          ...options,
          on: testQueue(server().url, name),
          onProgress: async () => {
            ended++
            // In the middle of the study.
            if (ended === 3) workers[0].child.kill('SIGKILL')
            if (ended === 5) workers[1].child.kill('SIGKILL')
            if (ended === 7) workers[2].child.kill('SIGTERM')
            if (ended === 9) workers.push(workerOf(name, 'e'))
          },
        })
        assertSameStudy(await found, expected)
        assert.deepEqual(await Promise.all(workers.slice(0, 3).map((worker) => worker.ended)), [
          'SIGKILL',
          'SIGKILL',
          0,
        ])
        for (const worker of workers) assert.equal(worker.errors(), '')
      })

      it('ends a worker that is stopped while it connects', async () => {
        const workers = Array.from({ length: 8 }, (_, i) => workerOf(`connecting-${kind}`, `w${i}`))
        await Promise.all(
          workers.map(async ({ child, printed }, i) => {
            await printed(1)
            await delay(25 * i)
            child.kill('SIGTERM')
          }),
        )
        for (const { ended, errors } of workers) assert.deepEqual([await ended, errors()], [0, ''])
      })
    }

    it('goes on where the server is killed and starts again', async () => {
      const options = arrayStudy(EPOCHS)
      const expected = await localStudy(STUDY, options)
      const name = `server-${kind}`
      const workers = ['a', 'b'].map((worker) => workerOf(name, worker))
      let restart: Promise<void> = Promise.resolve()
      let ended = 0
      const found = search({
        ...options,
        on: testQueue(server().url, name),
        onProgress: () => {
          ended++
          if (ended !== 4) return
          restart = (async () => {
            await server().kill()
            await delay(300)
            await server().start()
          })()
        },
      })
      assertSameStudy(await found, expected)
      await restart
      for (const { child } of workers) child.kill('SIGTERM')
      assert.deepEqual(await Promise.all(workers.map((worker) => worker.ended)), [0, 0])
      for (const worker of workers) assert.equal(worker.errors(), '')
    })

    if (title !== 'Redis with a file of all operations') {
      for (const journal of [undefined, 'killed.jsonl']) {
        it(`goes on where the search is killed ${journal === undefined ? 'without' : 'with'} a journal`, async () => {
          const options = arrayStudy(EPOCHS)
          const expected = await localStudy(STUDY, options)
          const name = `search-${kind}-${journal}`
          const { url } = server()
          const path = journal === undefined ? undefined : join(folder(), journal)
          const first = started(
            startProgram('queue-search-program', { connection: url, name, epochs: EPOCHS, journal: path }),
          )
          const worker = workerOf(name, 'a')
          await first.printed(5)
          // Killed while it waits: a lock that it left in the journal would be waited for.
          worker.child.kill('SIGSTOP')
          await delay(300)
          first.child.kill('SIGKILL')
          worker.child.kill('SIGCONT')
          assert.equal(await first.ended, 'SIGKILL', first.errors())
          assert.ok(path === undefined || existsSync(path))
          const again = await search({ ...options, ...(path && { journal: path }), on: testQueue(url, name) })
          assertSameStudy(again, expected)
          // What was trained before is not trained again.
          const trained = worker.lines.filter((line) => line.startsWith('trained '))
          assert.equal(trained.length, 20)
          assert.equal(new Set(trained).size, 20)
        })
      }
    }
  })
}
