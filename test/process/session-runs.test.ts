/** Runs of sessions on the queue: they take turns, can be cancelled at any time, and end with their environment. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { sameBits } from '../support/bits.js'
import { argumentsOf, openWith, SMALL, SPECIAL, WIDE } from '../support/calls.js'
import type { Case } from '../support/case.js'
import { script } from '../support/child.js'
import { ensembleJobOf } from '../support/ensemble-job.js'
import { jobOf } from '../support/job.js'
import { addon, best, LONG, type Opened, openedFor } from '../support/opened.js'
import { rowTests } from '../support/rows.js'

/** How many runs train at once: one processor is for the event loop. */
const LIMIT = Math.max(1, availableParallelism() - 1)

const lasting = (common: Case, epochs: number): Case => ({ ...common, fit: { ...common.fit, epochs } })
const endless = (): Opened => openedFor(jobOf(LONG), best)
const runOf = ({ handle, epochs }: Opened): Promise<boolean> => addon.runSessionAsync(handle, 0, epochs, Infinity)

async function endAll(all: readonly Opened[], runs: readonly Promise<boolean>[]): Promise<void> {
  for (const { handle } of all) addon.cancelSession(handle)
  for (const more of await Promise.all(runs)) assert.equal(more, true)
  for (const { handle } of all) addon.closeSession(handle)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(1)
}

describe('runs on the queue', () => {
  it('of short trainings end before long ones that began first', async () => {
    const ended: string[] = []
    const start = (opened: Opened, name: string) => runOf(opened).then(() => ended.push(name))
    // Each takes many slices of about 5 ms.
    const long = Array.from({ length: LIMIT }, () => openedFor(jobOf(lasting(LONG, 2000)), best))
    const longRuns = long.map((opened) => start(opened, 'long'))
    await until(() => long.every(({ arrays }) => arrays.position[0] > 0))
    const short = Array.from({ length: 50 }, () => openedFor(jobOf(SMALL), best))
    await Promise.all([...longRuns, ...short.map((opened) => start(opened, 'short'))])
    assert.deepEqual(ended, [...new Array(50).fill('short'), ...new Array(LIMIT).fill('long')])
    for (const { handle } of [...long, ...short]) addon.closeSession(handle)
  })

  it('take turns where all are long', async () => {
    const all = Array.from({ length: LIMIT + 5 }, endless)
    const runs = all.map(runOf)
    await until(() => all.every(({ arrays }) => arrays.position[0] > 0))
    const before = all.map(({ arrays }) => arrays.position[0])
    await until(() => all.every(({ arrays }, i) => arrays.position[0] > before[i]))
    await endAll(all, runs)
  })

  it('end after their milliseconds, and go on where they ended', async () => {
    const opened = openedFor(jobOf(lasting(WIDE, 3000)), best)
    const { handle, arrays, epochs } = opened
    let runs = 1
    while (await addon.runSessionAsync(handle, 0, epochs, 0)) runs++
    assert.ok(runs > 10, `${runs} runs`)
    const whole = openedFor(jobOf(lasting(WIDE, 3000)), best)
    assert.equal(addon.runSession(whole.handle, 0, epochs, Infinity), false)
    for (const name of ['parameters', 'state', 'series', 'best'] as const)
      sameBits(arrays[name], whole.arrays[name], name)
    for (const one of [opened, whole]) addon.closeSession(one.handle)
  })

  it('may be a thousand at once', async () => {
    const all = Array.from({ length: 1000 }, () => openedFor(jobOf(SMALL), best))
    for (const more of await Promise.all(all.map(runOf))) assert.equal(more, false)
    for (const { handle, arrays } of all) {
      sameBits(arrays.parameters, all[0].arrays.parameters, 'parameters')
      addon.closeSession(handle)
    }
  })
})

