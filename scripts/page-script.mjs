// Writes dist/search/page/script-text.js: the script of a study's page as text, bundled from lib/search/page/script. It is made
// at build time, because pages are also made in browsers, which have no files.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { root } from './run.mjs'

const { outputFiles } = buildSync({
  entryPoints: [join(root, 'lib', 'search', 'page', 'script', 'main.ts')],
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
})
writeFileSync(
  join(root, 'dist', 'search', 'page', 'script-text.js'),
  `export const SCRIPT = ${JSON.stringify(outputFiles[0].text)}\n`,
)
