/** The requested backend is the one that runs; `auto` chooses one and gives the reason. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { arch, env, platform } from 'node:process'
import { backends, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { type ChildOptions, script } from '../support/child.js'
import { copyPackage } from '../support/package-copy.js'
import { nativePaths, paths, wasmPaths } from '../support/paths.js'

const layers = [{ units: 3, activation: 'tanh' } as const, { units: 2 }]
const x = [
  [0.25, -1],
  [0.5, 2],
  [1, 0],
]
const y = [
  [1, 0],
  [0, 1],
  [0.5, 0.5],
]

const newNetwork = () => new Network({ inputs: 2, layers, seed: 3 })
const newTrainer = (backend?: string) =>
  new Trainer(newNetwork(), { loss: 'meanSquaredError', optimizer: 'adam', backend })

const all = backends().map(({ name }) => name)
const known = ['auto', 'native', ...all].join(', ')

// An architecture that no other test predicts with: the addon has no predictor for it yet.
const rare: LayerOption[] = [{ units: 3, activation: 'leakyRelu', alpha: 0.123456789 }, { units: 1 }]

/** Records which kernel set each call into the addon names, or its session was opened with, while `body` runs. */
async function callsDuring(body: () => Promise<void> | void): Promise<string[]> {
  const addon = loadAddon() as unknown as Record<string, unknown> & Addon
  const calls: string[] = []
  // `rowPredictor` takes a slot that `predictor` has prepared, no kernel set.
  const originals = Object.entries(addon).filter(
    ([name, value]) => typeof value === 'function' && name !== 'rowPredictor',
  )
  const sessions = new Map<unknown, number>()
  for (const [name, original] of originals) {
    addon[name as 'openSession'] = ((first: unknown, ...rest: unknown[]) => {
      const set = sessions.get(first) ?? (first as number)
      calls.push(`${name} native/${addon.kernelSets[set].name}`)
      const result: unknown = (original as (...all: unknown[]) => unknown)(first, ...rest)
      if (name === 'openSession') sessions.set(result, set)
      return result
    }) as never
  }
  try {
    await body()
  } finally {
    for (const [name, original] of originals) addon[name as 'openSession'] = original as never
  }
  return calls
}

/** The backend as reported by a new process. */
const TELL = `
  import { Network, Trainer, backends } from 'lockstep-nn'
  const layers = ${JSON.stringify(layers)}
  const network = new Network({ inputs: 2, layers, seed: 3 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend: process.env.OPTION })
  const history = trainer.fitSync(${JSON.stringify(x)}, ${JSON.stringify(y)}, { epochs: 5 })
  network.predict(${JSON.stringify(x)})
  const { backend } = trainer
  console.log(JSON.stringify({ ...backend, ran: history.backend, digest: network.digest(), backends: backends() }))`

interface Told {
  name: string
  reason: string
  ran: string
  digest: string
  backends: { name: string; available: boolean; reason?: string }[]
}

function tell(options: ChildOptions): Told {
  const { status, stdout, stderr } = script(TELL, options)
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Told
}

function failure(options: ChildOptions): string {
  const { status, stderr } = script(TELL, options)
  assert.equal(status, 1)
  return stderr.split('\n').find((line) => /^\w*Error: /.test(line)) ?? stderr
}

