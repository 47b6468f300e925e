/** Journals and Python's Optuna: each loads what the other wrote, and both append to one file. */
import assert from 'node:assert/strict'
import { existsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { choice, logUniform, search } from 'lockstep-nn/search'
import { LockFile } from '#lib/files/lock-file.js'
import { openJournal, readJournal } from '#lib/search/journal/index.js'
import { started } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { batchOf, copyOf, linesIn, STUDY, trialOf, trialsUpTo } from '../support/journals.js'
import { task } from '../support/learning.js'
import { withPython } from '../support/python.js'

/** The beginning of all programs: the study at the path that is the first argument. */
const LOADING = `
import json, struct, sys
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
study = optuna.load_study(study_name='sweep', storage=storage)
`

const hex = (value: number): string => Buffer.from(Float64Array.of(value).buffer).toString('hex')

const LABELS = ['[{"activation":"relu","units":16},{"units":1}]', '[{"activation":"tanh","units":32},{"units":1}]']

/** A trial as the program below prints one. */
function printed(number: number): unknown {
  const { draw, state, value, rungs, epochs, reason } = trialOf(number)
  return {
    number,
    state: { complete: 'COMPLETE', pruned: 'PRUNED', failed: 'FAIL' }[state],
    value: value === null ? null : hex(value),
    rungs: Object.fromEntries(rungs.map((rung) => [rung.epoch, hex(rung.value)])),
    params: {
      'network.layers': LABELS[draw['network.layers']],
      ...('network.layers[0].units' in draw && { 'network.layers[0].units': draw['network.layers[0].units'] }),
      'fit.batchSize': [16, 32, null, true, 'all'][draw['fit.batchSize']],
      rate: hex(draw.rate),
      momentum: hex(draw.momentum),
    },
    epochs,
    reason,
  }
}

describe('Optuna', () => {
  const root = folderOf()

  async function newJournal(name: string, batches: number): Promise<string> {
    const path = join(root(), `${name}.jsonl`)
    const journal = await openJournal(path, STUDY)
    for (let number = 0; number < batches; number++) await journal.append(batchOf(number, 20))
    return path
  }

  withPython('loads every trial of a journal with its bits', ['optuna'], async (python) => {
    const path = await newJournal('loaded', 3)
    const output = python.run(
      `${LOADING}
def bits(value):
    return None if value is None else struct.pack('<d', value).hex()
def shown(value):
    return bits(value) if isinstance(value, float) else value
for trial in study.trials:
    assert trial.datetime_start <= trial.datetime_complete
    for name, distribution in trial.distributions.items():
        assert distribution._contains(distribution.to_internal_repr(trial.params[name]))
    print(json.dumps({
        'number': trial.number, 'state': trial.state.name, 'value': bits(trial.value),
        'rungs': {step: bits(value) for step, value in trial.intermediate_values.items()},
        'params': {name: shown(value) for name, value in trial.params.items()},
        'epochs': trial.user_attrs['lockstep:epochs'], 'reason': trial.user_attrs['lockstep:reason'],
    }))
print(json.dumps([study.direction.name, study.user_attrs['lockstep:plan'], study.best_trial.number]))
# Optuna checks each trial that it copies.
memory = optuna.storages.InMemoryStorage()
optuna.copy_study(from_study_name='sweep', from_storage=storage, to_storage=memory)
print(len(optuna.load_study(study_name='sweep', storage=memory).trials))
`,
      path,
    )
    const lines = output.trim().split('\n')
    const read = lines.map((line) => JSON.parse(line) as unknown)
    assert.deepEqual(
      read.slice(0, 60),
      Array.from({ length: 60 }, (_, i) => printed(i)),
    )
    const best = trialsUpTo(60).find(({ state, value }) => state === 'complete' && value === -Infinity)
    assert.deepEqual(read.slice(60), [['MINIMIZE', STUDY.plan, best!.number], 60])
  })

  withPython('adds trials to the study, which are shown and not counted', ['optuna'], async (python) => {
    const path = await newJournal('foreign', 1)
    python.run(
      `${LOADING}
for i in range(4):
    trial = study.ask()
    trial.suggest_float('rate', 1e-4, 0.1, log=True)
    trial.suggest_categorical('kind', ['a', None, True, 2.5])
    trial.suggest_int('depth', 3, 3)
    trial.report(float('nan'), 1)
    trial.report(float('inf'), 2)
    trial.set_user_attr('note', 'lockstep:number')
    if i == 0: study.tell(trial, 0.25)
    if i == 1: study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    if i == 2: study.tell(trial, state=optuna.trial.TrialState.FAIL)
study.enqueue_trial({'rate': 0.01})
study.add_trial(optuna.trial.create_trial(value=float('inf'), params={'depth': 4},
    distributions={'depth': optuna.distributions.IntDistribution(1, 5)}))
other = optuna.create_study(study_name='other', storage=storage)
other.optimize(lambda trial: trial.suggest_float('x', 0, 1), n_trials=3)
`,
      path,
    )
    const journal = await openJournal(path, STUDY)
    assert.equal((await journal.append(batchOf(1, 20))).added, 20)
    const { trials, foreign, batches } = await journal.read()
    assert.deepStrictEqual(trials, trialsUpTo(40))
    assert.equal(batches.length, 2)
    assert.deepEqual(
      foreign.map(({ number, state, value }) => [number, state, value]),
      [
        [20, 'complete', 0.25],
        // Optuna takes the last value that was reported.
        [21, 'pruned', Infinity],
        [22, 'failed', null],
        [23, 'running', null],
        [24, 'waiting', null],
        [25, 'complete', Infinity],
      ],
    )
    const [{ parameters }] = foreign
    assert.deepEqual(Object.keys(parameters), ['rate', 'kind', 'depth'])
    assert.equal(parameters.depth, 3)
    assert.ok(['a', null, true, 2.5].includes(parameters.kind as never))
    assert.deepEqual(foreign.at(-1)!.parameters, { depth: 4 })
    const [count, own] = python
      .run(
        `${LOADING}print(len(study.trials), sum('lockstep:number' in trial.user_attrs for trial in study.trials))`,
        path,
      )
      .split(' ')
    assert.deepEqual([Number(count), Number(own)], [46, 40])
  })

  for (const lock of ['JournalFileSymlinkLock', 'JournalFileOpenLock']) {
    withPython(`appends to a file at the same time as other processes, with ${lock}`, ['optuna'], async (python) => {
      const path = await newJournal(lock, 0)
      const children = await Promise.all(
        [0, 5].map((first) => started('journal-program', path, '10', '20', '30000', String(first))),
      )
      python.run(
        `${LOADING}
from optuna.storages.journal import ${lock}
storage = JournalStorage(JournalFileBackend(sys.argv[1], lock_obj=${lock}(sys.argv[1])))
study = optuna.load_study(study_name='sweep', storage=storage, sampler=optuna.samplers.RandomSampler())
study.optimize(lambda trial: trial.suggest_float('x', 0, 1), n_trials=15)
`,
        path,
      )
      for (const { ended } of children) {
        const { status, stderr } = await ended
        assert.equal(status, 0, stderr)
      }
      const { trials, foreign } = await readJournal(path)
      assert.deepStrictEqual(trials, trialsUpTo(200))
      assert.deepEqual(
        foreign.map(({ state }) => state),
        Array.from({ length: 15 }, () => 'complete'),
      )
      assert.equal(python.run(`${LOADING}print(len(study.trials))`, path), '215\n')
    })
  }

  withPython('removes the lock that a killed process left, after its own grace period', ['optuna'], async (python) => {
    const path = await newJournal('stale', 1)
    await new LockFile(path, 30_000).acquire()
    python.run(
      `${LOADING}
from optuna.storages.journal import JournalFileSymlinkLock
storage = JournalStorage(JournalFileBackend(sys.argv[1], lock_obj=JournalFileSymlinkLock(sys.argv[1], grace_period=1)))
study = optuna.load_study(study_name='sweep', storage=storage)
study.tell(study.ask(), 1.5)
`,
      path,
    )
    assert.ok(!existsSync(`${path}.lock`))
    assert.equal((await readJournal(path)).foreign[0].value, 1.5)
  })

  withPython('loads a journal that was cut off anywhere and continued', ['optuna'], async (python) => {
    const whole = await newJournal('cut', 2)
    const { length } = linesIn(whole).join('\n')
    const paths: string[] = []
    for (const part of [0.02, 0.1, 0.5, 0.61, 0.83, 0.999]) {
      const path = copyOf(whole, String(part))
      truncateSync(path, Math.round(part * length))
      const journal = await openJournal(path, STUDY)
      for (const number of [0, 1]) await journal.append(batchOf(number, 20))
      paths.push(path)
    }
    const output = python.run(
      `${LOADING}
for path in sys.argv[1:]:
    print(len(optuna.load_study(study_name='sweep', storage=JournalStorage(JournalFileBackend(path))).trials))
`,
      ...paths,
    )
    assert.equal(output, '40\n'.repeat(paths.length))
  })

  withPython('has the best trial of a search', ['optuna'], async (python) => {
    const path = join(root(), 'search.jsonl')
    const { x, y } = task(20)
    const { best, trials } = await search({
      data: { x, y },
      space: {
        network: { inputs: 3, layers: [{ units: choice([2, 4]), activation: 'tanh' }, { units: 2 }] },
        trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: logUniform(1e-3, 0.1) } },
        fit: { epochs: 9 },
      },
      trials: 27,
      pruner: 'successiveHalving',
      seed: 4,
      name: 'sweep',
      journal: path,
    })
    const output = python.run(
      `${LOADING}print(json.dumps([study.best_trial.number, study.best_value, len(study.trials)]))`,
      path,
    )
    assert.deepEqual(JSON.parse(output), [best.number, best.value, trials.length])
  })

  withPython('makes a study that is continued here, if its direction is the same', ['optuna'], (python) => {
    const path = join(root(), 'theirs.jsonl')
    writeFileSync(path, '')
    python.run(
      `${LOADING.split('study = ')[0]}optuna.create_study(study_name='sweep', storage=storage, direction='minimize')`,
      path,
    )
    return openJournal(path, STUDY).then(async (journal) => {
      await journal.append(batchOf(0, 5))
      assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(5))
      await assert.rejects(openJournal(path, { ...STUDY, better: 'higher' }), /There lower values are better/)
    })
  })
})

