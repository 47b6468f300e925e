// Links a binary for macOS or Windows: node link.mjs TARGET ARGUMENTS…, with the arguments of the compiler that CMake would start.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { env, exit } from 'node:process'
import { imported } from '../binaries/coff.mjs'
import { zig } from '../zig.mjs'
import { lld } from './lld.mjs'
import { nodeApiSource } from './node-api-source.mjs'
import { buildFolder, named } from './targets.mjs'

const APPLE_PROCESSORS = { x64: 'x86_64', arm64: 'arm64' }

const target = named(process.argv[2])
const given = process.argv.slice(3)
const folder = buildFolder(target.name)
if (target.platform === 'darwin') linkForMacos()
else linkForWindows()

/** Links with ld64.lld, which zig's clang starts as Apple's clang does: it exports only what CMakeLists.txt names. */
function linkForMacos() {
  const triple = `${APPLE_PROCESSORS[target.arch]}-apple-macos${target.triple.split('macos.')[1]}`
  const linker = ['-Wl,-undefined,dynamic_lookup', '-Wl,-x', '-Wl,-S', '-Wl,-adhoc_codesign']
  // -mlinker-version: the form of options that ld64.lld understands.
  const options = [`--target=${triple}`, `--ld-path=${lldPath()}`, '-mlinker-version=711', '-nostdlib', ...linker]
  const system = join(dirname(zig()), 'lib', 'libc', 'darwin', 'libSystem.tbd')
  end(spawnSync(zig(), ['clang', ...options, ...given, ...runtime(), system], { stdio: 'inherit' }))
}

/** zig's own archives of the C++ run time for the target, which it makes at first use: it shows them when it links. */
function runtime() {
  const source = join(folder, 'empty.cc')
  writeFileSync(source, '')
  const programArguments = [
    'c++',
    '-target',
    target.triple,
    '-O3',
    '-dynamiclib',
    source,
    '-o',
    join(folder, 'empty.dylib'),
  ]
  const { status, stderr } = spawnSync(zig(), programArguments, {
    encoding: 'utf8',
    env: { ...env, ZIG_VERBOSE_LINK: '1' },
  })
  const archives = stderr.split(/\s+/).filter((word) => word.endsWith('.a'))
  if (status === 0 && archives.length > 0) return archives
  console.error(`zig did not show its C++ run time for ${target.triple}:\n${stderr}`)
  exit(1)
}

/** lld's path, as the option of clang needs one. */
function lldPath() {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', lld()], { encoding: 'utf8' })
  return stdout.trim()
}

/** Adds a file that finds the functions of Node-API in the running program, instead of an import from NODE.EXE. */
function linkForWindows() {
  const objects = given.filter((argument) => /\.obj?$/.test(argument))
  const functions = new Set(objects.flatMap((file) => imported(readFileSync(file))).filter(isNodeApi))
  const source = join(folder, 'node_api.c')
  const object = join(folder, 'node_api.obj')
  writeFileSync(source, nodeApiSource([...functions].sort()))
  const compile = ['cc', '-target', target.triple, '-O2', '-g0', '-c', source, '-o', object]
  const { status } = spawnSync(zig(), compile, { stdio: 'inherit' })
  if (status !== 0) exit(1)
  end(spawnSync(zig(), ['c++', '-target', target.triple, ...given, object], { stdio: 'inherit' }))
}

function isNodeApi(name) {
  return /^(napi|node_api)_/.test(name)
}

function end({ status, error }) {
  if (error) console.error(error.message)
  exit(status ?? 1)
}
