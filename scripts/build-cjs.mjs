// Builds dist/cjs: the library as CommonJS modules, for Jest's default mode, TypeScript's older modes and older tools. Does
// nothing where nothing has changed since. `npm run build:lib` runs it after the build of the ES modules in dist.
//
// The types are the same for both builds, so that TypeScript takes an object of one for an object of the other: the ES modules
// have files index.d.mts, which export what the CommonJS modules declare.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { root, run, tsc } from './run.mjs'

const dist = join(root, 'dist')
const cjs = join(dist, 'cjs')
const config = join(root, 'out', 'tsconfig.cjs.json')
const manifest = join(cjs, 'package.json')
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The folders whose modules are CommonJS in both builds. */
const COMMONJS = entriesUnder('lib')
  .filter((name) => basename(name) === 'package.json')
  .map((name) => relative('lib', dirname(name)))

/** The files of dist/cjs that package.json names. */
const ENTRIES = Object.values(own.exports).flatMap((target) => {
  const name = target.require?.default
  if (name === undefined || !name.includes('*')) return name ?? []
  const folder = dirname(name)
  const sources = readdirSync(join(root, folder.replace('./dist/cjs', 'lib'))).filter((file) => file.endsWith('.ts'))
  return sources.map((file) => `${folder}/${basename(file, '.ts')}.js`)
})

for (const folder of COMMONJS) {
  copyFileSync(join(root, 'lib', folder, 'package.json'), join(dist, folder, 'package.json'))
}

function isOutdated() {
  if (!existsSync(manifest)) return true
  const built = statSync(manifest).mtimeMs
  const sources = ['package.json', 'tsconfig.json', 'scripts/build-cjs.mjs', 'lib', ...entriesUnder('lib')]
  // A folder's time is that of its last added or deleted file.
  return sources.some((name) => statSync(join(root, name)).mtimeMs > built)
}

function entriesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name))
}

function build() {
  rmSync(cjs, { recursive: true, force: true })
  compile()
  forwardShared()
  const types = ENTRIES.map((name) => join(root, name.replace(/\.js$/, '.d.ts')))
  for (const file of types)
    writeFileSync(file.replace(/\.ts$/, '.mts'), `export * from './${basename(file, '.d.ts')}.js'\n`)
  removeInnerTypes(types)
  resolveImports()
  writeFileSync(manifest, '{ "type": "commonjs" }\n')
}

/** Compiles the entries and what they import in Node: nothing of browsers. */
function compile() {
  const conditional = Object.keys(own.imports).filter((name) => typeof own.imports[name] !== 'string')
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      module: 'commonjs',
      moduleResolution: 'bundler',
      esModuleInterop: true,
      verbatimModuleSyntax: false,
      rootDir: join(root, 'lib'),
      outDir: cjs,
      paths: Object.fromEntries(conditional.map((name) => [name, [sourceOf(targetOf(name))]])),
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [],
    files: ENTRIES.map(sourceOf),
  }
  mkdirSync(dirname(config), { recursive: true })
  writeFileSync(config, JSON.stringify(settings, null, 2))
  // The comments that editors show are in the types.
  run(process.execPath, [tsc, '-p', config, '--declaration', 'false', '--removeComments'])
  run(process.execPath, [tsc, '-p', config, '--emitDeclarationOnly'])
}

/** The source of a file of dist or dist/cjs. */
function sourceOf(target) {
  return join(root, target.replace(/^\.\/dist\/(cjs\/)?/, 'lib/').replace(/\.js$/, '.ts'))
}

/**
 * The WebAssembly module as text, from its file: Node has it beside these modules, and a copy in base64 would be as large as
 * all of them.
 */
const WASM_TEXT = `"use strict";
const bytes = require('node:fs').readFileSync(require('node:path').join(__dirname, '../lockstep_nn.wasm'));
exports.LENGTH = bytes.length;
exports.BASE64 = bytes.toString('base64');
`

/** Writes the modules that other scripts generate, which have only types in lib; those that no entry needs are left out. */
function writeGenerated() {
  writeFileSync(join(cjs, 'wasm-base64.js'), WASM_TEXT)
  for (const name of entriesUnder('lib').filter((name) => name.endsWith('.d.ts'))) {
    const file = relative('lib', name).replace(/\.d\.ts$/, '.js')
    const isNeeded = existsSync(join(dist, file)) && existsSync(dirname(join(cjs, file)))
    if (file !== 'wasm-base64.js' && isNeeded) writeFileSync(join(cjs, file), commonJsOf(join(dist, file)))
  }
}

/** The text of an ES module that only exports constants, as a CommonJS module. */
function commonJsOf(file) {
  return `"use strict";\n${readFileSync(file, 'utf8').replaceAll(/^export const (\w+) =/gm, 'exports.$1 =')}`
}

/** Modules that are CommonJS in both builds are loaded once, from their folder in dist: `__dirname` leads to the binaries. */
function forwardShared() {
  for (const folder of COMMONJS) {
    for (const name of readdirSync(join(cjs, folder)).filter((name) => name.endsWith('.js'))) {
      const from = relative(join(cjs, folder), join(dist, folder, name)).replaceAll('\\', '/')
      writeFileSync(join(cjs, folder, name), `"use strict";\nmodule.exports = require('${from}');\n`)
    }
  }
}

/** Deletes the types that no entry needs. */
function removeInnerTypes(entries) {
  const needed = new Set()
  const visit = (file) => {
    if (needed.has(file)) return
    needed.add(file)
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
      visit(join(dirname(file), from).replace(/\.js$/, '.d.ts'))
    }
  }
  entries.forEach(visit)
  for (const name of readdirSync(cjs, { recursive: true })) {
    const file = join(cjs, name)
    if (/\.d\.ts$/.test(name) && !needed.has(file)) rmSync(file)
  }
}

/** Whoever requires these modules is Node or imitates it: bundlers take the ES modules, by the condition `module`. */
function resolveImports() {
  for (const name of readdirSync(cjs, { recursive: true }).filter((name) => name.endsWith('.js'))) {
    const file = join(cjs, name)
    const text = readFileSync(file, 'utf8')
    const resolved = text.replaceAll(/\brequire\("(#[\w-]+)"\)/g, (_, from) => {
      const target = relative(dirname(file), join(cjs, targetOf(from).replace('./dist/', '')))
      return `require("${`./${target}`.replaceAll('\\', '/').replace('./../', '../')}")`
    })
    if (resolved !== text) writeFileSync(file, resolved)
  }
}

/** The file of dist that a name of `imports` in package.json means in Node. */
function targetOf(name) {
  const { node, default: otherwise } = own.imports[name]
  return node ?? otherwise
}

if (isOutdated()) build()
writeGenerated()
