// zig, whose clang compiles for other platforms than this one: it has their C libraries with it. Releases and the WebAssembly
// module are compiled with it. pip installs it into out/zig at first use; LOCKSTEP_ZIG names a zig that is already installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, platform } from 'node:process'
import { pip, pythonIn } from './python.mjs'
import { root } from './run.mjs'

const VERSION = '0.15.2'
const FOLDER = join(root, 'out', 'zig')
const TOOLS = ['cc', 'c++', 'ar', 'ranlib', 'dlltool']

/** The path of zig's program, which is installed first where it is missing. */
export function zig() {
  if (env.LOCKSTEP_ZIG) return existing(env.LOCKSTEP_ZIG)
  const place = installed()
  if (place && versionOf(place) === VERSION) return place
  install()
  return installed() ?? fail(`zig ${VERSION} was installed into ${FOLDER}, but Python does not find it there.`)
}

/**
 * Programs that stand for a compiler and its tools, as CMake names each by one path: { cc, 'c++', ar, ranlib, … }. The
 * compilers compile for `target`, such as x86_64-linux-musl. The programs are shell scripts in `folder`.
 */
export function zigTools(target, folder) {
  const program = zig()
  mkdirSync(folder, { recursive: true })
  const tools = TOOLS.map((name) => {
    const file = join(folder, name)
    // -O3 unless CMake says otherwise: its checks would have zig compile the C++ run time for a build without optimisation.
    const options = name.startsWith('c') ? ` -target ${target} -O3` : ''
    const text = `#!/bin/sh\nexec '${program}' ${name}${options} "$@"\n`
    // An unchanged file keeps its time: CMake and ccache compile everything again after a change of the compiler.
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text, { mode: 0o755 })
    return [name, file]
  })
  return Object.fromEntries(tools)
}

function existing(program) {
  const version = versionOf(program)
  if (version === undefined)
    fail(`LOCKSTEP_ZIG names ${program}, which cannot be run. Name zig's program, or unset it.`)
  if (version !== VERSION) console.warn(`LOCKSTEP_ZIG names zig ${version}; releases are built with ${VERSION}.`)
  return program
}

function versionOf(program) {
  const { status, stdout } = spawnSync(program, ['version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** The program in the folder, if pip has put it there. */
function installed() {
  if (!existsSync(pythonIn(FOLDER))) return undefined
  const code = 'import os, ziglang; print(os.path.dirname(ziglang.__file__))'
  const { status, stdout } = spawnSync(pythonIn(FOLDER), ['-c', code], { encoding: 'utf8' })
  return status === 0 ? join(stdout.trim(), platform === 'win32' ? 'zig.exe' : 'zig') : undefined
}

function install() {
  console.log(`Installing zig ${VERSION} into ${FOLDER}`)
  try {
    pip(FOLDER, 'install', `ziglang==${VERSION}`)
  } catch (error) {
    fail(`pip installs zig. ${error.message}`)
  }
}

function fail(message) {
  console.error(`${message} LOCKSTEP_ZIG=PATH names a zig that is already installed.`)
  process.exit(1)
}
