/** The journal of a study: what is written is read with the same bits, whatever else is in the file. */
import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type JournalStudy, mergeJournals, openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { batchOf, linesIn, STUDY, trialOf, trialsUpTo } from '../support/journals.js'

describe('a journal', () => {
  const root = folderOf()
  let last = 0
  const newPath = () => join(root(), `study${last++}.jsonl`)

  /** A new journal of this many batches of 10 trials. */
  async function written(batches: number, path = newPath()): Promise<string> {
    const journal = await openJournal(path, STUDY)
    for (let number = 0; number < batches; number++) await journal.append(batchOf(number, 10))
    return path
  }

  it('returns every trial with its bits, from the process that wrote it and from others', async () => {
    const path = newPath()
    const journal = await openJournal(path, STUDY)
    assert.deepEqual(await journal.read(), { ...STUDY, batches: [], trials: [], foreign: [] })
    const digests: string[] = []
    for (let number = 0; number < 13; number++) digests.push((await journal.append(batchOf(number, 10))).digest)
    const batches = digests.map((digest, number) => ({ ...batchOf(number, 10), first: 10 * number, digest }))
    const expected = { ...STUDY, batches, trials: trialsUpTo(130), foreign: [] }
    // Object.is of every number, so also of -0 and NaN.
    assert.deepStrictEqual(await journal.read(), expected)
    const opened = await openJournal(pathToFileURL(path), STUDY)
    assert.deepStrictEqual(await opened.read(), expected)
    assert.deepStrictEqual((await readJournal(path)).trials, expected.trials)
    assert.equal(opened.path, path)
    assert.ok(!existsSync(`${path}.lock`))
  })

  it('has the parameters of the space, with choices as null, booleans, numbers and texts', async () => {
    const path = await written(0)
    const { parameters, plan, better, name } = await readJournal(path)
    assert.deepEqual({ name, better, plan }, { name: STUDY.name, better: STUDY.better, plan: STUDY.plan })
    assert.deepEqual(parameters, [
      {
        ...STUDY.parameters[0],
        distribution: {
          kind: 'choice',
          values: ['[{"activation":"relu","units":16},{"units":1}]', '[{"activation":"tanh","units":32},{"units":1}]'],
        },
      },
      // The highest value that is drawn.
      { ...STUDY.parameters[1], distribution: { kind: 'integer', low: 8, high: 64, step: 8, log: false } },
      ...STUDY.parameters.slice(2),
    ])
  })

  it('has a line for each trial, which one append writes, and nothing for a trial that it has', async () => {
    const path = newPath()
    const journal = await openJournal(path, STUDY)
    assert.equal(linesIn(path).length, 3)
    const first = await journal.append(batchOf(0, 1000))
    assert.equal(first.added, 1000)
    assert.equal(linesIn(path).length, 1003)
    const before = readFileSync(path, 'utf8')
    const other = await openJournal(path, STUDY)
    assert.deepEqual(await other.append(batchOf(0, 1000)), { ...first, added: 0 })
    assert.deepEqual(await journal.append(batchOf(0, 1000)), { ...first, added: 0 })
    assert.equal(readFileSync(path, 'utf8'), before)
  })

  it('reads what others appended meanwhile, and appends only what they did not', async () => {
    const path = newPath()
    const [one, other] = [await openJournal(path, STUDY), await openJournal(path, STUDY)]
    await one.append(batchOf(1, 10))
    assert.deepEqual((await other.read()).trials, batchOf(1, 10).trials)
    await one.append(batchOf(0, 10))
    // Unread so far.
    assert.equal((await other.append(batchOf(0, 10))).added, 0)
    assert.equal((await other.append(batchOf(2, 10))).added, 10)
    const [ours, theirs] = [await one.read(), await other.read()]
    assert.deepStrictEqual(ours, theirs)
    assert.deepStrictEqual(ours.trials, trialsUpTo(30))
    assert.deepEqual(
      ours.batches.map(({ number, first }) => [number, first]),
      [
        [0, 0],
        [1, 10],
        [2, 20],
      ],
    )
  })

  it('returns one batch, also of another process, once all of its trials are there', async () => {
    const path = newPath()
    const [one, other] = [await openJournal(path, STUDY), await openJournal(path, STUDY)]
    assert.equal(await other.batch(1), null)
    const { digest } = await one.append(batchOf(1, 10))
    for (const journal of [one, other]) {
      assert.deepStrictEqual(await journal.batch(1), { ...batchOf(1, 10), first: 10, digest })
      assert.equal(await journal.batch(0), null)
    }
    const lines = linesIn(path)
    const part = `${path}.part`
    writeFileSync(part, `${lines.slice(0, -1).join('\n')}\n`)
    const third = await openJournal(part, STUDY)
    assert.equal(await third.batch(1), null)
    appendFileSync(part, `${lines.at(-1)}\n`)
    assert.deepStrictEqual((await third.batch(1))?.trials, batchOf(1, 10).trials)
  })

  it('is written in the order of calls that do not wait for each other, also after one that fails', async () => {
    const path = newPath()
    const journal = await openJournal(path, STUDY)
    const wrong = { number: 1, trials: [{ ...trialOf(5), value: 7 }], trained: '' }
    const results = await Promise.allSettled([
      journal.append(batchOf(0, 10)),
      journal.append(wrong),
      journal.append(batchOf(1, 10)),
      journal.read(),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(20))
  })

  it('may have several studies, each of which is read alone', async () => {
    const path = newPath()
    const others: readonly JournalStudy[] = [
      { ...STUDY, name: 'other "one"', better: 'higher', plan: { seed: 2 } },
      { ...STUDY, name: 'größe', parameters: STUDY.parameters.slice(0, 3) },
    ]
    const [a, b, c] = [STUDY, ...others].map((study) => openJournal(path, study))
    await (await b).append(batchOf(0, 10))
    await (await a).append(batchOf(0, 5))
    const few = { ...trialOf(0), draw: { 'network.layers': 0 } }
    await (await c).append({ number: 0, trials: [few], trained: '' })
    await (await b).append(batchOf(1, 10))
    assert.deepStrictEqual((await (await a).read()).trials, trialsUpTo(5))
    assert.deepStrictEqual((await readJournal(path, { study: 'other "one"' })).trials, trialsUpTo(20))
    const third = await readJournal(path, { study: 'größe' })
    assert.deepStrictEqual(third.trials, [few])
    assert.deepEqual([third.better, third.parameters.length], ['lower', 3])
  })

  it('does not count a deleted study, and a new one of its name begins again', async () => {
    const path = await written(1)
    appendFileSync(path, '{"op_code":1,"worker_id":"x","study_id":0}\n')
    const journal = await openJournal(path, STUDY)
    assert.deepEqual((await journal.read()).trials, [])
    await journal.append(batchOf(3, 10))
    assert.deepStrictEqual((await readJournal(path)).trials, batchOf(3, 10).trials)
    assert.match(linesIn(path).at(-1)!, /"study_id":1,/)
  })

  it('does not depend on what its trials become after an append', async () => {
    const journal = await openJournal(newPath(), STUDY)
    const batch = batchOf(0, 10)
    await journal.append(batch)
    for (const trial of batch.trials) Object.assign(trial, { value: 3, epochs: 0 })
    assert.deepStrictEqual((await journal.read()).trials, trialsUpTo(10))
  })

  it('shortens the text of a long choice, and adds a digest of it', async () => {
    const path = newPath()
    const values = ['x'.repeat(201), 'x'.repeat(202), 'x'.repeat(200)]
    const distribution = { kind: 'choice', values } as const
    await openJournal(path, { ...STUDY, parameters: [{ name: 'a', distribution, condition: null }] })
    const [read] = (await readJournal(path)).parameters
    assert.ok(read.distribution.kind === 'choice')
    const [first, second, third] = read.distribution.values as string[]
    assert.match(first, /^x{160}… [0-9a-f]{16}$/)
    assert.match(second, /^x{160}… [0-9a-f]{16}$/)
    assert.notEqual(first, second)
    assert.equal(third, values[2])
  })
})

describe('a large journal', () => {
  const root = folderOf()

  it('is read in turns of the event loop', async () => {
    const path = join(root(), 'large.jsonl')
    const journal = await openJournal(path, STUDY)
    for (let number = 0; number < 4; number++) await journal.append(batchOf(number, 2500))
    let turns = 0
    let isRunning = true
    const count = () => {
      turns++
      if (isRunning) setImmediate(count)
    }
    setImmediate(count)
    const { trials } = await readJournal(path)
    isRunning = false
    assert.equal(trials.length, 10_000)
    assert.ok(turns > readFileSync(path).length / 2 ** 19, String(turns))
  })
})

describe('merged journals', () => {
  const root = folderOf()

  /** Journals of one study, each with these batches. */
  async function parts(name: string, batches: readonly (readonly number[])[]): Promise<string[]> {
    return Promise.all(
      batches.map(async (numbers, i) => {
        const path = join(root(), `${name}${i}.jsonl`)
        const journal = await openJournal(path, STUDY)
        for (const number of numbers) await journal.append(batchOf(number, 10))
        return path
      }),
    )
  }

  it('have the trials of all, in order of number and each once, as one journal would', async () => {
    const paths = await parts('a', [[4, 1], [0, 3], [2, 3, 0], []])
    const merged = await mergeJournals(paths)
    const [one] = await parts('b', [[0, 1, 2, 3, 4]])
    assert.deepStrictEqual(merged, await readJournal(one))
    assert.deepStrictEqual(merged.trials, trialsUpTo(50))
    assert.deepStrictEqual(await mergeJournals(paths.reverse()), merged)
  })

  it('complete the batch that one of them has in part', async () => {
    const [one, other] = await parts('c', [[0], [0]])
    const lines = linesIn(one)
    writeFileSync(one, `${lines.slice(0, 8).join('\n')}\n`)
    writeFileSync(other, `${[...lines.slice(0, 3), ...lines.slice(6)].join('\n')}\n`)
    assert.equal((await readJournal(one)).batches.length, 0)
    const { batches, trials } = await mergeJournals([one, other])
    assert.deepStrictEqual(trials, trialsUpTo(10))
    assert.equal(batches.length, 1)
  })

  it('of one path are what the journal has', async () => {
    const [path] = await parts('d', [[1]])
    const copy = `${path}.copy`
    copyFileSync(path, copy)
    assert.deepStrictEqual(await mergeJournals([path]), await readJournal(path))
    assert.deepStrictEqual(await mergeJournals([path, copy, path]), await readJournal(path))
  })
})
