// Bundles the playground: static files with relative addresses, for any host and any folder of it.

import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { minify } from 'terser'
import { root } from '../run.mjs'

const WASM = 'lockstep_nn.wasm'
const source = join(root, 'playground')

export const SITE = join(root, 'out', 'playground', 'site')

/** Writes the site to a folder, which is emptied before. */
export async function buildPlayground(site = SITE) {
  const wasm = join(root, 'dist', WASM)
  if (!existsSync(wasm)) throw new Error(`${wasm} is missing: run "npm run build:wasm", then "npm run build:ts".`)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  await rm(site, { recursive: true, force: true })
  await mkdir(site, { recursive: true })
  // The library is in a chunk that the page and the Worker share.
  await build({
    entryPoints: { page: join(source, 'view', 'main.tsx'), worker: join(source, 'training', 'worker.ts') },
    outdir: site,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { LIBRARY_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  })
  await shorten(site)
  await copyFile(wasm, join(site, WASM))
  await cp(join(source, 'index.html'), join(site, 'index.html'))
}

/** Minifies the scripts further: 5 % less to load. */
async function shorten(site) {
  const scripts = (await readdir(site)).filter((name) => name.endsWith('.js'))
  for (const path of scripts.map((name) => join(site, name))) {
    const options = { module: true, ecma: 2020, compress: { passes: 2 }, format: { comments: 'some' } }
    const { code } = await minify(await readFile(path, 'utf8'), options)
    await writeFile(path, code)
  }
}
