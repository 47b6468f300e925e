// Bundles the program `lockstep-nn`: replaces dist/cli/main.js, and writes dist/cli/chunks. Loading each of the 300 modules of
// a command by itself takes longer than predicting 10,000 rows. A command loads only the chunks that it needs.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './run.mjs'

const folder = join(root, 'dist', 'cli')
const chunks = 'chunks'

/** Modules that find other files beside themselves, by their paths from dist/cli/chunks. Only chunks import them. */
const OUTSIDE = [
  [/\/commonjs\/addon\.js$/, '../../platform/commonjs/addon.js'],
  [/\/page-files\.js$/, '../report/page-files.js'],
]
const outside = {
  name: 'outside',
  setup({ onResolve }) {
    for (const [filter, path] of OUTSIDE) onResolve({ filter }, () => ({ path, external: true }))
  },
}

rmSync(join(folder, chunks), { recursive: true, force: true })
await build({
  // Not from dist/cli/main.js, which may be a bundle already.
  stdin: { contents: readFileSync(join(root, 'lib', 'cli', 'main.ts'), 'utf8'), loader: 'ts', resolveDir: folder },
  outdir: folder,
  entryNames: 'main',
  chunkNames: `${chunks}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Names stay: messages of errors may have them.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [outside],
  logLevel: 'warning',
})
