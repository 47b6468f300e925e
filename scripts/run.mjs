// Shared by the scripts: the project's folder, its tools, and functions that run them.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** A development dependency's file, wherever npm put it: run with Node itself, so that no shell is needed. */
export const tool = createRequire(import.meta.url).resolve

/** TypeScript's compiler: a file that its package does not export. */
export const tsc = join(dirname(tool('typescript/package.json')), 'bin', 'tsc')

/** Runs a program in the project's folder with its output shown; ends this one as soon as it fails. */
export function run(program, programArguments, options) {
  const { status, error } = spawnSync(program, programArguments, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(`${program}: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * The variable that makes CMake compile through ccache, where that is installed: later steps of CI and later runs reuse compiled
 * objects. Not set for a compiler command of several words, which ccache misreads.
 */
export function compilerCache() {
  const found = process.platform !== 'win32' && !spawnSync('ccache', ['--version']).error
  return found && !process.env.CXX?.includes(' ') ? { CMAKE_CXX_COMPILER_LAUNCHER: 'ccache' } : {}
}

/** npm's own program: the running npm if it started the script, otherwise the one in Node's folder. */
export const npm = process.env.npm_execpath ?? npmBesideNode()

function npmBesideNode() {
  const bin = dirname(process.execPath)
  const places = ['../lib/node_modules/npm/bin/npm-cli.js', 'node_modules/npm/bin/npm-cli.js']
  return places.map((place) => join(bin, place)).find((place) => existsSync(place))
}
