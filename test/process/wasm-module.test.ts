/** The WebAssembly module as a file: what it imports and exports, its instructions and its size; and calls that it refuses. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { textAt } from '#lib/backend/wasm/module.js'
import { describeWasm, limitedModule, WASM_FILE } from '../support/wasm.js'
import { dataAddresses, opcodesOf } from '../support/wasm-binary.js'

interface Engine {
  readonly Module: {
    new (bytes: Uint8Array): object
    imports(module: object): { module: string; name: string; kind: string }[]
    exports(module: object): { name: string; kind: string }[]
  }
  readonly Instance: new (module: object, imports: object) => { exports: Exports }
}

type Exports = { readonly [name in string]: (...given: number[]) => number } & {
  readonly memory: { readonly buffer: ArrayBuffer }
}

const { Module, Instance } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly

const FUNCTIONS = [
  'allocate',
  'release',
  'names',
  'interfaceVersion',
  'failure',
  'openPlan',
  'closePlan',
  'predictionWorkspace',
  'predict',
  'gradientsWorkspace',
  'gradients',
  'evaluationWorkspace',
  'evaluate',
  'stepEndWorkspace',
  'applyGradients',
  'metricWorkspace',
  'metric',
  'sessionWorkspace',
  'openSession',
  'runSession',
  'cancelSession',
  'closeSession',
]

const STACK = 65_536
// Of a page in a browser: what a user waits for.
const MOST_BYTES = 600_000
const MOST_COMPRESSED = 140_000

describeWasm('the WebAssembly module', () => {
  let bytes: Uint8Array
  let module: object
  const newInstance = (): Exports => new Instance(module, { env: { now: () => performance.now() } }).exports

  before(() => {
    bytes = readFileSync(WASM_FILE)
    module = new Module(bytes)
  })

  it('imports a clock and nothing else', () => {
    assert.deepEqual(Module.imports(module), [{ module: 'env', name: 'now', kind: 'function' }])
  })

  it('exports its memory and the functions of the backend', () => {
    const exported = Module.exports(module).map(({ name, kind }) => `${kind} ${name}`)
    assert.deepEqual(exported.sort(), ['memory memory', ...FUNCTIONS.map((name) => `function ${name}`)].sort())
  })

  it('has vectors of two doubles, and no instruction whose result depends on the processor', () => {
    // Throws for relaxed SIMD, which has the only fused multiply-add, and for threads.
    const opcodes = opcodesOf(bytes)
    for (const [name, opcode] of [
      ['f64x2.add', '0xfd 0xf0'],
      ['f64x2.mul', '0xfd 0xf2'],
      ['f64x2.sqrt', '0xfd 0xef'],
    ]) {
      assert.ok((opcodes.get(opcode) ?? 0) > 0, name)
    }
    assert.throws(() => opcodesOf(withInstruction([0xfd, 0x87, 0x02])), /0xfd 0x107/)
  })

  it('is small', () => {
    assert.ok(bytes.length <= MOST_BYTES, `${bytes.length} bytes`)
    const compressed = gzipSync(bytes, { level: 9 }).length
    assert.ok(compressed <= MOST_COMPRESSED, `${compressed} bytes compressed`)
  })

  it('has its stack before its data, so that a stack that overflows ends in a trap', () => {
    const addresses = dataAddresses(bytes)
    assert.ok(addresses.length > 0)
    assert.ok(Math.min(...addresses) >= STACK, `data at ${Math.min(...addresses)}`)
  })

  it('has a memory that starts small and that frees what was released', () => {
    const { memory, allocate, release } = newInstance()
    assert.ok(memory.buffer.byteLength <= 4 * 65_536, `${memory.buffer.byteLength} bytes`)
    let most = 0
    for (let i = 0; i < 100; i++) {
      const pointers = [1e6, 10, 3e5, 64].map((size) => allocate(size))
      for (const pointer of pointers) assert.equal(pointer % 16, 0)
      for (const pointer of pointers) release(pointer)
      if (i === 0) most = memory.buffer.byteLength
    }
    assert.equal(memory.buffer.byteLength, most)
  })

  it('gives no memory where there is none, and remains usable', () => {
    const { allocate, release, memory } = newInstance()
    for (const size of [2 ** 32, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -1]) assert.equal(allocate(size), 0)
    // A machine may have less.
    const large = allocate(3e9)
    if (large !== 0) {
      // Its end would be behind the last address.
      assert.equal(allocate(2e9), 0)
      release(large)
      assert.equal(allocate(1e9), large)
      assert.ok(memory.buffer.byteLength < 3.1e9)
    }
    const small = allocate(1000) >>> 0
    new Uint8Array(memory.buffer, small, 1000).fill(1)
  })

  it('says that there is no memory where a call needs more than there is', () => {
    const { allocate, openPlan, failure, memory } = new Instance(limitedModule(1), {
      env: { now: () => performance.now() },
    }).exports
    for (let size = 65_536; size >= 1; size /= 2) while (allocate(size) !== 0);
    assert.throws(() => openPlan(0, 0, 0), { name: 'RuntimeError' })
    assert.equal(textAt({ memory }, failure()), 'There is not enough memory.')
  })

  // Each ends the instance, so each has its own.
  const refused: [call: string, message: RegExp, run: (exports: Exports) => unknown][] = [
    ['names of no list', /^There is no list 10\.$/, ({ names }) => names(10)],
    ['a plan for no purpose', /^Expected an integer from 0 to 3 for purpose /, ({ openPlan }) => openPlan(0, 0, 4)],
    ['an empty plan', /^Expected a plan of at least length 21 but .* length 0\.$/, ({ openPlan }) => openPlan(0, 0, 0)],
    [
      'a plan behind the memory',
      /^Expected the address of 100 numbers in the memory for the plan\.$/,
      ({ openPlan, memory }) => openPlan(memory.buffer.byteLength - 792, 100, 0),
    ],
    [
      'a plan between two numbers',
      /^Expected the address of 21 numbers in the memory for the plan\.$/,
      ({ openPlan, allocate }) => openPlan(allocate(1000) + 4, 21, 0),
    ],
    ['a plan of no length', /^Expected a length of at least 0 for the plan /, ({ openPlan }) => openPlan(8, -1, 0)],
    [
      'a metric of no code',
      /^Expected an integer from 0 to 9 for code /,
      ({ metricWorkspace }) => metricWorkspace(10, 1, 1),
    ],
    ['no rows', /^Expected an integer from 1 to \d+ for rows /, ({ metricWorkspace }) => metricWorkspace(0, 0, 1)],
    ['half a row', /^Expected .* rows but received a fraction\.$/, ({ metricWorkspace }) => metricWorkspace(0, 1.5, 1)],
    ['a number as a handle', /^Expected the handle of an open plan\.$/, ({ closePlan }) => closePlan(8)],
    ['no handle', /^Expected the handle of an open session\.$/, ({ closeSession }) => closeSession(0)],
    ['a negative handle', /^Expected the handle of an open session\.$/, ({ runSession }) => runSession(-8, 0, 1, 0, 0)],
    [
      'memory of its own as a handle',
      /^Expected the handle of an open plan\.$/,
      ({ predictionWorkspace, allocate }) => predictionWorkspace(allocate(10_000)),
    ],
  ]

  it('refuses wrong calls with a message, and is not used after that', () => {
    for (const [call, message, run] of refused) {
      const exports = newInstance()
      assert.equal(exports.failure(), 0)
      assert.throws(() => run(exports), { name: 'RuntimeError' }, call)
      assert.match(textAt(exports, exports.failure()), message, call)
    }
  })
})

/** A module of one function with these bytes as its instruction. */
function withInstruction(instruction: readonly number[]): Uint8Array {
  const body = [0, ...instruction, 0x0b]
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, body.length + 2, 1, body.length, ...body])
}
