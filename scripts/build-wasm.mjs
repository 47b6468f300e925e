// Builds the WebAssembly module, dist/lockstep_nn.wasm, with zig's clang: only where a source, an option or the module has
// changed. zig keeps the objects of unchanged sources.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { root } from './run.mjs'
import { zig } from './zig.mjs'

const FOLDER = join(root, 'out', 'wasm')
const STAMP = join(FOLDER, 'stamp')
const MODULE = join(root, 'dist', 'lockstep_nn.wasm')
const NATIVE = join(root, 'native')

// What every engine with SIMD has. Relaxed SIMD is left out: its results may differ between processors.
const FEATURES = 'mvp+simd128+bulk_memory+sign_ext+nontrapping_fptoint+mutable_globals'
const COMMON = [
  '-target',
  'wasm32-wasi',
  `-mcpu=${FEATURES}`,
  '-g0',
  '-DNDEBUG',
  '-ffunction-sections',
  '-fdata-sections',
]
// The options of CMakeLists.txt, and no exceptions.
const CPLUSPLUS = [
  '-std=c++20',
  '-fno-exceptions',
  '-fno-rtti',
  '-ffp-contract=off',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
]
// Unrolled loops would make the module an eighth larger and not faster. Equal functions are merged. Instructions stay in the
// order of the source: the compiler assumes more registers than an engine has, and its own order would spill a tile of a
// product to the stack, which costs a quarter of the speed.
const KERNELS = [
  '-O2',
  '-fno-unroll-loops',
  '-fno-vectorize',
  '-fno-slp-vectorize',
  '-fno-math-errno',
  '-Xclang',
  '-fmerge-functions',
  '-mllvm',
  '-pre-RA-sched=source',
]
const SMALL = ['-Oz']
// The stack comes first: an overflow reaches below address 0, which traps, instead of other data. The last page
// of the address space is left out, so that the end of every array has an address.
const LINK = [
  '--no-entry',
  '--gc-sections',
  '--strip-all',
  '--compress-relocations',
  '--build-id=none',
  '--stack-first',
]
const MEMORY = ['-z', 'stack-size=65536', '--max-memory=4294901760']
const AT_A_TIME = 2

const key = digest(sources().map((file) => readFileSync(file)))
if (existsSync(MODULE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp()) process.exit()
await build()
writeFileSync(STAMP, stamp())
const bytes = readFileSync(MODULE)
console.log(`${relative(root, MODULE)}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`)

/** Everything that the module follows from. */
function sources() {
  const names = readdirSync(NATIVE, { recursive: true }).filter((name) => /\.(cc|h|inl)$/.test(name))
  const files = names.filter((name) => !/^addon/.test(name)).map((name) => join(NATIVE, name))
  return [...files.sort(), join(root, 'scripts', 'build-wasm.mjs'), join(root, 'scripts', 'zig.mjs')]
}

/** What belongs together: the sources and the module. */
function stamp() {
  return `${key} ${digest([readFileSync(MODULE)])}`
}

function digest(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length} `).update(part)
  return hash.digest('hex')
}

async function build() {
  const program = zig()
  mkdirSync(FOLDER, { recursive: true })
  mkdirSync(join(root, 'dist'), { recursive: true })
  // In one order on every system, so that the module has the same bytes.
  const inFolder = (name) =>
    readdirSync(join(NATIVE, name))
      .sort()
      .map((file) => `${name}/${file}`)
  const parts = [
    ...inFolder('wasm'),
    ...inFolder('codec'),
    'cost.cc',
    'kernel_set.cc',
    'session.cc',
    'slices.cc',
    'watch.cc',
  ]
  const small = parts.filter((name) => name.endsWith('.cc') && name !== 'wasm/kernels.cc')
  const queue = [
    { file: join(NATIVE, 'wasm', 'kernels.cc'), compiler: ['c++', ...CPLUSPLUS, ...KERNELS, '-DLOCKSTEP_SET_WASM128'] },
    ...small.map((name) => ({ file: join(NATIVE, name), compiler: ['c++', ...CPLUSPLUS, ...SMALL] })),
    // The allocator of zig's C library for WebAssembly. The library itself would want a system.
    { file: join(libraryOf(program), 'libc', 'wasi', 'emmalloc', 'emmalloc.c'), compiler: ['cc', ...SMALL] },
  ]
  const objects = []
  const compileRest = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const object = join(FOLDER, `${objects.length}.o`)
      objects.push(object)
      await call(program, [...next.compiler, ...COMMON, '-c', next.file, '-o', object])
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, compileRest))
  await call(program, ['wasm-ld', ...LINK, ...MEMORY, '-o', MODULE, ...objects])
  // The linker makes a program of it.
  chmodSync(MODULE, 0o644)
}

/** Where zig keeps the sources of its libraries. */
function libraryOf(program) {
  const found = /lib_dir"?\s*[=:]\s*"([^"]+)"/.exec(execFileSync(program, ['env'], { encoding: 'utf8' }))
  if (found !== null) return found[1]
  throw new Error(`${program} env does not name the folder of its library`)
}

/** Runs zig; ends with its messages where it fails. */
async function call(program, programArguments) {
  try {
    const { stderr } = await promisify(execFile)(program, programArguments, { maxBuffer: 2 ** 28 })
    process.stderr.write(stderr)
  } catch (error) {
    process.stderr.write(error.stderr ?? String(error))
    process.exit(1)
  }
}
