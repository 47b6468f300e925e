// A project that has installed the package: what bundlers start from.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../run.mjs'

const DEPENDENCIES = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)

/** An empty WebAssembly module, in place of the one that may not have been built: bundlers fail where there is no file. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/**
 * Installs the package as it is built, its dependencies, and other packages of the checkout, into a folder.
 * @param {string} folder an empty folder
 * @param {readonly string[]} optional names of packages
 */
export function installInto(folder, optional = []) {
  const place = join(folder, 'node_modules', 'lockstep-nn')
  cpSync(join(root, 'dist'), join(place, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(place, 'package.json'))
  const wasm = join(place, 'dist', 'lockstep_nn.wasm')
  if (!existsSync(wasm)) writeFileSync(wasm, EMPTY_MODULE)
  for (const name of [...DEPENDENCIES, ...optional]) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link, 'junction')
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
}