describe('a cancelled session', () => {
  const row = rowTests()

  it('does nothing in later runs', async () => {
    for (const job of [jobOf(SMALL), ensembleJobOf(5)]) {
      const { handle, arrays, epochs } = openedFor(job, best, 2)
      const before = arrays.parameters.slice()
      addon.cancelSession(handle)
      addon.cancelSession(handle)
      assert.equal(addon.runSession(handle, 0, epochs, Infinity), true)
      assert.equal(await addon.runSessionAsync(handle, 0, epochs, Infinity), true)
      sameBits(arrays.parameters, before, 'parameters')
      assert.deepEqual([...arrays.position.subarray(0, 2)], [0, 0])
      addon.closeSession(handle)
    }
  })

  it('ends at once where its run waits for many others', async () => {
    const others = Array.from({ length: LIMIT + 50 }, endless)
    const runs = others.map(runOf)
    const opened = endless()
    const run = runOf(opened)
    addon.cancelSession(opened.handle)
    assert.equal(await run, true)
    assert.ok(others.some(({ arrays }) => arrays.position[0] === 0))
    addon.closeSession(opened.handle)
    await endAll(others, runs)
  })

  const shapes = [
    ['2-3-2', SMALL, 10_000],
    ['2-17-2', WIDE, 3000],
    ['all kinds of layers', SPECIAL, 1000],
  ] as const
  const sizes = [1, 2].flatMap((threads) => [1, 5].map((members) => ({ threads, members })))

  for (const [title, shape, epochs] of shapes) {
    for (const { threads, members } of sizes) {
      const name = `${title}, ${members} members on ${threads} threads`
      row('leaves arrays with which another session goes on to the same bits', name, async () => {
        const common = lasting(shape, epochs)
        const job = () => (members === 1 ? jobOf(common) : ensembleJobOf(members, common))
        const expected = openedFor(job(), best)
        addon.runSession(expected.handle, 0, epochs, Infinity)
        let given = argumentsOf(addon, 'train', best, job(), threads)
        const arrays = Object.fromEntries(given) as unknown as SessionArrays
        let runs = 0
        for (let more = true; more; runs++) {
          const handle = openWith(
            addon,
            given.map(([, value]) => value),
          )
          addon.runSession(handle, 0, epochs, 0)
          // The first one ends there, the next ones within this run, and the last one at its end.
          if (runs === 0) addon.cancelSession(handle)
          const promise = addon.runSessionAsync(handle, 0, epochs, Infinity)
          await new Promise((resolve) => setImmediate(resolve))
          if (runs < 20) addon.cancelSession(handle)
          more = await promise
          addon.closeSession(handle)
          // Its contents do not matter.
          const workspace = new Float64Array(arrays.workspace.length).fill(runs)
          given = given.map(([one, value]) => [one, one === 'workspace' ? workspace : value])
        }
        assert.ok(runs > 1)
        for (const one of ['parameters', 'state', 'series', 'best', 'stopping', 'plateaus', 'outcomes'] as const) {
          sameBits(arrays[one], expected.arrays[one], one)
        }
        addon.closeSession(expected.handle)
      })
    }
  }
})

describe('an environment that ends', () => {
  const WORKER = new URL('../support/session-worker.js', import.meta.url)

  it('ends its runs and frees its sessions, open or closed', async () => {
    for (let round = 0; round < 4; round++) {
      const workers = Array.from({ length: 2 }, () => new Worker(WORKER))
      await Promise.all(workers.map((worker) => once(worker, 'message')))
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
    const { handle, epochs } = openedFor(jobOf(SMALL), best)
    assert.equal(await addon.runSessionAsync(handle, 0, epochs, Infinity), false)
    addon.closeSession(handle)
  })

  it('does so at the end of the process', () => {
    const source = `
      import '${new URL('../support/session-worker.js', import.meta.url)}'
      setTimeout(() => {
        console.log('ends')
        process.exit(3)
      }, 50)`
    const { status, signal, stdout, stderr } = script(source)
    assert.deepEqual([status, signal, stdout], [3, null, 'ends\n'], stderr)
  })
})
