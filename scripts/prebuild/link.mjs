// Links a binary: node link.mjs TARGET ARGUMENTS…, with the arguments of the compiler that CMake would start. zig's own command
// cannot fold equal functions (an eighth of the binary), limit the exports for macOS, or import from a program of any
// name on Windows. So the linker is started here.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { env, exit } from 'node:process'
import { fileURLToPath } from 'node:url'
import { imported } from '../binaries/coff.mjs'
import { zig } from '../zig.mjs'
import { lld } from './lld.mjs'
import { nodeApiSource } from './node-api-source.mjs'
import { buildFolder, named } from './targets.mjs'

const APPLE_PROCESSORS = { x64: 'x86_64', arm64: 'arm64' }

const target = named(process.argv[2])
const given = process.argv.slice(3)
const folder = buildFolder(target.name)
const demangle = compiled(fileURLToPath(new URL('demangle.c', import.meta.url)), 'demangle.o')
if (target.platform === 'linux') run(zig(), [...linkerOf([...given, demangle]), '--icf=all'])
else if (target.platform === 'win32') run(zig(), [...linkerOf([...given, demangle, nodeApi()]), '-OPT:ICF'])
else linkForMacos()

/** The command of LLVM's linker that zig starts for these arguments of a compiler, as words: zig shows it. */
function linkerOf(programArguments) {
  const { status, stderr } = spawnSync(zig(), ['c++', '-target', target.triple, ...programArguments], {
    encoding: 'utf8',
    env: { ...env, ZIG_VERBOSE_LINK: '1' },
  })
  // The commands before the last one are those of zig's own libraries, at their first use.
  const command = stderr.split('\n').findLast((line) => /^(ld\.lld|lld-link|zig ld) /.test(line))
  if (status === 0 && command) return command.trim().split(' ')
  console.error(stderr)
  exit(status || 1)
}

/** The object file that finds the functions of Node-API in the running program, for those that the addon's objects call. */
function nodeApi() {
  const objects = given.filter((argument) => /\.obj?$/.test(argument))
  const names = new Set(objects.flatMap((file) => imported(readFileSync(file))))
  const source = join(folder, 'node_api.c')
  writeFileSync(source, nodeApiSource([...names].filter((name) => /^(napi|node_api)_/.test(name)).sort()))
  return compiled(source, 'node_api.o')
}

/** The object file of a C file. */
function compiled(source, name) {
  const object = join(folder, name)
  const options = ['-O2', '-g0', ...(target.platform === 'win32' ? [] : ['-fPIC', '-fvisibility=hidden'])]
  run(zig(), ['cc', '-target', target.triple, ...options, '-c', source, '-o', object])
  return object
}

/** zig's clang starts ld64.lld, as Apple's clang starts Apple's linker. */
function linkForMacos() {
  const triple = `${APPLE_PROCESSORS[target.arch]}-apple-macos${target.triple.split('macos.')[1]}`
  const linker = ['-undefined,dynamic_lookup', '-x', '-S', '-adhoc_codesign', '--icf=all'].map((word) => `-Wl,${word}`)
  // -mlinker-version: the form of options that ld64.lld understands.
  const options = [`--target=${triple}`, `--ld-path=${lld()}`, '-mlinker-version=711', '-nostdlib', ...linker]
  const system = join(dirname(zig()), 'lib', 'libc', 'darwin', 'libSystem.tbd')
  run(zig(), ['clang', ...options, ...given, demangle, ...runtime(), system])
}

/** zig's archives of the C++ run time for macOS, which it makes at first use. */
function runtime() {
  const source = join(folder, 'empty.cc')
  writeFileSync(source, '')
  const command = linkerOf(['-O3', '-dynamiclib', source, '-o', join(folder, 'empty.dylib')])
  return command.filter((word) => word.endsWith('.a'))
}

function run(program, programArguments) {
  const { status, error } = spawnSync(program, programArguments, { stdio: 'inherit' })
  if (error) console.error(error.message)
  if (status !== 0) exit(status ?? 1)
}