describe('a backend', () => {
  // The variable may be set where the tests run.
  const { LOCKSTEP_BACKEND: outside } = env
  before(() => {
    delete env.LOCKSTEP_BACKEND
  })
  after(() => {
    if (outside !== undefined) env.LOCKSTEP_BACKEND = outside
  })

  it('is listed once, the TypeScript one last and always available', () => {
    assert.equal(new Set(all).size, all.length)
    assert.deepEqual(backends().at(-1), { name: 'typescript', available: true })
    assert.deepEqual(all.map((name) => name.replace('native/', '')).sort(), [
      'avx2',
      'avx512',
      'neon',
      'scalar',
      'sse2',
      'typescript',
      'wasm',
    ])
    assert.equal(all.at(-2), 'wasm')
    for (const { available, reason } of backends()) assert.equal(reason === undefined, available)
  })

  for (const path of paths) {
    it(`is the one that ran: ${path}`, async () => {
      const trainer = newTrainer(path)
      assert.deepEqual(trainer.backend, { name: path, reason: `requested by backend: '${path}'` })
      const calls = await callsDuring(async () => {
        assert.equal(trainer.fitSync(x, y).backend, path)
        assert.equal((await trainer.fit(x, y)).backend, path)
        trainer.evaluate(x, y)
        new Network({ inputs: 2, layers: rare }).predict(x, { backend: path })
      })
      // So short a fit runs on the main thread in both forms.
      const fit = ['openSession', 'runSession', 'closeSession']
      const expected = [...fit, ...fit, 'evaluationWorkspace', 'evaluate', 'predictor'].map((use) => `${use} ${path}`)
      assert.deepEqual(calls, nativePaths.includes(path) ? expected : [])
    })

    it(`computes metrics, and predicts once for the loss and all metrics of evaluate: ${path}`, async () => {
      const metrics = ['r2', 'rocAuc', 'confusionMatrix'] as const
      const targets = y.map(([first]) => [Math.round(first), 1 - Math.round(first)])
      const calls = await callsDuring(() => void newTrainer(path).evaluate(x, targets, { metrics }))
      const uses = ['evaluationWorkspace', 'evaluate', 'metricWorkspace', 'metric', 'metricWorkspace', 'metric']
      assert.deepEqual(calls, nativePaths.includes(path) ? uses.map((use) => `${use} ${path}`) : [])
    })

    it(`can be forced from outside: ${path}`, () => {
      const told = tell({ variables: { LOCKSTEP_BACKEND: path } })
      assert.deepEqual([told.name, told.ran], [path, path])
      assert.equal(told.reason, `requested by LOCKSTEP_BACKEND=${path}`)
    })
  }

  it("is the first available one for 'auto' and for 'native'", () => {
    assert.deepEqual(newTrainer().backend, {
      name: nativePaths[0],
      reason: 'the best kernel set that this processor can run',
    })
    assert.deepEqual(newTrainer('auto').backend, newTrainer().backend)
    assert.deepEqual(newTrainer('native').backend, {
      name: nativePaths[0],
      reason: "requested by backend: 'native'",
    })
  })

  it('of a network stays the one that LOCKSTEP_BACKEND named at its first prediction with the same option', async () => {
    const layers = [{ units: 3 }]
    const [first, later] = [new Network({ inputs: 2, layers }), new Network({ inputs: 2, layers })]
    const uses = (network: Network) => callsDuring(() => void network.predict([[1, 2]]))
    env.LOCKSTEP_BACKEND = 'typescript'
    try {
      assert.deepEqual(await uses(first), [])
    } finally {
      delete env.LOCKSTEP_BACKEND
    }
    assert.deepEqual(await uses(first), [])
    assert.equal(later.predict([[1, 2]], { backend: 'typescript' }).length, 3)
    env.LOCKSTEP_BACKEND = 'nothing'
    try {
      assert.equal(first.predict([[1, 2]]).length, 3)
      for (const network of [later, new Network({ inputs: 2, layers })]) {
        assert.throws(() => network.predict([[1, 2]]), { name: 'RangeError', message: /LOCKSTEP_BACKEND/ })
      }
    } finally {
      delete env.LOCKSTEP_BACKEND
    }
  })

  it('is the one in the options where LOCKSTEP_BACKEND names another', () => {
    const told = tell({ variables: { LOCKSTEP_BACKEND: nativePaths[0], OPTION: 'typescript' } })
    assert.deepEqual([told.name, told.reason], ['typescript', "requested by backend: 'typescript'"])
  })

  it("is the best one where LOCKSTEP_BACKEND is empty or 'auto'", () => {
    for (const LOCKSTEP_BACKEND of ['', 'auto']) {
      assert.equal(tell({ variables: { LOCKSTEP_BACKEND } }).name, nativePaths[0])
    }
  })

  for (const { name, available, reason } of backends()) {
    if (available) continue
    it(`throws where it cannot run: ${name}`, () => {
      const message = `The backend '${name}' cannot run here: ${reason} Use 'auto' or 'typescript' to train without it.`
      assert.throws(() => newTrainer(name), { name: 'Error', message })
      assert.throws(() => newNetwork().predict(x, { backend: name }), { name: 'Error', message })
      assert.equal(failure({ variables: { LOCKSTEP_BACKEND: name } }), `Error: ${message}`)
    })
  }

  it('throws for an unknown name, in the options or in LOCKSTEP_BACKEND', () => {
    const message = (argument: string) =>
      `Expected the name of a backend for ${argument} but received "native/avx3" of type string. ` +
      `Did you mean "native/avx2"? Known: ${known}.`
    assert.throws(() => newTrainer('native/avx3'), { name: 'RangeError', message: message('backend') })
    const told = failure({ variables: { LOCKSTEP_BACKEND: 'native/avx3' } })
    assert.equal(told, `RangeError: ${message('LOCKSTEP_BACKEND')}`)
  })
})

