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

for (const folder of COMMONJS) {
  copyFileSync(join(root, 'lib', folder, 'package.json'), join(dist, folder, 'package.json'))
}
if (isOutdated()) build()

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
  writeFileSync(join(cjs, 'formats', 'kernel-text.js'), commonJsOf(join(dist, 'formats', 'kernel-text.js')))
  forwardShared()
  const entries = typeEntries()
  for (const entry of entries)
    writeFileSync(entry.replace(/\.ts$/, '.mts'), `export * from './${basename(entry, '.d.ts')}.js'\n`)
  removeInnerTypes(entries)
  resolveImports()
  writeFileSync(manifest, '{ "type": "commonjs" }\n')
}

function compile() {
  const conditional = Object.keys(own.imports).filter((name) => typeof own.imports[name] !== 'string')
  const sources = conditional.map((name) => [name, sourceOf(targetOf(name))])
  const others = conditional.flatMap((name) => Object.values(own.imports[name]).map(sourceOf))
  const used = sources.map(([, source]) => source)
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      module: 'commonjs',
      moduleResolution: 'bundler',
      esModuleInterop: true,
      verbatimModuleSyntax: false,
      rootDir: join(root, 'lib'),
      outDir: cjs,
      paths: Object.fromEntries(sources.map(([name, source]) => [name, [join(root, source)]])),
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [join(root, 'lib')],
    // Those for browsers.
    exclude: others.filter((source) => !used.includes(source)).map((source) => join(root, source)),
  }
  mkdirSync(dirname(config), { recursive: true })
  writeFileSync(config, JSON.stringify(settings, null, 2))
  // The comments that editors show are in the types.
  run(process.execPath, [tsc, '-p', config, '--declaration', 'false', '--removeComments'])
  run(process.execPath, [tsc, '-p', config, '--emitDeclarationOnly'])
}

function sourceOf(target) {
  return target.replace('./dist/', 'lib/').replace(/\.js$/, '.ts')
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

/** The files of types that package.json names. */
function typeEntries() {
  const names = Object.values(own.exports).flatMap((target) => target.require?.types ?? [])
  return names.flatMap((name) => {
    if (!name.includes('*')) return [join(root, name)]
    const [folder, end] = name.split('*')
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(end))
    return files.map((file) => join(root, folder, file))
  })
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
