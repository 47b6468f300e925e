/** Copies of the package in other folders, for programs that load it from there. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { arch, platform } from 'node:process'
import { ROOT } from './child.js'

/** Copies the library, package.json and node-gyp-build, without a binary; with `wasm`, also the WebAssembly module. */
export function copyPackage(folder: string, { wasm = false } = {}): void {
  mkdirSync(folder, { recursive: true })
  const filter = (path: string): boolean => wasm || !path.endsWith('.wasm')
  for (const name of ['dist', 'package.json', join('node_modules', 'node-gyp-build')]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, dereference: true, filter })
  }
}

/** Gives a copy another name, as that of a program into which the library was bundled. */
export function renamePackage(folder: string, name: string): void {
  const path = join(folder, 'package.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), name }))
}

/** Writes a file of a copy's prebuilds. */
export function writeBinary(
  folder: string,
  libc: string,
  content: string | Buffer,
  on = `${platform}-${arch}`,
): string {
  const path = join(folder, 'prebuilds', on, `lockstep-nn.${libc}.node`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}