describe('without a native binary', () => {
  let cwd = ''
  const NOT_BUILT =
    'the WebAssembly module is not there, or may not be read. In a bundle, import "lockstep-nn/wasm-inline", or await ' +
    'loadWasm with its file. In a checkout, run "npm run build:wasm".'
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lockstep-nn-'))
  })
  after(() => rmSync(cwd, { recursive: true, force: true }))

  /** Checks the fallback, its bits, and that a forced native backend throws. */
  function checkFallback(cause: RegExp, expected: string): void {
    const told = tell({ cwd })
    assert.deepEqual([told.name, told.ran], [expected, expected])
    const wasm =
      expected === 'wasm'
        ? ' WebAssembly trains instead, with the same bits.'
        : ` T${NOT_BUILT.slice(1)} TypeScript trains instead, with the same bits.`
    const BEFORE = 'the native addon cannot run: '
    assert.ok(told.reason.startsWith(BEFORE) && told.reason.endsWith(wasm), told.reason)
    const native = told.reason.slice(BEFORE.length, told.reason.length - wasm.length)
    assert.match(native, cause)
    for (const { name, ...backend } of told.backends) {
      const available = name === 'typescript' || name === expected
      const reason = name === 'wasm' ? NOT_BUILT : native
      assert.deepEqual(backend, available ? { available } : { available, reason })
    }
    const trainer = newTrainer()
    trainer.fitSync(x, y, { epochs: 5 })
    assert.equal(told.digest, trainer.network.digest())
    for (const name of ['native', 'native/scalar']) {
      const message = `Error: The backend '${name}' cannot run here: ${native} Use 'auto' or 'typescript' to train without it.`
      assert.equal(failure({ cwd, variables: { LOCKSTEP_BACKEND: name } }), message)
      assert.equal(failure({ cwd, variables: { OPTION: name } }), message)
    }
  }

  for (const expected of ['typescript', ...wasmPaths]) {
    describe(`trains on ${expected}, with the reason and the same bits`, () => {
      before(() => {
        rmSync(cwd, { recursive: true, force: true })
        copyPackage(cwd, { wasm: expected === 'wasm' })
      })

      it('where there is no build', () => {
        checkFallback(/prebuilds of lockstep-nn is missing/, expected)
      })

      it('where the binary is damaged', () => {
        const folder = join(cwd, 'build', 'Release')
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, 'lockstep_nn.node'), 'not a binary')
        checkFallback(new RegExp(`^no native binary could be loaded for ${platform}-${arch} `), expected)
      })

      it('where the loader is missing', () => {
        rmSync(join(cwd, 'node_modules'), { recursive: true })
        checkFallback(/Cannot find module 'node-gyp-build'/, expected)
      })
    })
  }
})
