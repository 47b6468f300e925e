/** The check of the binaries of a release: small binaries of each format, whole and broken in one place. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

interface Target {
  readonly name: string
  readonly platform: string
  readonly arch: string
  readonly libc: string
}

const script = (name: string) => import(pathToFileURL(join(ROOT, 'scripts', name)).href)
const { problemsOf } = (await script('binaries/check.mjs')) as {
  problemsOf: (target: Target, bytes: Buffer) => string[]
}
const { imported } = (await script('binaries/coff.mjs')) as { imported: (object: Buffer) => string[] }
const { named, prebuiltFile, targets } = (await script('prebuild/targets.mjs')) as {
  named: (name: string) => Target
  prebuiltFile: (target: Target) => string
  targets: Target[]
}
const { nodeApiSource } = (await script('prebuild/node-api-source.mjs')) as {
  nodeApiSource: (functions: string[]) => string
}

const fixture = (name: string) => gunzipSync(readFileSync(join(ROOT, 'test', 'fixtures', 'binaries', `${name}.gz`)))
const ELF = fixture('elf.node')
const PE = fixture('pe.node')
const MACHO = fixture('macho.node')

const uint32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer)
const uint64 = (value: number) => uint32(value, 0)

/** A copy with every occurrence of some bytes or of a text replaced; there must be one. */
function replaced(bytes: Buffer, from: Buffer | string, to: Buffer | string) {
  const [old, instead] = [Buffer.from(from as string, 'latin1'), Buffer.from(to as string, 'latin1')]
  assert.equal(old.length, instead.length)
  const copy = Buffer.from(bytes)
  let at = copy.indexOf(old)
  assert.ok(at >= 0, `${from} is not in the file`)
  for (; at >= 0; at = copy.indexOf(old, at + 1)) instead.copy(copy, at)
  return copy
}

