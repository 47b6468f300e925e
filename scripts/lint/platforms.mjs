// Checks that only some folders of lib use what Node.js has and browsers have not, and that no entry of the package reaches it
// in a browser.
import { importsWithout, libFiles } from './layers.mjs'
import { lineOf, read, withoutComments } from './sources.mjs'

/** The folders that may use it. Their files for browsers, and all others, may not. */
const FOLDERS = /^lib\/(platform|files|cli)\//
/**
 * May also use `import.meta`, which a CommonJS build does not have: no other folder may, but the command line is only built
 * as ES modules.
 */
const IMPORT_META = /^lib\/(platform|cli)\//

const NODE_ONLY = [
  [/\bfrom 'node:|\bimport\(?\s*'node:/g, "a 'node:' import"],
  [/\bBuffer\b/g, 'Buffer'],
  [/\bprocess\s*[.[]/g, 'process'],
  [/\bsetImmediate\b/g, 'setImmediate'],
  [/\bNodeJS\b/g, "Node's types"],
]

/** The entries of the package. */
const ENTRIES = [
  'lib/index.ts',
  'lib/data/index.ts',
  'lib/formats/index.ts',
  'lib/onnx/index.ts',
  'lib/search/index.ts',
  'lib/wasm-inline.ts',
]

export function checkPlatforms() {
  const reached = reachedInBrowsers()
  return libFiles().flatMap((name) => {
    const source = withoutComments(read(name))
    const found = ([pattern, what], where) =>
      [...source.matchAll(pattern)].map(({ index }) => `${name}:${lineOf(source, index)}: ${what} ${where}`)
    const problems = IMPORT_META.test(name)
      ? []
      : found([/\bimport\.meta\b/g, 'import.meta'], 'is for lib/platform (scripts/lint/platforms.mjs)')
    const path = reached.get(name)
    if (path !== undefined) {
      return [...problems, ...NODE_ONLY.flatMap((one) => found(one, `is reached in browsers: ${path.join(' -> ')}`))]
    }
    if (FOLDERS.test(name)) return problems
    return [
      ...problems,
      ...NODE_ONLY.flatMap((one) => found(one, 'is for lib/platform and lib/files (#platform, #files)')),
    ]
  })
}

/** The files that the entries import in a browser, each with a chain of imports that leads to it. */
function reachedInBrowsers() {
  const files = new Set(libFiles())
  const reached = new Map(ENTRIES.map((name) => [name, [name]]))
  for (const [name, path] of reached) {
    for (const target of importsWithout('node', name)) {
      // The build makes some modules.
      if (files.has(target) && !reached.has(target)) reached.set(target, [...path, target])
    }
  }
  return reached
}
