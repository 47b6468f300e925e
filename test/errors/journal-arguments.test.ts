/** Wrong arguments of a journal: they are refused before any work. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { mergeJournals, type NewBatch, openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { linesIn, refusal, STUDY, trialOf } from '../support/journals.js'
import { rowTests } from '../support/rows.js'

describe('a wrong argument of a journal', () => {
  const root = folderOf()
  const row = rowTests()
  const title = 'is refused before any work'

  const studies: readonly (readonly [name: string, change: object, message: string])[] = [
    ['a name', { name: 3 }, 'Expected a text for study.name but received 3 of type number.'],
    ['an empty name', { name: '' }, 'Expected a name that is not empty for study.name but received "" of type string.'],
    ['better', { better: 'more' }, `Expected 'lower' or 'higher' for study.better but received "more" of type string.`],
    ['parameters', { parameters: null }, 'Expected an array of parameters for study.parameters but received null.'],
    [
      'a plan',
      { plan: { a: [] } },
      'Expected a text, a boolean, a finite number or null for study.plan.a but received an array of length 0.',
    ],
  ]
  for (const [name, change, message] of studies) {
    row(title, name, async () => {
      const path = join(root(), 'new.jsonl')
      assert.equal(await refusal(() => openJournal(path, { ...STUDY, ...change }), path), message)
    })
  }

  const one = trialOf(1)
  const trial = (change: object): unknown => ({ number: 0, trials: [trialOf(0), { ...one, ...change }], trained: '' })
  const batches: readonly (readonly [name: string, batch: unknown, message: string])[] = [
    [
      'a number',
      { number: -1, trials: [one], trained: '' },
      'Expected a whole number from 0 on for batch.number but received -1 of type number.',
    ],
    [
      'trials',
      { number: 0, trials: 3, trained: '' },
      'Expected an array of trials for batch.trials but received 3 of type number.',
    ],
    [
      'no trials',
      { number: 0, trials: [], trained: '' },
      'Expected at least one trial for batch.trials but received none.',
    ],
    [
      'an order',
      trial({ number: 2 }),
      'Expected 1, as trials are consecutive, for batch.trials[1].number but received 2 of type number.',
    ],
    [
      'a state',
      trial({ state: 'done' }),
      `Expected 'complete', 'pruned' or 'failed' for the state of trial 1 but received "done" of type string.`,
    ],
    [
      'a value',
      trial({ value: '1' }),
      'Expected a number or null for the value of trial 1 but received "1" of type string.',
    ],
    ['no value', trial({ value: null }), 'Expected a number for the value of trial 1 but received null.'],
    [
      'epochs',
      trial({ epochs: 1.5 }),
      'Expected a whole number from 0 on for the epochs of trial 1 but received 1.5 of type number.',
    ],
    ['a reason', trial({ reason: null }), 'Expected a text for the reason of trial 1 but received null.'],
    [
      'rungs',
      trial({
        rungs: [
          { epoch: 2, value: 1 },
          { epoch: 2, value: 1 },
        ],
      }),
      'Expected an epoch after 2 for a rung of trial 1 but received 2 of type number.',
    ],
    [
      'a value of a rung',
      trial({ rungs: [{ epoch: 2, value: null }] }),
      'Expected a number for the value of a rung of trial 1 but received null.',
    ],
    [
      'a parameter',
      trial({ draw: { other: 1 } }),
      'Expected nothing, because the space does not have it, for the parameter other of trial 1 but received 1 of type number.',
    ],
    [
      'a choice',
      trial({ draw: { 'network.layers': 2 } }),
      'Expected the index of a choice, 0 to 1, for the parameter network.layers of trial 1 but received 2 of type number.',
    ],
    [
      'a drawn number',
      trial({ draw: { rate: NaN } }),
      'Expected a finite number for the parameter rate of trial 1 but received NaN of type number.',
    ],
  ]
  for (const [name, batch, message] of batches) {
    row(title, `of append: ${name}`, async () => {
      const path = join(root(), 'batches.jsonl')
      const journal = await openJournal(path, STUDY)
      assert.equal(await refusal(() => journal.append(batch as NewBatch), path), message)
      assert.equal(linesIn(path).length, 3)
    })
  }

  it('is a path that is none, or no list of paths', async () => {
    const calls: readonly (readonly [() => unknown, string])[] = [
      [
        () => openJournal(3, STUDY),
        'Expected the name of a file, or its URL, for journal but received 3 of type number.',
      ],
      [
        () => openJournal('', STUDY),
        'Expected the name of a file that is not empty for journal but received "" of type string.',
      ],
      [() => readJournal('a', { study: 3 as never }), 'Expected a text for study but received 3 of type number.'],
      [() => mergeJournals('a' as never), 'Expected an array of paths for paths but received "a" of type string.'],
      [() => mergeJournals([]), 'Expected at least one path for paths but received none.'],
    ]
    for (const [call, message] of calls) assert.equal(await refusal(call, '//'), message)
  })
})
