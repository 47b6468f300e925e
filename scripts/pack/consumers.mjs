// Part of the installation test: programs that use the package in other ways than Node's own modules. TypeScript in every mode of
// module resolution, for ES modules and CommonJS modules; Jest in its default mode; a tracer of files; static entries; and the
// linters of packages.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { arch, env, execPath, platform } from 'node:process'
import { nodeFileTrace } from '@vercel/nft'
import { check } from '../checks.mjs'
import { root, tsc } from '../run.mjs'

const TYPESCRIPT_5 = 'typescript5@npm:typescript@~5.9'
const JEST = ['jest@30', 'jest-environment-jsdom@30']
const ENTRY = `${platform}-${arch}`

/** The sources of a mode: which files are compiled; `old` is TypeScript 5, which alone has the mode. */
const BOTH = ['consumer.mts', 'consumer.cts', 'made.cts', 'mixed.mts']
const MODES = [
  { module: 'commonjs', resolution: 'node10', files: ['consumer.ts'], old: true },
  { module: 'node16', resolution: 'node16', files: BOTH },
  { module: 'node18', resolution: 'node16', files: BOTH },
  { module: 'nodenext', resolution: 'nodenext', files: BOTH },
  { module: 'esnext', resolution: 'bundler', files: ['consumer.ts'] },
  { module: 'preserve', resolution: 'bundler', files: BOTH },
]

/** @param hasWasm whether the package has the WebAssembly module; npmRun: of the installation test; folder: temporary */
export async function checkConsumers({ tarball, hasWasm, folder, npmRun }) {
  if (hasWasm) checkLinters(tarball)
  else console.log('absent publint, attw: dist/lockstep_nn.wasm is missing. Run: npm run build:wasm')
  const project = join(folder, 'consumers')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  const packages = [tarball, TYPESCRIPT_5, ...JEST]
  const installed = npmRun(project, [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...packages,
  ])
  check('the package, Jest and TypeScript 5 are installed', installed.status === 0)
  for (const name of readdirSync(join(root, 'test', 'pack')))
    copyFileSync(join(root, 'test', 'pack', name), join(project, name))
  for (const type of ['mts', 'cts']) copyFileSync(join(project, 'consumer.ts'), join(project, `consumer.${type}`))
  checkTypeScript(project)
  checkJest(project)
  checkEntry(project)
  await checkTracer(project)
}

function checkLinters(tarball) {
  const publint = node(root, [programOf('publint'), '--strict', tarball])
  const clean = publint.status === 0 && !/Suggestions|Warnings|Errors/.test(publint.stdout)
  check('publint finds nothing', clean, clean ? '' : publint.text)
  // The WebAssembly module has no types.
  const excluded = ['--exclude-entrypoints', 'lockstep_nn.wasm']
  const attw = node(root, [programOf('@arethetypeswrong/cli'), tarball, '--format', 'ascii', ...excluded])
  check('attw finds nothing', attw.status === 0, attw.status === 0 ? '' : attw.text)
}

/** The program of a package that does not export it. */
function programOf(name) {
  const folder = join(root, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0])
}

function checkTypeScript(project) {
  const old = join(project, 'node_modules', 'typescript5', 'bin', 'tsc')
  const outputs = new Set()
  for (const { module, resolution, files, old: onlyOld = false } of MODES) {
    for (const [version, compiler] of onlyOld
      ? [['5', old]]
      : [
          ['5', old],
          ['7', tsc],
        ]) {
      const out = join(project, `out-${version}-${module}`)
      const settings = ['--strict', '--target', 'es2022', '--lib', 'es2023', '--outDir', out]
      const mode = ['--module', module, '--moduleResolution', resolution, '--esModuleInterop']
      const compiled = node(project, [compiler, ...settings, ...mode, ...files])
      check(
        `TypeScript ${version} compiles with ${module} and ${resolution}`,
        compiled.status === 0,
        compiled.stdout.trim(),
      )
      // Bundlers run the others.
      if (resolution === 'bundler') continue
      for (const file of files.filter((name) => !name.startsWith('made'))) {
        const { status, stdout, text } = node(project, [join(out, file.replace(/ts$/, 'js'))])
        const { taken, same, isNative } = status === 0 ? JSON.parse(stdout) : {}
        const ok = same && (taken || isNative)
        check(`${file} runs as ${module}, compiled by TypeScript ${version}`, ok, ok ? '' : text)
        if (isNative) outputs.add(stdout)
      }
    }
  }
  check('ES modules and CommonJS modules train the same bits', outputs.size === 1, [...outputs].join('').trim())
}

function checkJest(project) {
  const names = ['jest-native.test.cjs', 'jest-browser.test.cjs']
  // The same tests in a second file: Jest gives each file modules and globals of its own.
  copyFileSync(join(project, names[0]), join(project, 'jest-again.test.cjs'))
  const config = join(project, 'jest.config.json')
  writeFileSync(config, JSON.stringify({ testMatch: ['**/jest-*.test.cjs'] }))
  const { text } = node(project, [
    join(project, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--runInBand',
    '--config',
    config,
  ])
  const ok = /Tests: +7 passed, 7 total/.test(text)
  check('Jest runs 7 tests in its default mode and in jsdom', ok, ok ? '' : text)
}

function checkEntry(project) {
  for (const [name, line] of [
    ['entry.mjs', `import 'lockstep-nn/native/${ENTRY}'\nimport { Network, Trainer } from 'lockstep-nn'`],
    ['entry.cjs', `require('lockstep-nn/native/${ENTRY}')\nconst { Network, Trainer } = require('lockstep-nn')`],
  ]) {
    const source = `${line}
const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
console.log(new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' }).backend.name)\n`
    writeFileSync(join(project, name), source)
    const { stdout, text } = node(project, [name], { LOCKSTEP_ADDON: join(project, 'missing.node') })
    check(`${name} loads the binary of lockstep-nn/native/${ENTRY}`, stdout.startsWith('native/'), text)
  }
  const other = ENTRY === 'linux-arm64-musl' ? 'linux-x64-musl' : 'linux-arm64-musl'
  const { status, text } = node(project, ['-e', `require('lockstep-nn/native/${other}')`])
  check(
    'the entry of another platform says so',
    status !== 0 && /could not load its binary/.test(text),
    text.split('\n')[4],
  )
}

/** The files that @vercel/nft finds, copied to another folder, train natively there: so do deployments that use it. */
async function checkTracer(project) {
  for (const [name, script] of [
    ['traced', 'train.mjs'],
    ['traced-cjs', 'train.cjs'],
    ['traced-entry', 'entry.mjs'],
  ]) {
    const { fileList } = await nodeFileTrace([join(project, script)], { base: project })
    const copy = join(dirname(project), name)
    for (const file of fileList) cpSync(join(project, file), join(copy, file), { recursive: true })
    const { stdout, text } = node(copy, [script])
    const binaries = [...fileList].filter((file) => file.endsWith('.node'))
    check(`@vercel/nft takes ${fileList.size} files of ${script}, one binary among them`, binaries.length === 1)
    const ok = stdout.includes('native/')
    check('the traced files train natively elsewhere', ok, ok ? '' : text)
  }
}

/** Runs Node without the project's variables; `text` is all that was printed. */
function node(cwd, programArguments, more = {}) {
  const kept = Object.entries(env).filter(([name]) => !/^(lockstep_.*|node_options)$/i.test(name))
  const variables = { ...Object.fromEntries(kept), ...more }
  const result = spawnSync(execPath, programArguments, { cwd, env: variables, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return { ...result, text: `${result.stdout}${result.stderr}`.trim() }
}
