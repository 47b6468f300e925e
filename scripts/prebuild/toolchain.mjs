// Writes the file that tells CMake with which programs, and for which system, it compiles a target.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { zigTools } from '../zig.mjs'
import { buildFolder } from './targets.mjs'

const SYSTEMS = { linux: 'Linux', win32: 'Windows', darwin: 'Darwin' }
const PROCESSORS = { x64: 'x86_64', arm64: 'aarch64' }
const link = fileURLToPath(new URL('link.mjs', import.meta.url))

/** The path of the target's toolchain file. */
export function toolchain(target) {
  const folder = buildFolder(target.name)
  const tools = zigTools(target.triple, join(folder, 'tools'))
  const lines = [
    `set(CMAKE_SYSTEM_NAME ${SYSTEMS[target.platform]})`,
    `set(CMAKE_SYSTEM_PROCESSOR ${PROCESSORS[target.arch]})`,
    `set(CMAKE_C_COMPILER "${tools.cc}")`,
    `set(CMAKE_CXX_COMPILER "${compilerOrLinker(target, folder, tools)}")`,
    `set(CMAKE_AR "${tools.ar}")`,
    `set(CMAKE_RANLIB "${tools.ranlib}")`,
    `set(CMAKE_SHARED_LINKER_FLAGS_INIT "${target.platform === 'darwin' ? '' : '-s'}")`,
    // cmake-js names the folder of libraries only, and for CMake a DLL is a program.
    `set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${join(folder, 'build', 'Release')}")`,
    // Otherwise the path of this build would be in the binary.
    'set(CMAKE_INSTALL_NAME_DIR "@rpath")',
    'set(CMAKE_BUILD_WITH_INSTALL_NAME_DIR ON)',
    // Programs and libraries of this machine are not those of the target.
    'set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)',
    'set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)',
  ]
  const file = join(folder, 'toolchain.cmake')
  writeChanged(file, `${lines.join('\n')}\n`)
  return file
}

/** A program that compiles with zig, and links with link.mjs. */
function compilerOrLinker(target, folder, tools) {
  const file = join(folder, 'tools', 'compile-or-link')
  const lines = [
    '#!/bin/sh',
    'for argument; do',
    '  case $argument in',
    `    -shared | -dynamiclib) exec '${execPath}' '${link}' ${target.name} "$@" ;;`,
    '  esac',
    'done',
    `exec '${tools['c++']}' "$@"`,
  ]
  writeChanged(file, `${lines.join('\n')}\n`, 0o755)
  return file
}

// CMake compiles everything again when one of these files is newer than what it has built.
function writeChanged(file, text, mode = 0o644) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text, { mode })
}
