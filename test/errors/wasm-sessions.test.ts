/** Sessions of the WebAssembly module whose arguments or arrays are wrong: each is refused with a message before any work. */
import assert from 'node:assert/strict'
import { type Exports, instantiate, textAt } from '#lib/backend/wasm/module.js'
import { argumentsOf } from '../support/calls.js'
import { type EnsembleJob, ensembleJobOf } from '../support/ensemble-job.js'
import { type Job, jobOf } from '../support/job.js'
import { addon, best, TEN_EPOCHS } from '../support/opened.js'
import { describeWasm, wasmModule } from '../support/wasm.js'

const [PREDICT, TRAIN] = [0, 3]
const HAS_MORE = 1
const EPOCHS_DIFFER = 2

/** A training in memory of the module: what `openSession` takes, and where its arrays are. */
class Given {
  readonly exports: Exports = instantiate(wasmModule())
  readonly names: readonly string[] = addon.sessionArrays
  readonly plan: number
  members: number
  readonly others: number[]
  readonly pointers: Int32Array
  readonly lengths: Float64Array

  constructor(job: Job | EnsembleJob = jobOf(TEN_EPOCHS), purpose = TRAIN) {
    const named = new Map(argumentsOf(addon, 'train', best, job) as [string, Float64Array][])
    const array = (name: string): Float64Array => named.get(name)!
    this.members = 'members' in job ? job.count : 1
    this.plan = this.exports.openPlan(this.put(array('the plan')), array('the plan').length, purpose)
    this.others = ['members', 'watch'].flatMap((name) => [this.put(array(name)), array(name).length])
    const workspace = this.names.indexOf('workspace')
    // The addon's workspace has another length.
    const arrays = this.names.map((name, i) => (i === workspace ? new Float64Array(100_000) : array(name)))
    this.pointers = Int32Array.from(arrays, (values) => this.put(values))
    this.lengths = Float64Array.from(arrays, ({ length }) => length)
  }

  put(values: Float64Array | Int32Array): number {
    if (values.length === 0) return 0
    const pointer = this.exports.allocate(values.byteLength)
    new Uint8Array(this.exports.memory.buffer, pointer, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    )
    return pointer
  }

  open(): number {
    const pointers = this.put(this.pointers)
    const [members, membersLength, watch, watchLength] = this.others
    const lengths = this.put(this.lengths)
    return this.exports.openSession(
      this.plan,
      this.members,
      members,
      membersLength,
      watch,
      watchLength,
      pointers,
      lengths,
    )
  }

  /** The place of an array in the lists. */
  at(name: string): number {
    return this.names.indexOf(name)
  }

  values(name: string): Float64Array {
    return new Float64Array(this.exports.memory.buffer, this.pointers[this.at(name)], this.lengths[this.at(name)])
  }
}

type Row = readonly [what: string, message: RegExp, given: () => Given, call: (given: Given) => unknown]

const network = () => new Given()
const run = (given: Given, until: number, from = 0) => given.exports.runSession(given.open(), from, until, 1e9, 0)

const REFUSED: readonly Row[] = [
  [
    'an array that is too short',
    /^Expected the length \d+ for x but received \d+\.$/,
    network,
    (given) => {
      given.lengths[given.at('x')]--
      given.open()
    },
  ],
  [
    'a length that is no integer',
    /^Expected an integer from 0 to \d+ for the length of state but received a fraction\.$/,
    network,
    (given) => {
      given.lengths[given.at('state')] += 0.5
      given.open()
    },
  ],
  [
    'an array behind the memory',
    /^Expected the address of \d+ numbers in the memory for parameters\.$/,
    network,
    (given) => {
      given.pointers[given.at('parameters')] = given.exports.memory.buffer.byteLength - 8
      given.open()
    },
  ],
  [
    'arrays that share memory',
    /^Expected parameters and x to share no memory\.$/,
    network,
    (given) => {
      given.pointers[given.at('parameters')] = given.pointers[given.at('x')]
      given.open()
    },
  ],
  [
    'no workspace',
    /^Expected the length \d+ for workspace but received 0\.$/,
    network,
    (given) => {
      given.lengths[given.at('workspace')] = 0
      given.open()
    },
  ],
  [
    'more members than there are numbers for',
    /^Expected 2 members but received the numbers of 1\.$/,
    network,
    (given) => {
      given.members = 2
      given.open()
    },
  ],
  [
    'a plan of predictions',
    /^Expected a plan for another purpose\.$/,
    () => new Given(jobOf(TEN_EPOCHS), PREDICT),
    (given) => given.open(),
  ],
  [
    'the end of a plan with a session',
    /^Expected a plan without open sessions\.$/,
    network,
    (given) => {
      given.open()
      given.exports.closePlan(given.plan)
    },
  ],
  [
    'a session that is closed',
    /^Expected the handle of an open session\.$/,
    network,
    (given) => {
      const session = given.open()
      given.exports.closeSession(session)
      given.exports.runSession(session, 0, 1, 0, 0)
    },
  ],
  ['more epochs than there are', /^Expected an integer from 0 to 10 for until /, network, (given) => run(given, 11)],
  ['losses before the first', /^Expected an integer from 0 to 0 for from /, network, (given) => run(given, 10, -1)],
  [
    'a position behind the last epoch',
    /^Expected an integer from 0 to 10 for position\[0\] /,
    network,
    (given) => {
      given.values('position')[0] = 11
      run(given, 10)
    },
  ],
  [
    'a position within a batch',
    /^Expected a multiple of the batch size 4 for position\[1\] but received 3\.$/,
    network,
    (given) => {
      given.values('position')[1] = 3
      run(given, 10)
    },
  ],
  [
    'a status that there is not',
    /^Expected the outcome of member 0 to agree with position\[0\] \(0\) /,
    network,
    (given) => {
      given.values('outcomes')[1] = 3
      run(given, 10)
    },
  ],
  [
    'another run while members are at different epochs',
    /^Expected the session to go on to epoch 9 before another run\.$/,
    () => new Given(ensembleJobOf(40, TEN_EPOCHS)),
    (given) => {
      const session = given.open()
      assert.equal(given.exports.runSession(session, 0, 9, 0, 0), HAS_MORE | EPOCHS_DIFFER)
      given.exports.runSession(session, 0, 10, 0, 1)
    },
  ],
]

describeWasm('the WebAssembly module', () => {
  it('refuses sessions, and runs of them, with a message', () => {
    for (const [what, message, makeGiven, call] of REFUSED) {
      const given = makeGiven()
      assert.throws(() => call(given), { name: 'RuntimeError' }, what)
      assert.match(textAt(given.exports, given.exports.failure()), message, what)
    }
  })

  it('trains where nothing is wrong', () => {
    const given = network()
    assert.equal(run(given, 10), 0)
    assert.deepEqual([...given.values('position').subarray(0, 2)], [10, 0])
  })

  it('ends a run of an ensemble between any two groups, and goes on from there', () => {
    const [whole, cut] = [new Given(ensembleJobOf(40, TEN_EPOCHS)), new Given(ensembleJobOf(40, TEN_EPOCHS))]
    assert.equal(run(whole, 10), 0)
    const session = cut.open()
    let runs = 0
    for (let state = HAS_MORE; state !== 0; runs++) {
      state = cut.exports.runSession(session, 0, 10, 0, state & EPOCHS_DIFFER ? 1 : 0)
    }
    assert.ok(runs > 20, `${runs} runs`)
    for (const name of ['parameters', 'state', 'series', 'outcomes']) {
      assert.deepEqual(cut.values(name), whole.values(name), name)
    }
  })
})
