// Checks the imports in lib: a folder imports only from those below it, and there are no import cycles, type-only imports
// included. Also checks that the kernels in TypeScript and C++ have the same folders and file names.
import { posix } from 'node:path'
import { filesUnder, lineOf, read, withoutComments } from './sources.mjs'

/** From the top down. Within a folder, imports are free. */
const FOLDERS = [
  'lib/cli',
  'lib/cli/commands',
  'lib/cli/report',
  'lib/cli/report/sections',
  'lib/cli/report/gather',
  'lib/cli/report/parts',
  'lib/cli/report/page',
  'lib/cli/support',
  'lib',
  'lib/native',
  'lib/onnx',
  'lib/formats',
  'lib/search',
  'lib/search/evolve',
  'lib/search/page',
  'lib/search/page/sections',
  'lib/search/page/script',
  'lib/search/page/parts',
  'lib/search/study',
  'lib/search/ensemble',
  'lib/search/batches',
  'lib/search/queue',
  'lib/search/journal',
  'lib/search/objectives',
  'lib/search/engine',
  'lib/search/pruners',
  'lib/search/samplers',
  'lib/search/space',
  'lib/data',
  'lib/data/model',
  'lib/data/diagnose',
  'lib/data/targets',
  'lib/data/columns',
  'lib/data/understanding',
  'lib/data/calibration',
  'lib/data/scores',
  'lib/data/csv',
  'lib/data/splits',
  'lib/data/encoding',
  'lib/data/records',
  'lib/training',
  'lib/training/checkpoint',
  'lib/network',
  'lib/backend',
  'lib/metrics',
  'lib/page',
  'lib/files',
  'lib/checks',
  'lib/platform',
  'lib/platform/commonjs',
  'lib/binaries',
  'lib/kernels',
]

const IMPORT =
  /\b(?:import|export)\s+(?:type\s)?(?:[\w$*{},\s]*?\bfrom\s*)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/g

/** The folder of the list that a file of lib is in; those of these have folders of their own. */
const folderOf = (name) =>
  ['lib/kernels', 'lib/backend'].find((folder) => name.startsWith(`${folder}/`)) ?? posix.dirname(name)

const { imports: CONDITIONAL } = JSON.parse(read('package.json'))

export const libFiles = () => filesUnder('lib', /\.ts$/)

/** What a file of lib imports: the line, the specifier, and the file where it is one of lib. */
function importsOf(name) {
  const source = withoutComments(read(name))
  return [...source.matchAll(IMPORT)].flatMap((match) => {
    const from = match[1] ?? match[2]
    const at = `${name}:${lineOf(source, match.index)}`
    const targets = targetsOf(name, from)
    if (targets === null) return [{ at, from, target: null }]
    return Object.entries(targets).map(([condition, target]) => ({ at, from, target, condition, text: match[0] }))
  })
}

/** The files of lib that a specifier leads to, by the condition of package.json; null for another package. */
function targetsOf(name, from) {
  const inLib = (path) => path.replace(/\.js$/, '.ts')
  // A binary.
  if (from.endsWith('.node')) return null
  if (from.startsWith('.')) return { always: inLib(posix.join(posix.dirname(name), from)) }
  if (!Object.hasOwn(CONDITIONAL, from)) return null
  const targets = Object.entries(CONDITIONAL[from])
  return Object.fromEntries(targets.map(([condition, path]) => [condition, inLib(path.replace('./dist/', 'lib/'))]))
}

/** The files of lib that a file imports at run time where this condition does not hold. */
export const importsWithout = (unwanted, name) =>
  importsOf(name)
    .filter(({ target, condition, text }) => target !== null && condition !== unwanted && !isType(text))
    .map(({ target }) => target)

/** Whether an import or export is of types only, which the compiler removes. */
const isType = (text) => /^(import|export)\s+type\b/.test(text)

export function checkLayers() {
  const problems = []
  const names = libFiles()
  const graph = new Map(names.map((name) => [name, importsOf(name)]))
  for (const [name, imports] of graph) {
    const place = FOLDERS.indexOf(folderOf(name))
    if (place < 0) problems.push(`${name}: ${folderOf(name)} is not in the order of folders in scripts/lint/layers.mjs`)
    for (const { at, from, target } of imports) {
      if (target === null) {
        if (place === FOLDERS.indexOf('lib/kernels'))
          problems.push(`${at}: lib/kernels imports only itself, not '${from}'`)
        continue
      }
      if (FOLDERS.indexOf(folderOf(target)) < place) {
        problems.push(`${at}: ${folderOf(name)} may not import ${target}, which is above it (scripts/lint/layers.mjs)`)
      }
    }
  }
  return [...problems, ...cyclesIn(graph)]
}

/** Import cycles, each once. */
function cyclesIn(graph) {
  const problems = []
  const done = new Set()
  const path = []
  const visit = (name) => {
    const at = path.indexOf(name)
    if (at >= 0) problems.push(`A circle of imports: ${[...path.slice(at), name].join(' -> ')}`)
    if (at >= 0 || done.has(name)) return
    path.push(name)
    for (const { target } of graph.get(name) ?? []) if (target !== null) visit(target)
    path.pop()
    done.add(name)
  }
  for (const name of graph.keys()) visit(name)
  return problems
}

/** Files of lib/kernels without a counterpart in C++: generated code, and decisions that only TypeScript makes. */
const TYPESCRIPT_ONLY = ['plan', 'option-table', 'initializers', 'arena', 'panels', 'products/lists']
const TYPESCRIPT_FOLDERS = ['codegen']
/** Folders of native/kernels without a counterpart in TypeScript: samples or members in vector lanes, and tools. */
const NATIVE_ONLY = ['lanes', 'support']
/** Stems that only one side has. The partners of these are native/session.cc, native/watch.cc and native/codec/member_codec.cc. */
const EXCEPTIONS = ['training/members', 'training/session', 'training/watch']

/** The stems of one side, spelled as TypeScript's file names. */
function stemsUnder(folder, pattern, left) {
  return filesUnder(folder, pattern)
    .map((name) =>
      name
        .slice(folder.length + 1)
        .replace(pattern, '')
        .replaceAll('_', '-'),
    )
    .filter((stem) => !left.includes(stem) && !left.includes(stem.split('/')[0]) && !EXCEPTIONS.includes(stem))
}

/** Checks that lib/kernels and native/kernels have the same folders and stems. */
export function checkPartners() {
  const typescript = stemsUnder('lib/kernels', /\.ts$/, [...TYPESCRIPT_ONLY, ...TYPESCRIPT_FOLDERS])
  const native = stemsUnder('native/kernels', /\.(inl|h)$/, NATIVE_ONLY)
  return [
    ...typescript
      .filter((stem) => !native.includes(stem))
      .map((stem) => `lib/kernels/${stem}.ts: native/kernels/${stem.replaceAll('-', '_')}.inl is missing`),
    ...native
      .filter((stem) => !typescript.includes(stem))
      .map((stem) => `native/kernels/${stem.replaceAll('-', '_')}.inl: lib/kernels/${stem}.ts is missing`),
  ]
}
