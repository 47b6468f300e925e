/** Journals of another study: they are refused, with what differs. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JournalStudy, mergeJournals, openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { batchOf, refusal, STUDY } from '../support/journals.js'
import { rowTests } from '../support/rows.js'

const OTHER_DATA =
  'Its data differ, or options that are no parameters: fixed ones of the space, or those of the sampler or the pruner.'

describe('a journal of another study', () => {
  const root = folderOf()
  const row = rowTests()
  const plan = (part: JournalStudy['plan']): JournalStudy => ({ ...STUDY, plan: { ...STUDY.plan, ...part } })
  const { sampler: _, ...fewer } = STUDY.plan
  const [layers, units, ...rest] = STUDY.parameters
  const others: readonly (readonly [name: string, study: JournalStudy, problem: string])[] = [
    ['the direction', { ...STUDY, better: 'higher' }, 'There lower values are better, here higher ones.'],
    ['a value', plan({ seed: 2 }), 'Its plan differs. Seed: the journal has 1, this study has 2.'],
    [
      'several values',
      plan({ seed: 2, data: 'beef', folds: 3 }),
      'Its plan differs. Seed: the journal has 1, this study has 2; data: the journal has "f00d", this study has ' +
        '"beef"; folds: the journal has null, this study has 3.',
    ],
    [
      'a new part',
      plan({ pruner: 'median' }),
      'Its plan differs. Pruner: the journal has nothing, this study has "median".',
    ],
    [
      'a missing part',
      { ...STUDY, plan: fewer },
      'Its plan differs. Sampler: the journal has "random", this study has nothing.',
    ],
    [
      'the digest, with a value',
      plan({ digest: 'beef', seed: 2 }),
      'Its plan differs. Seed: the journal has 1, this study has 2.',
    ],
    ['the digest only', plan({ digest: 'beef' }), OTHER_DATA],
    [
      'a distribution',
      {
        ...STUDY,
        parameters: [layers, { ...units, distribution: { ...units.distribution, low: 16 } as never }, ...rest],
      },
      'Its space differs, first in the parameter network.layers[0].units.',
    ],
    [
      'a condition',
      { ...STUDY, parameters: [layers, { ...units, condition: null }, ...rest] },
      'Its space differs, first in the parameter network.layers[0].units.',
    ],
    [
      'fewer parameters',
      { ...STUDY, parameters: STUDY.parameters.slice(0, 4) },
      'Its space also has the parameter momentum.',
    ],
  ]

  for (const [name, study, problem] of others) {
    row('is refused, with what differs', name, async () => {
      const path = join(root(), 'study.jsonl')
      rmSync(path, { force: true })
      await openJournal(path, STUDY)
      const before = readFileSync(path, 'utf8')
      assert.equal(
        await refusal(() => openJournal(path, study), path),
        `The journal <path> has another study named "sweep". ${problem} ` +
          'Give the study another name, or choose another journal. Nothing was changed.',
      )
      assert.equal(readFileSync(path, 'utf8'), before)
    })
    if (name === 'the direction') continue
    row('is not merged, with what differs', name, async () => {
      const [one, other] = ['one', 'other'].map((file) => join(root(), file))
      for (const path of [one, other]) rmSync(path, { force: true })
      await openJournal(one, study)
      await openJournal(other, STUDY)
      assert.match(
        await refusal(() => mergeJournals([one, other]), other),
        /^The journal <path> is of another study than the first journal\. Its (plan differs|space|data)/,
      )
    })
  }

  it('or of several or none must be named', async () => {
    const path = join(root(), 'several.jsonl')
    await openJournal(path, STUDY)
    await openJournal(path, { ...STUDY, name: 'second' })
    assert.equal(
      await refusal(() => readJournal(path), path),
      'The journal <path> has 2 studies of lockstep-nn: name one of them. It has "sweep", "second".',
    )
    assert.equal(
      await refusal(() => readJournal(path, { study: 'third' }), path),
      'The journal <path> has no study "third". It has "sweep", "second".',
    )
    writeFileSync(path, '')
    assert.equal(
      await refusal(() => readJournal(path), path),
      'The journal <path> has no study of lockstep-nn: name one of them. It has no study yet.',
    )
    writeFileSync(path, '{"op_code":0,"worker_id":"a","study_name":"theirs","directions":[1,2]}\n')
    assert.equal(
      await refusal(() => readJournal(path, { study: 'theirs' }), path),
      'The study "theirs" of the journal <path> is not of lockstep-nn, which writes its plan into it.',
    )
    assert.match(
      await refusal(() => openJournal(path, { ...STUDY, name: 'theirs' }), path),
      /^The journal <path> has another study named "theirs"\. It has several objectives, or none\./,
    )
  })

  it('that was deleted or cut while it was open is an error of the next call', async () => {
    const path = join(root(), 'deleted.jsonl')
    const journal = await openJournal(path, STUDY)
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"op_code":1,"worker_id":"x","study_id":0}\n`)
    assert.equal(
      await refusal(() => journal.append(batchOf(0, 2)), path),
      'The study "sweep" was deleted from the journal <path> meanwhile.',
    )
    const other = await openJournal(path, STUDY)
    writeFileSync(path, '')
    const shorter = /^The journal <path> became shorter while it was open: .* Start the search again\.$/
    assert.match(await refusal(() => other.append(batchOf(0, 2)), path), shorter)
    rmSync(path)
    assert.match(await refusal(() => other.read(), path), shorter)
  })
})
