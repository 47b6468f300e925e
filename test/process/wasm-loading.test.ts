/** Loading the WebAssembly module: from all sources, once, and with the reason where it does not load. */
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ChildOptions, ROOT, script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { describeWasm, hasWasm, WASM_FILE } from '../support/wasm.js'

/** The program that all scripts begin with. */
const START = `
  import assert from 'node:assert/strict'
  import { readFileSync } from 'node:fs'
  import { backends, loadWasm, Network, Trainer } from 'lockstep-nn'
  const wasm = () => backends().find(({ name }) => name === 'wasm')
  const layers = [{ units: 3, activation: 'tanh' }, { units: 2 }]
  const newTrainer = (backend) =>
    new Trainer(new Network({ inputs: 2, layers, seed: 3 }), { loss: 'meanSquaredError', optimizer: 'adam', backend })
  const [x, y] = [[[0.25, -1], [0.5, 2], [1, 0]], [[1, 0], [0, 1], [0.5, 0.5]]]
  const digestOn = (backend) => {
    const trainer = newTrainer(backend)
    trainer.fitSync(x, y, { epochs: 5 })
    return trainer.network.digest()
  }
  const trains = () => assert.equal(digestOn('wasm'), digestOn('typescript'))
`

function run(source: string, options: ChildOptions = {}): string {
  const { status, stdout, stderr } = script(START + source, options)
  assert.equal(status, 0, stderr)
  return stdout
}

