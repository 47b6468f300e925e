/** What a journal refuses: other files, other studies, other results, and wrong arguments. Files stay as they are. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { type JournalStudy, mergeJournals, type NewBatch, openJournal, readJournal } from '#lib/search/journal/index.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'
import { batchOf, copyOf, linesIn, STUDY, trialOf } from '../support/journals.js'
import { rowTests } from '../support/rows.js'

const posix = platform !== 'win32'

/** The message of an error, with the path as `<path>`. */
async function refusal(call: () => unknown, path: string): Promise<string> {
  const error = await errorOf(call)
  assert.ok(error instanceof Error, 'nothing was thrown')
  return error.message.replaceAll(path, '<path>')
}

const NOT_A_JOURNAL = 'The file <path> is not a journal of a study: '
const endOf = (problem: string): string =>
  problem.startsWith('line 1 ')
    ? ' Choose another path. Nothing was changed.'
    : ' Delete the line if it was damaged, and its trials are trained again; or choose another path. Nothing was changed.'

describe('a file that is no journal', () => {
  const root = folderOf()
  const row = rowTests()
  const study = '{"op_code":0,"worker_id":"a","study_name":"sweep","directions":[1]}\n'
  const parameters = '{"op_code":2,"worker_id":"a","study_id":0,"user_attr":{"lockstep:parameters":'
  const files: readonly (readonly [name: string, content: string | Uint8Array, problem: string])[] = [
    ['a text', 'once\nupon a time\n', 'line 1 is not JSON.'],
    ['a text of one line without an end', 'once upon a time', 'line 1 is not a record of Optuna.'],
    ['a long file without lines', 'a'.repeat(2 ** 20), 'line 1 is not a record of Optuna.'],
    ['a record and a text without an end', `${study}once`, 'line 2 is not a record of Optuna.'],
    ['an empty line', '\n', 'line 1 is not JSON.'],
    ['a table', 'a,b\n1,2\n', 'line 1 is not JSON.'],
    ['JSON lines of records', '{"a":1}\n{"a":2}\n', 'line 1 is not a record of Optuna.'],
    ['JSON lines of arrays', '[1]\n', 'line 1 is not a record of Optuna.'],
    ['bytes', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0xff, 0x0a]), 'line 1 is not text in UTF-8.'],
    ['a record that is damaged', `${study}{"op_code":4,"wor\n${study}`, 'line 2 is damaged: it is not JSON.'],
    [
      'an unknown operation',
      `${study}{"op_code":11}\n`,
      'line 2 has an operation that this version of lockstep-nn does not have.',
    ],
    ['a study without a name', '{"op_code":0}\n', 'line 1 has no text in study_name.'],
    ['a study without directions', '{"op_code":0,"study_name":"a"}\n', 'line 1 has no list in directions.'],
    ['a trial without a study', '{"op_code":4}\n', 'line 1 has no whole number in study_id.'],
    ['a wrong number', '{"op_code":1,"study_id":-1}\n', 'line 1 has no whole number in study_id.'],
    [
      'wrong attributes',
      '{"op_code":0,"study_name":"a","directions":[1]}\n{"op_code":4,"study_id":0,"user_attrs":3}\n',
      'line 2 has no object in user_attrs.',
    ],
    [
      'a wrong plan',
      `${study}{"op_code":2,"study_id":0,"user_attr":{"lockstep:plan":{"a":[]}}}\n`,
      'line 2 has no plan in lockstep:plan.',
    ],
    ['wrong parameters', `${study}${parameters}[{"name":"a"}]}}\n`, 'line 2 has no parameters in lockstep:parameters.'],
  ]

  for (const [name, content, problem] of files) {
    row('is refused, with the line that is wrong, and stays as it is', name, async () => {
      const path = join(root(), 'file')
      writeFileSync(path, content)
      for (const call of [() => readJournal(path), () => openJournal(path, STUDY)]) {
        assert.equal(await refusal(call, path), NOT_A_JOURNAL + problem + endOf(problem))
      }
      assert.deepEqual(readFileSync(path), Buffer.from(content))
    })
  }

  it('and other things at a path are named', async () => {
    const folder = join(root(), 'folder')
    mkdirSync(folder)
    const calls = (path: string) => [
      () => openJournal(path, STUDY),
      () => readJournal(path),
      () => mergeJournals([path]),
    ]
    const regular = 'Expected a regular file, or the name of a new one, for journal (<path>) but received'
    for (const call of calls(folder)) assert.equal(await refusal(call, folder), `${regular} a folder.`)
    const missing = join(root(), 'none', 'a.jsonl')
    const [open, ...readers] = calls(missing)
    assert.match(
      await refusal(open, missing),
      /^The journal <path> cannot be written: ENOENT: .* Its folder does not exist: make it first\.$/,
    )
    for (const call of readers) {
      assert.equal(await refusal(call, missing), 'There is no journal <path>. Check the path.')
    }
    if (!posix) return
    for (const call of calls('/dev/full')) assert.equal(await refusal(call, '/dev/full'), `${regular} a device.`)
    const pipe = join(root(), 'pipe')
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0)
    for (const call of calls(pipe)) assert.equal(await refusal(call, pipe), `${regular} a pipe.`)
    const ring = join(root(), 'ring')
    symlinkSync(ring, ring)
    for (const call of calls(ring)) assert.match(await refusal(call, ring), /more than 40 symbolic links\.$/)
  })

  it('and a folder in place of the lock are refused', async () => {
    const path = join(root(), 'locked.jsonl')
    mkdirSync(`${path}.lock`)
    assert.equal(
      await refusal(() => openJournal(path, STUDY), path),
      'The lock <path>.lock is a folder. Delete it if no process uses it, or choose another path.',
    )
  })
})

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
        /^The journal <path> is of another study than the first journal\. Its (plan differs|space)/,
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

