/** Journals with two results of one trial: they are refused, and both results are named. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeJournals, type NewBatch, openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { batchOf, copyOf, linesIn, refusal, STUDY, trialOf } from '../support/journals.js'

describe('a trial with two results', () => {
  const root = folderOf()
  const another =
    ' One study gives equal results on every machine: compare the data, the options and the versions of lockstep-nn, and use a new journal.'

  /** A batch of two trials, of which the second one differs. */
  const changed = (change: object): NewBatch => ({
    number: 0,
    trials: [trialOf(0), { ...trialOf(1), ...change }],
    trained: 'batch 0',
  })

  it('is refused by an append, and both are named', async () => {
    const path = join(root(), 'a.jsonl')
    const journal = await openJournal(path, STUDY)
    await journal.append(batchOf(0, 2))
    const before = readFileSync(path, 'utf8')
    const first = 'Trial 1 has two results: complete with 0.3333333333333333 after 4 epochs in line 5 of <path>, and'
    const opened = await openJournal(path, STUDY)
    const rows: readonly (readonly [object, string])[] = [
      [{ value: 0.5 }, 'complete with 0.5 after 4 epochs in this process.'],
      [{ state: 'failed', value: null, reason: 'no memory' }, 'failed (no memory) after 4 epochs in this process.'],
      [{ epochs: 5 }, 'complete with 0.3333333333333333 after 5 epochs in this process.'],
      [
        { draw: { ...trialOf(1).draw, rate: 0.1 } },
        'complete with 0.3333333333333333 after 4 epochs in this process. Their parameters differ too.',
      ],
    ]
    for (const [change, second] of rows) {
      const message = await refusal(() => opened.append(changed(change)), path)
      assert.equal(message, `${first} ${second}${another}`)
    }
    // The process that wrote the first result.
    assert.match(
      await refusal(() => journal.append(changed({ value: 1 })), path),
      /^Trial 1 has two results: .* in this process, and/,
    )
    assert.match(
      await refusal(() => opened.append(batchOf(0, 1)), path),
      /^Batch 0 has two results: trials 0 to 1 with digest [0-9a-f]{12}… in line 4 of <path>, and trials 0 to 0 with/,
    )
    assert.equal(readFileSync(path, 'utf8'), before)
  })

  it('is refused where it is read and where journals are merged', async () => {
    const [one, other] = ['b.jsonl', 'c.jsonl'].map((name) => join(root(), name))
    await (await openJournal(one, STUDY)).append(batchOf(0, 2))
    await (await openJournal(other, STUDY)).append(changed({ value: 0.5 }))
    const lines = [linesIn(one), linesIn(other)].map((all) => all.slice(3))
    const both = copyOf(one, 'both')
    writeFileSync(both, `${[...linesIn(one), ...lines[1]].join('\n')}\n`)
    assert.match(
      await refusal(() => readJournal(both), both),
      /^Batch 0 has two results: trials 0 to 1 .* in line 4 of <path>, and trials 0 to 1 .* in line 6 of <path>\./,
    )
    assert.match(
      await refusal(() => mergeJournals([one, other]), other),
      /^Batch 0 has two results: .* in line 4 of .*b\.jsonl, and trials 0 to 1 .* in line 4 of <path>\./,
    )
    // Of one batch, as another version of the library could write it.
    const [, digest] = /"digest":"([0-9a-f]+)"/.exec(lines[0][0])!
    writeFileSync(
      both,
      `${[...linesIn(one), ...lines[1].map((line) => line.replace(/"digest":"[0-9a-f]+"/, `"digest":"${digest}"`))].join('\n')}\n`,
    )
    assert.match(
      await refusal(() => readJournal(both), both),
      /^Trial 1 has two results: .* in line 5 of <path>, and .* in line 7/,
    )
  })

  it('is refused where the text of a value was changed', async () => {
    const path = join(root(), 'd.jsonl')
    await (await openJournal(path, STUDY)).append(batchOf(0, 2))
    writeFileSync(path, readFileSync(path, 'utf8').replace('"value":0.3333333333333333', '"value":0.3333333333333334'))
    assert.equal(
      await refusal(() => readJournal(path), path),
      'The trials 0 to 1, which begin in line 4 of <path>, are not those that were written: their values differ from ' +
        'the digest of their batch. Remove their lines to train them again.',
    )
  })
})
