// Builds dist/cjs: the library as CommonJS modules, for Jest's default mode, TypeScript's older modes and older tools. Does
// nothing where nothing has changed since. `npm run build:lib` runs it after the build of the ES modules in dist.
//
// The types are the same for both builds, so that TypeScript takes an object of one for an object of the other: the ES modules
// have files index.d.mts, which export what the CommonJS modules declare.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { root, run, tsc } from './run.mjs'

const dist = join(root, 'dist')
const cjs = join(dist, 'cjs')
const config = join(root, 'out', 'tsconfig.cjs.json')
const manifest = join(cjs, 'package.json')
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The files with `import.meta`, which CommonJS modules do not have: package.json names another one for them. */
const ESM_ONLY = ['lib/platform/wasm-url.ts']

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
  forwardLoaders()
  const entries = typeEntries()
  for (const entry of entries)
    writeFileSync(entry.replace(/\.ts$/, '.mts'), `export * from './${basename(entry, '.d.ts')}.js'\n`)
  removeInnerTypes(entries)
  writeFileSync(manifest, `${JSON.stringify({ type: 'commonjs', imports: importsHere() }, null, 2)}\n`)
}

function compile() {
  const paths = Object.entries(own.imports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [[name, [join(root, sourceOf(target.node ?? target.default))]]],
  )
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      module: 'commonjs',
      moduleResolution: 'bundler',
      esModuleInterop: true,
      verbatimModuleSyntax: false,
      rootDir: join(root, 'lib'),
      outDir: cjs,
      paths: Object.fromEntries(paths),
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [join(root, 'lib')],
    exclude: ESM_ONLY.map((name) => join(root, name)),
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

/** The loaders are CommonJS modules already, and are loaded once, from their own folder: `__dirname` leads to the binaries. */
function forwardLoaders() {
  for (const name of readdirSync(cjs, { recursive: true }).filter((name) => name.endsWith('.cjs'))) {
    const from = relative(dirname(join(cjs, name)), join(dist, name)).replaceAll('\\', '/')
    writeFileSync(join(cjs, name), `"use strict";\nmodule.exports = require('${from}');\n`)
  }
}

/** The files of types that package.json names. */
function typeEntries() {
  const names = Object.values(own.exports).flatMap((target) => target.require?.types ?? [])
  return names.flatMap((name) => {
    if (!name.includes('*')) return [join(root, name)]
    const [folder, end] = name.split('*')
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(end) && file !== 'use-binary.d.ts')
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
      visit(join(dirname(file), from).replace(/\.([cm]?)js$/, '.d.$1ts'))
    }
  }
  entries.forEach(visit)
  for (const name of readdirSync(cjs, { recursive: true })) {
    const file = join(cjs, name)
    if (/\.d\.c?ts$/.test(name) && !needed.has(file)) rmSync(file)
  }
}

/** `imports` of package.json for the files of this folder: Node looks them up in the nearest package.json. */
function importsHere() {
  const here = Object.entries(own.imports).flatMap(([name, target]) => {
    if (typeof target === 'string') return []
    const { import: _, ...conditions } = target
    return [[name, conditions]]
  })
  return JSON.parse(JSON.stringify(Object.fromEntries(here)).replaceAll('"./dist/', '"./'))
}