/** A copy with one value changed. */
function changed(bytes: Buffer, change: (copy: Buffer) => void) {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

describe('the check of released binaries', () => {
  const row = rowTests()

  function finds(format: string, name: string, target: string, bytes: Buffer, problems: string[]) {
    row(`finds what is wrong with ${format}`, name, () => assert.deepEqual(problemsOf(named(target), bytes), problems))
  }

  it('accepts a binary of each format', () => {
    assert.deepEqual(problemsOf(named('linux-x64'), ELF), [])
    assert.deepEqual(problemsOf(named('win32-x64'), PE), [])
    assert.deepEqual(problemsOf(named('darwin-arm64'), MACHO), [])
  })

  const linux = (name: string, bytes: Buffer, ...problems: string[]) =>
    finds('a binary for Linux', name, 'linux-x64', bytes, problems)
  const stack = ELF.indexOf(uint32(0x6474e551)) + 4
  linux(
    'processor',
    changed(ELF, (copy) => copy.writeUInt16LE(183, 18)),
    'is for the processor arm64, not x64',
  )
  linux('library', replaced(ELF, 'libc.so.6', 'libz.so.1'), 'needs the library libz.so.1')
  linux('glibc', replaced(ELF, 'GLIBC_2.2.5', 'GLIBC_2.290'), 'needs GLIBC_2.290, newer than glibc 2.28')
  linux('private glibc', replaced(ELF, 'GLIBC_2.2.5', 'GLIBC_PRIVA'), 'needs GLIBC_PRIVA, newer than glibc 2.28')
  linux(
    'stack',
    changed(ELF, (copy) => copy.writeUInt32LE(7, stack)),
    'asks for an executable stack',
  )
  linux(
    'no entry of the stack',
    changed(ELF, (copy) => copy.writeUInt32LE(0, stack - 4)),
    'asks for an executable stack',
  )
  linux('text relocations', replaced(ELF, uint64(0x6ffffffb), uint64(22)), 'has relocations in its code')
  linux('run path', replaced(ELF, uint64(0x6ffffffb), uint64(29)), 'names folders of libraries (RUNPATH)')
  linux(
    'exports',
    replaced(ELF, 'napi_register_module_v1', 'napi_register_module_v2'),
    'exports napi_register_module_v2',
    'does not export napi_register_module_v1',
  )
  linux('another format', PE, 'is no ELF file')
  linux('half a file', ELF.subarray(0, ELF.length / 2), 'is cut off or damaged')
  linux('an empty file', Buffer.alloc(0), 'is cut off or damaged')
  finds('a binary for Linux', 'libc', 'linux-x64-musl', ELF, ['needs the library libc.so.6'])
  finds('a binary for Linux', 'pages', 'linux-arm64', ELF, [
    'is for the processor x64, not arm64',
    'is aligned to pages of 4096 bytes',
  ])

  const windows = (name: string, bytes: Buffer, ...problems: string[]) =>
    finds('a binary for Windows', name, 'win32-x64', bytes, problems)
  const header = PE.readUInt32LE(60)
  const delayed = header + 24 + 112 + 13 * 8
  windows(
    'processor',
    changed(PE, (copy) => copy.writeUInt16LE(0xaa64, header + 4)),
    'is for the processor arm64, not x64',
  )
  windows('NODE.EXE', replaced(PE, 'KERNEL32.dll', 'NODE.EXE\0\0\0\0'), 'needs the library NODE.EXE')
  windows(
    'delayed imports',
    changed(PE, (copy) => copy.writeUInt32LE(4096, delayed)),
    'loads DLLs at their first call',
  )
  windows(
    'exports',
    replaced(PE, 'node_api_module_get_api_version_v1', 'node_api_module_get_api_version_v2'),
    'exports node_api_module_get_api_version_v2',
    'does not export node_api_module_get_api_version_v1',
  )
  windows(
    'a program',
    changed(PE, (copy) => copy.writeUInt16LE(0x22, header + 22)),
    'is no DLL',
  )
  windows('half a file', PE.subarray(0, PE.length / 2), 'is cut off or damaged')

  const macos = (name: string, bytes: Buffer, ...problems: string[]) =>
    finds('a binary for macOS', name, 'darwin-arm64', bytes, problems)
  const INVALID = 'has a signature that is invalid'
  macos(
    'processor',
    changed(MACHO, (copy) => copy.writeUInt32LE(0x01000007, 4)),
    'is for the processor x64, not arm64',
    INVALID,
  )
  macos(
    'code',
    changed(MACHO, (copy) => copy.writeUInt8(copy[20_000] ^ 1, 20_000)),
    INVALID,
  )
  macos('no signature', replaced(MACHO, uint32(0x1d, 16), uint32(0x26, 16)), 'has a signature that is missing')
  macos('version', replaced(MACHO, uint32(1, 0xb0000), uint32(1, 0xc0000)), 'is for macOS 12.0, not 11.0', INVALID)
  macos(
    'library',
    replaced(MACHO, 'libSystem.B', 'libSystem.C'),
    'needs the library /usr/lib/libSystem.C.dylib',
    INVALID,
  )
  macos(
    'own name',
    replaced(MACHO, '@rpath/macho.node', '/built/macho.node'),
    INVALID,
    'has the name /built/macho.node, a path of the machine that built it',
  )
  macos(
    'weak symbols',
    changed(MACHO, (copy) => copy.writeUInt32LE(copy.readUInt32LE(24) | 0x8000, 24)),
    INVALID,
    'has weak symbols, which can be bound to those of other libraries',
  )
  macos(
    'exports',
    replaced(MACHO, 'api_register_module_v1', 'api_register_module_v2'),
    'exports napi_register_module_v2',
    'does not export napi_register_module_v1',
    INVALID,
  )
  macos('half a file', MACHO.subarray(0, MACHO.length / 2), 'is cut off or damaged')

  it('never fails on a file that is cut off or damaged anywhere', () => {
    for (const [target, bytes] of [
      ['linux-x64', ELF],
      ['win32-x64', PE],
      ['darwin-arm64', MACHO],
    ] as const) {
      for (let i = 0; i < 2000; i++) {
        const at = (i * 37) % Math.min(bytes.length, 4096)
        const damaged = changed(bytes, (copy) => copy.writeUInt8((i * 101) % 256, at))
        const problems = problemsOf(named(target), i % 2 === 0 ? damaged : bytes.subarray(0, at))
        assert.ok(problems.every((problem) => typeof problem === 'string'))
      }
    }
  })

  it('has one file in prebuilds/ for each of the eight targets', () => {
    const files = targets.map(prebuiltFile)
    assert.equal(new Set(files).size, 8)
    assert.ok(files.includes('prebuilds/linux-arm64/lockstep-nn.musl.node'), files.join(' '))
  })
})

describe('the source that connects the addon to Node-API on Windows', () => {
  it('looks up exactly the functions that the objects call', () => {
    const functions = imported(fixture('calls.obj'))
    assert.deepEqual(functions.toSorted(), ['napi_create_object', 'napi_throw'])
    const source = nodeApiSource(functions)
    for (const name of functions) assert.match(source, new RegExp(`F\\(${name}\\)`))
  })
})

describe('scripts/check-prebuilds.mjs', () => {
  const folder = folderOf()

  it('names every file that is missing or wrong, and fails', () => {
    const project = folder()
    for (const name of ['check-prebuilds.mjs', 'run.mjs', 'binaries', 'prebuild/targets.mjs'])
      cpSync(join(ROOT, 'scripts', name), join(project, 'scripts', name), { recursive: true })
    const file = (name: string, content: Buffer | string) => {
      mkdirSync(dirname(join(project, name)), { recursive: true })
      writeFileSync(join(project, name), content)
    }
    file('node_modules/typescript/package.json', '{}')
    file(
      'package.json',
      JSON.stringify({ exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } }),
    )
    file('dist/index.js', '')
    file('prebuilds/linux-x64/lockstep-nn.glibc.node', ELF)
    file('prebuilds/linux-x64/lockstep-nn.musl.node', ELF)
    file('prebuilds/win32-x64/lockstep-nn.glibc.node', PE)
    const { status, stdout, stderr } = node([join(project, 'scripts', 'check-prebuilds.mjs')], { cwd: project })
    assert.equal(status, 1)
    assert.match(stdout, /^ok {5}prebuilds\/linux-x64\/lockstep-nn\.glibc\.node: \d+ bytes$/m)
    assert.match(stdout, /^ok {5}prebuilds\/win32-x64\/lockstep-nn\.glibc\.node: \d+ bytes$/m)
    assert.deepEqual(stderr.match(/^FAILED .*$/gm), [
      'FAILED prebuilds/linux-x64/lockstep-nn.musl.node needs the library libc.so.6',
      'FAILED prebuilds/linux-arm64/lockstep-nn.glibc.node is missing',
      'FAILED prebuilds/linux-arm64/lockstep-nn.musl.node is missing',
      'FAILED prebuilds/win32-arm64/lockstep-nn.glibc.node is missing',
      'FAILED prebuilds/darwin-x64/lockstep-nn.glibc.node is missing',
      'FAILED prebuilds/darwin-arm64/lockstep-nn.glibc.node is missing',
      'FAILED ./dist/index.d.ts is missing',
    ])
  })
})

describe('npm run prebuild:all', () => {
  const all = join('scripts', 'prebuild', 'all.mjs')

  it('says before it builds which target or tool is wrong, and what to do', () => {
    const unknown = node([all, 'linux-mips'])
    assert.equal(unknown.status, 1)
    assert.match(
      unknown.stderr,
      /^Expected names of targets but received "linux-mips"\. Known: linux-x64, .*darwin-arm64\.$/m,
    )
    const linker = node([all, 'darwin-x64'], { variables: { LOCKSTEP_LLD: process.execPath } })
    assert.equal(linker.status, 1)
    assert.match(
      linker.stderr,
      /^LOCKSTEP_LLD names .* is not an ld64\.lld of LLVM 16 or newer\. On Debian 12: apt-get install lld-19/m,
    )
    const compiler = node([all, 'linux-x64'], { variables: { LOCKSTEP_ZIG: join(ROOT, 'package.json') } })
    assert.equal(compiler.status, 1)
    assert.match(compiler.stderr, /^LOCKSTEP_ZIG names .*package\.json, which cannot be run\./m)
  })
})