/** A folder of the package without the addon. */
const withoutAddon = folderOf()
before(() => {
  cpSync(join(ROOT, 'dist'), join(withoutAddon(), 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(withoutAddon(), 'package.json'))
})

const PLEASE = "Use 'auto' or 'typescript' to train without it."

describe('the WebAssembly module that is not built', () => {
  let cwd = ''
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lockstep-nn-'))
    cpSync(join(ROOT, 'dist'), join(cwd, 'dist'), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(cwd, 'package.json'))
    rmSync(join(cwd, 'dist', 'lockstep_nn.wasm'), { force: true })
    if (hasWasm) copyFileSync(WASM_FILE, join(cwd, 'copied.wasm'))
  })
  after(() => rmSync(cwd, { recursive: true, force: true }))

  it('is listed with what to do, and refused with it', () => {
    run(
      `
      const reason =
        'the WebAssembly module is not there, or may not be read. In a bundle, import "lockstep-nn/wasm-inline", or await ' +
'loadWasm with its file. In a checkout, run "npm run build:wasm".'
      assert.deepEqual(wasm(), { name: 'wasm', available: false, reason })
      const message = "The backend 'wasm' cannot run here: " + reason + " ${PLEASE}"
      assert.throws(() => newTrainer('wasm'), { name: 'Error', message })
      const failed = 'The WebAssembly module could not be loaded: ' + reason
      await assert.rejects(loadWasm(), { name: 'Error', message: failed })
      assert.equal(newTrainer('auto').backend.name, 'typescript')`,
      { cwd },
    )
  })

  it('is refused where it is something else', () => {
    const other = join(cwd, 'other.wasm')
    writeFileSync(other, Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
    writeFileSync(join(cwd, 'text.wasm'), 'text')
    run(
      `
      const refused = async (source, message) => assert.rejects(loadWasm(source), { name: 'Error', message })
      const failed = 'The WebAssembly module could not be loaded: '
      await refused('other.wasm', failed + 'It is of another version of lockstep-nn.')
      await refused('text.wasm', /^The WebAssembly module could not be loaded: .*\\.$/)
      await refused('missing.wasm', /^The WebAssembly module could not be loaded: ENOENT.*\\.$/)
      await refused({ ok: false, status: 404, arrayBuffer() {} }, failed + 'The response has the status 404.')
      for (const [source, received] of [[5, '5 of type number'], [{}, 'an object'], [null, 'null']]) {
        const message =
          'Expected a URL, a response of fetch, bytes or a WebAssembly.Module for the source of loadWasm but received ' + received + '.'
        await assert.rejects(loadWasm(source), { name: 'TypeError', message })
      }
      assert.equal(wasm().available, false)`,
      { cwd },
    )
  })

  describeWasm('is loaded', () => {
    const file = () => join(cwd, 'copied.wasm')

    const sources: Readonly<Record<string, () => string>> = {
      'a path': () => `'copied.wasm'`,
      'a URL as text': () => `'${pathToFileURL(file())}'`,
      'a URL': () => `new URL('${pathToFileURL(file())}')`,
      'a data URL': () => `'data:application/wasm;base64,' + readFileSync('copied.wasm').toString('base64')`,
      'a Buffer': () => `readFileSync('copied.wasm')`,
      'an ArrayBuffer': () => `new Uint8Array(readFileSync('copied.wasm')).buffer`,
      'part of an ArrayBuffer': () => `new Uint8Array([0, 0, ...readFileSync('copied.wasm')]).subarray(2)`,
      'a module': () => `new WebAssembly.Module(readFileSync('copied.wasm'))`,
      'a response': () => `new Response(readFileSync('copied.wasm'))`,
      'a promise of a response': () => `Promise.resolve(new Response(readFileSync('copied.wasm')))`,
    }
    for (const [name, source] of Object.entries(sources)) {
      it(`from ${name}`, () => {
        run(`await loadWasm(${source()}); assert.equal(wasm().available, true); trains()`, { cwd })
      })
    }

    it('once: further calls do nothing, and calls at the same time share it', () => {
      run(
        `
        await Promise.all([loadWasm('copied.wasm'), loadWasm('copied.wasm'), loadWasm(new Uint8Array(8)).catch(() => {})])
        trains()
        await loadWasm()
        await loadWasm('missing.wasm')
        await assert.rejects(loadWasm(5), TypeError)
        trains()`,
        { cwd },
      )
    })

    it('by an import of lockstep-nn/wasm-inline, at its first use', () => {
      run(
        `
        import 'lockstep-nn/wasm-inline'
        assert.equal(newTrainer('auto').backend.name, 'wasm')
        trains()`,
        { cwd },
      )
    })

    it('for ES modules and CommonJS modules at once', () => {
      run(
        `
        import { createRequire } from 'node:module'
        const other = createRequire(import.meta.url)('lockstep-nn')
        assert.equal(other.backends().find(({ name }) => name === 'wasm').available, false)
        await loadWasm('copied.wasm')
        const network = new other.Network({ inputs: 2, layers, seed: 3 })
        const [a, b] = ['wasm', 'typescript'].map((backend) => network.predict(x, { backend }))
        assert.deepEqual(a, b)`,
        { cwd },
      )
    })

    it('also after a source that failed', () => {
      run(`await assert.rejects(loadWasm('missing.wasm')); await loadWasm('copied.wasm'); trains()`, { cwd })
    })

    it('for trainers that chose auto before, from their next fit on', () => {
      run(
        `
        const trainer = newTrainer('auto')
        assert.equal(trainer.fitSync(x, y, { epochs: 2 }).backend, 'typescript')
        trainer.step(x, y)
        trainer.applyGradients(new Float64Array(17).fill(1e-3))
        await loadWasm('copied.wasm')
        assert.equal(trainer.backend.name, 'wasm')
        assert.equal(trainer.partialFitSync(x, y, { epochs: 3 }).backend, 'wasm')
        trainer.step(x, y)
        trainer.applyGradients(new Float64Array(17).fill(1e-3))
        const { loss } = trainer.evaluate(x, y)
        const other = newTrainer('typescript')
        other.fitSync(x, y, { epochs: 2 })
        other.step(x, y)
        other.applyGradients(new Float64Array(17).fill(1e-3))
        other.partialFitSync(x, y, { epochs: 3 })
        other.step(x, y)
        other.applyGradients(new Float64Array(17).fill(1e-3))
        assert.equal(trainer.network.digest(), other.network.digest())
        assert.equal(loss, other.evaluate(x, y).loss)`,
        { cwd },
      )
    })
  })
})

