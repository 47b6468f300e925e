// Bundles that contain the package, run in folders without node_modules: the trainings of test/platforms have the same digests as
// without a bundler, and without the addon the reason is the true one.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arch, env, execPath, platform } from 'node:process'
import { pathToFileURL } from 'node:url'
import { check } from '../checks.mjs'
import { copyWasm, hasChromium, runners, runSite } from '../platforms/chromium.mjs'
import { installed } from '../platforms/project.mjs'
import { outputOf } from '../platforms/support.mjs'
import { digestOf } from '../platforms/table.mjs'
import { BROWSER_BUNDLERS } from './browser.mjs'
import { NODE_BUNDLERS } from './node.mjs'

const FORMATS = { esbuild: ['esm', 'cjs'], webpack: ['esm', 'cjs'], rollup: ['esm', 'cjs'], vite: ['esm'] }
const BUNDLED = /lockstep-nn was bundled/

export async function bundleChecks({ project, folder, program }) {
  const require = createRequire(join(project, 'package.json'))
  const { default: commonjs } = await import(pathToFileURL(require.resolve('@rollup/plugin-commonjs')))
  const addon = join(installed(project), 'prebuilds', `${platform}-${arch}`, 'lockstep-nn.glibc.node')
  const plain = JSON.parse(await outputOf(execPath, [program, '--best', '--no-files'], { cwd: project }))
  const expected = digestOf(plain.backends[0].digests)
  check('the trainings run natively without a bundler', plain.backends[0].name.startsWith('native/'), expected)

  // With the WebAssembly module in the bundle, where it was built.
  const hasWasm = existsSync(join(installed(project), 'dist', 'lockstep_nn.wasm'))
  const entry = join(dirname(program), 'bundled.js')
  writeFileSync(entry, `${hasWasm ? "import 'lockstep-nn/wasm-inline'\n" : ''}import './main.js'\n`)

  for (const [name, bundle] of Object.entries(NODE_BUNDLERS)) {
    for (const format of FORMATS[name]) {
      const title = `${name}, ${format}, everything in the bundle`
      await holds(title, async () => {
        const target = newFolderIn(folder, `${name}-${format}`)
        const file = await bundle(entry, target, { format, commonjs })
        const without = JSON.parse(await outputOf(execPath, [file, '--no-files']))
        compare(`${title}, without the addon`, without, expected)
        if (hasWasm)
          check(`${title}, without the addon: has the backend wasm`, has(without, 'wasm'), without.reasons.wasm)
        const { native, text } = nativeOf(without)
        check(`${title}, without the addon: says that it was bundled`, !native && BUNDLED.test(text), text)
        const environment = { LOCKSTEP_ADDON: addon }
        const result = JSON.parse(await outputOf(execPath, [file, '--best', '--no-files'], { environment }))
        compare(`${title}, with LOCKSTEP_ADDON`, result, expected)
        check(`${title}, with LOCKSTEP_ADDON: trains natively`, nativeOf(result).native, nativeOf(result).text)
      })
    }
  }
  await browserChecks({ project, folder, program, expected })
}

async function browserChecks({ project, folder, program, expected }) {
  if (!hasChromium()) {
    const [{ needs }] = runners
    if (env.CI) check('Chromium is here', false, needs)
    else console.log(`absent bundles for browsers in Chromium: ${needs}`)
    return
  }
  for (const [name, bundle] of Object.entries(BROWSER_BUNDLERS)) {
    await holds(`${name}, browser`, async () => {
      const site = newFolderIn(folder, `${name}-browser`)
      await bundle(join(dirname(program), 'browser.js'), site)
      await copyWasm(project, site)
      const result = JSON.parse(await runSite(site))
      compare(`${name}, browser, in Chromium`, result, expected)
      for (const { title, ok, detail } of result.checks) check(`${name}, browser: ${title}`, ok, detail)
    })
  }
}

/** An exception is a failed check. */
async function holds(title, run) {
  try {
    await run()
  } catch (error) {
    check(title, false, error.message)
  }
}

function compare(title, { backends }, expected) {
  for (const { name, digests } of backends) {
    const digest = digestOf(digests)
    check(`${title}, ${name}: has the bits of Node.js without a bundler`, digest === expected, digest)
  }
}

const has = ({ backends }, wanted) => backends.some(({ name }) => name === wanted)

/** Whether a native backend is available, and otherwise why not. */
function nativeOf({ backends, reasons }) {
  const native = backends.some(({ name }) => name.startsWith('native/'))
  const [, text = ''] = native ? [] : (Object.entries(reasons).find(([name]) => name.startsWith('native/')) ?? [])
  return { native, text }
}

function newFolderIn(folder, name) {
  const target = join(folder, name)
  mkdirSync(target)
  return target
}