describe('optuna-dashboard', () => {
  const root = folderOf()

  withPython('shows every trial of a journal', ['optuna', 'optuna_dashboard'], async (python) => {
    const path = join(root(), 'shown.jsonl')
    const journal = await openJournal(path, STUDY)
    await journal.append(batchOf(0, 60))
    const output = python.run(
      `${LOADING}
import threading, urllib.request
from wsgiref.simple_server import make_server, WSGIRequestHandler
from optuna_dashboard import wsgi
class Quiet(WSGIRequestHandler):
    def log_message(self, *given):
        pass
server = make_server('127.0.0.1', 0, wsgi(storage), handler_class=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
def get(path):
    with urllib.request.urlopen(f'http://127.0.0.1:{server.server_port}{path}', timeout=60) as answer:
        return json.load(answer)
studies = get('/api/studies')['study_summaries']
shown = get(f"/api/studies/{studies[0]['study_id']}?after=0")
print(json.dumps([
    [(one['study_name'], one['directions']) for one in studies],
    [(trial['number'], trial['state'], len(trial['params'])) for trial in shown['trials']],
    [one['name'] for one in shown['union_search_space']],
    shown['has_intermediate_values'],
]))
server.shutdown()
`,
      path,
    )
    const [studies, trials, parameters, hasRungs] = JSON.parse(output)
    assert.deepEqual(studies, [['sweep', ['minimize']]])
    const states = { complete: 'Complete', pruned: 'Pruned', failed: 'Fail' }
    assert.deepEqual(
      trials,
      trialsUpTo(60).map(({ number, state, draw }) => [number, states[state], Object.keys(draw).length]),
    )
    assert.deepEqual(parameters.sort(), STUDY.parameters.map(({ name }) => name).sort())
    assert.equal(hasRungs, true)
  })
})