describeWasm('a training that does not fit into the memory of WebAssembly', () => {
  // Nothing of more than 100 kB is given out.
  const LITTLE = `
      const { Instance } = WebAssembly
      WebAssembly.Instance = class extends Instance {
        get exports() {
          const all = super.exports
          return { ...all, allocate: (bytes) => (bytes > 1e5 ? 0 : all.allocate(bytes)) }
        }
      }
      const many = (columns) => Float64Array.from({ length: 20_000 * columns }, (_, i) => ((7 * i) % 17) / 16)
      const refused = { name: 'RangeError', message: /^Expected arrays that fit into the free memory for the backend 'wasm' but/ }
  `

  it('is refused on wasm, with every call, and changes nothing', () => {
    run(`${LITTLE}
      const trainer = newTrainer('wasm')
      const { network } = trainer
      const before = network.digest()
      assert.throws(() => trainer.fitSync(many(2), many(2)), refused)
      await assert.rejects(trainer.fit(many(2), many(2)), refused)
      assert.throws(() => trainer.step(many(2), many(2)), refused)
      assert.throws(() => trainer.evaluate(many(2), many(2)), refused)
      assert.throws(() => network.gradients(many(2), many(2), { backend: 'wasm' }), refused)
      assert.equal(network.digest(), before)
      trains()`)
  })

  it('is done in TypeScript on auto, which the history names', () => {
    run(
      `${LITTLE}
      const [trainer, other] = ['auto', 'typescript'].map(newTrainer)
      assert.equal(trainer.backend.name, 'wasm')
      const results = [trainer, other].map((one) => {
        assert.equal(one.fitSync(many(2), many(2), { epochs: 2 }).backend, 'typescript')
        one.step(many(2), many(2))
        return [one.evaluate(many(2), many(2)), one.network.gradients(many(2), many(2), { backend: one.backend.name === 'wasm' ? 'auto' : 'typescript' })]
      })
      assert.deepEqual(results[0], results[1])
      assert.equal(trainer.network.digest(), other.network.digest())
      assert.equal(trainer.partialFitSync(x, y).backend, 'wasm')`,
      { variables: { LOCKSTEP_ADDON: '' }, cwd: withoutAddon() },
    )
  })
})

describeWasm('the WebAssembly module', () => {
  it('is loaded at its first use', () => {
    run(`
      const { Module } = WebAssembly
      let compiled = 0
      WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); compiled++ } }
      newTrainer('typescript').fitSync(x, y)
      assert.equal(compiled, 0)
      trains()
      trains()
      assert.equal(wasm().available, true)
      assert.equal(compiled, 1)`)
  })

  it('is refused with the reason where a page forbids WebAssembly, and where there is none', () => {
    run(`
      WebAssembly.Module = class {
        constructor() {
          throw new WebAssembly.CompileError("Refused to compile: it violates the following Content Security Policy directive")
        }
      }
      const reason = "WebAssembly is disabled here: a Content-Security-Policy needs 'wasm-unsafe-eval' in script-src."
      assert.deepEqual(wasm(), { name: 'wasm', available: false, reason })
      assert.throws(() => newTrainer('wasm'), { message: "The backend 'wasm' cannot run here: " + reason + " ${PLEASE}" })`)
    run(`assert.equal(wasm().reason, 'WebAssembly is disabled here.')`, { flags: ['--jitless', '--no-expose-wasm'] })
  })

  it('is chosen by LOCKSTEP_BACKEND', () => {
    const variables = { LOCKSTEP_BACKEND: 'wasm' }
    run(
      `assert.deepEqual(newTrainer().backend, { name: 'wasm', reason: 'requested by LOCKSTEP_BACKEND=wasm' }); trains()`,
      { variables },
    )
  })

  it('works in worker threads, each with its own', () => {
    run(`
      import { Worker, isMainThread } from 'node:worker_threads'
      const source = \`
        import('lockstep-nn').then(({ Network }) => {
          const network = new Network({ inputs: 2, layers: [{ units: 2 }], seed: 1 })
          require('node:worker_threads').parentPort.postMessage(network.predict([[1, 2]], { backend: 'wasm' }))
        })\`
      const network = new Network({ inputs: 2, layers: [{ units: 2 }], seed: 1 })
      const results = await Promise.all(
        [1, 2].map(() => new Promise((resolve, reject) => {
          new Worker(source, { eval: true, execArgv: [] }).on('message', resolve).on('error', reject)
        })),
      )
      for (const one of results) assert.deepEqual(one, network.predict([[1, 2]], { backend: 'typescript' }))`)
  })
})

describeWasm('a thousand fits at once and many trainers that step, on wasm', () => {
  it('end in the bits of one after the other, in few instances', () => {
    run(`
      let instances = 0
      const { Instance } = WebAssembly
      WebAssembly.Instance = class extends Instance { constructor(...given) { super(...given); instances++ } }
      const expected = digestOn('typescript')
      const trainers = Array.from({ length: 1000 }, () => newTrainer('wasm'))
      await Promise.all(trainers.map((trainer) => trainer.fit(x, y, { epochs: 5 })))
      for (const { network } of trainers) assert.equal(network.digest(), expected)
      const steppers = Array.from({ length: 100 }, () => newTrainer('wasm'))
      const other = newTrainer('typescript')
      for (let i = 0; i < 3; i++) {
        for (const trainer of steppers) trainer.step(x, y)
        other.step(x, y)
      }
      for (const { network } of steppers) assert.equal(network.digest(), other.network.digest())
      assert.equal(instances, 1)`)
  })
})