describe('a wrong record of a trial', () => {
  const root = folderOf()
  const row = rowTests()
  const changes: readonly (readonly [from: string | RegExp, to: string, problem: string])[] = [
    ['"state":1', '"state":0', 'has a trial that has not ended.'],
    ['"state":1', '"state":"a"', 'has a trial that has not ended.'],
    [/"value":[^,]+/, '"value":"a"', 'has no number in value.'],
    ['"lockstep:number":1', '"lockstep:number":1.5', 'has no whole number in lockstep:number.'],
    ['"lockstep:epochs":4', '"lockstep:epochs":null', 'has no whole number in lockstep:epochs.'],
    [/"lockstep:reason":"[^,]+,/, '', 'has no text in lockstep:reason.'],
    ['"lockstep:number":1', '"lockstep:number":2', 'has a trial outside its batch.'],
    ['"momentum":0.1', '"momentum":"0.1"', 'has a wrong value of the parameter momentum.'],
    ['"momentum":0.1', '"moment":0.1', 'has a wrong value of the parameter moment.'],
    ['"network.layers":1,', '"network.layers":2,', 'has a wrong value of the parameter network.layers.'],
    ['"lockstep:batch":{', '"batch":{', 'has no batch in lockstep:batch.'],
    [/"intermediate_values":\{/, '"intermediate_values":{"a":1,', 'has a wrong intermediate value.'],
  ]

  for (const [from, to, problem] of changes) {
    row('is refused, with the line that is wrong', `${from} ${to}`, async () => {
      const path = join(root(), 'study.jsonl')
      rmSync(path, { force: true })
      await (await openJournal(path, STUDY)).append(batchOf(0, 2))
      const lines = linesIn(path)
      const wrong = lines[4].replace(from, to)
      assert.notEqual(wrong, lines[4])
      writeFileSync(path, `${[...lines.slice(0, 4), wrong].join('\n')}\n`)
      assert.equal(await refusal(() => readJournal(path), path), `${NOT_A_JOURNAL}line 5 ${problem}${endOf('')}`)
    })
  }
})

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
