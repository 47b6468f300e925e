/** Files that are no journal, or have a wrong record: they are refused, and stay as they are. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { mergeJournals, openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { batchOf, linesIn, refusal, STUDY } from '../support/journals.js'
import { rowTests } from '../support/rows.js'

const posix = platform !== 'win32'

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
