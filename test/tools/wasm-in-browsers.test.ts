/** The WebAssembly module in a bundle for browsers: it is fetched in the background or by loadWasm, and TypeScript trains before. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { describeWasm, WASM_FILE } from '../support/wasm.js'

/** What all programs begin with: a fetch of files, which Node does not have, and a training. */
const START = `
  import { backends, loadWasm, Network, Trainer } from 'lockstep-nn'
  const { readFileSync } = globalThis.files
  let fetched = 0
  let status = 200
  globalThis.fetch = async (url) => {
    fetched++
    await new Promise((resolve) => setTimeout(resolve, 20))
    return new Response(status === 200 ? readFileSync(new URL(url)) : null, { status })
  }
  const check = (actual, expected) => {
    const [a, b] = [actual, expected].map((value) => JSON.stringify(value))
    if (a !== b) throw new Error('Expected ' + b + ' but got ' + a)
  }
  const wasm = () => backends().find(({ name }) => name === 'wasm')
  const layers = [{ units: 3, activation: 'tanh' }, { units: 2 }]
  const newTrainer = (backend) =>
    new Trainer(new Network({ inputs: 2, layers, seed: 3 }), { loss: 'meanSquaredError', optimizer: 'adam', backend })
  const [x, y] = [[[0.25, -1], [0.5, 2], [1, 0]], [[1, 0], [0, 1], [0.5, 0.5]]]
  const NOT_LOADED = 'the WebAssembly module is not loaded yet: await loadWasm().'
  const messageOf = (call) => {
    try {
      call()
    } catch ({ message }) {
      return message
    }
  }
`

describeWasm('the WebAssembly module in a bundle for browsers', function () {
  this.timeout(60_000)
  const folder = folderOf()
  before(() => {
    mkdirSync(join(folder(), 'out'))
    copyFileSync(WASM_FILE, join(folder(), 'lockstep_nn.wasm'))
  })

  /** Bundles a program and runs it; esbuild leaves the address of the module as it is. */
  async function run(source: string): Promise<void> {
    const outfile = join(folder(), 'out', 'bundle.mjs')
    const stdin = { contents: START + source, resolveDir: ROOT }
    await build({ stdin, bundle: true, platform: 'browser', format: 'esm', outfile, logLevel: 'silent', define: {} })
    const begin = `globalThis.files = await import('node:fs'); await import('${pathToFileURL(outfile)}')`
    const { status, stderr } = node(['--input-type=module', '--eval', begin])
    assert.equal(status, 0, stderr)
  }

  it('is fetched in the background from the first use of auto on, while TypeScript trains', async () => {
    await run(`
      check(wasm(), { name: 'wasm', available: false, reason: NOT_LOADED })
      check(fetched, 0)
      check(messageOf(() => newTrainer('wasm')), "The backend 'wasm' cannot run here: " + NOT_LOADED + " Use 'auto' or 'typescript' to train without it.")
      const trainer = newTrainer('auto')
      const native = 'the native addon cannot run: native addons need Node.js, Bun or Deno.'
      const instead = ' trains instead, with the same bits.'
      check(trainer.backend, { name: 'typescript', reason: native + ' T' + NOT_LOADED.slice(1) + ' TypeScript' + instead })
      check(trainer.fitSync(x, y, { epochs: 2 }).backend, 'typescript')
      while (!wasm().available) await new Promise((resolve) => setTimeout(resolve, 5))
      check(trainer.backend, { name: 'wasm', reason: native + ' WebAssembly' + instead })
      check((await trainer.partialFit(x, y, { epochs: 2 })).backend, 'wasm')
      check(fetched, 1)
      const other = newTrainer('typescript')
      other.fitSync(x, y, { epochs: 2 })
      other.partialFitSync(x, y, { epochs: 2 })
      check(trainer.network.digest(), other.network.digest())`)
  })

  it('is fetched by loadWasm, once', async () => {
    await run(`
      await Promise.all([loadWasm(), loadWasm()])
      await loadWasm()
      check(fetched, 1)
      check(newTrainer('wasm').fitSync(x, y).backend, 'wasm')`)
  })

  it('that cannot be fetched leaves the reason, and TypeScript trains; loadWasm can be tried again', async () => {
    await run(`
      status = 404
      const trainer = newTrainer('auto')
      while (wasm().reason === NOT_LOADED) await new Promise((resolve) => setTimeout(resolve, 5))
      check(/^The WebAssembly module could not be loaded: .*lockstep_nn\\.wasm has the status 404\\.$/.test(wasm().reason), true)
      check(trainer.fitSync(x, y).backend, 'typescript')
      for (let i = 0; i < 3; i++) newTrainer('auto').fitSync(x, y)
      check(fetched, 1)
      await loadWasm().then(() => check('loaded', ''), ({ message }) => check(message, wasm().reason))
      status = 200
      await loadWasm()
      check(trainer.fitSync(x, y).backend, 'wasm')`)
  })
})
