// Builds the pool, the queue and two kernel sets with clang's ThreadSanitizer, and runs test/native/threads.cc on them:
// several trainings and predictions at once, each on several threads. Any report fails it.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { arch } from 'node:process'
import { compilerCache, root } from './run.mjs'
import { check, finish, runtimeOf } from './sanitizers.mjs'
import { variantFolder } from './variant.mjs'

const SETS = { x64: ['SCALAR', 'SSE2'], arm64: ['SCALAR', 'NEON'] }
const PARTS = ['lanes', 'tiled', 'ensemble']
const SOURCES = [
  'native/dispatch.cc',
  'native/cost.cc',
  'native/kernel_set.cc',
  'native/pool.cc',
  'native/session.cc',
  'native/slices.cc',
  'native/watch.cc',
  'native/addon/queue.cc',
  'native/addon/sliced_prediction.cc',
  'native/addon/thread_priority.cc',
  'test/native/threads.cc',
]
const FLAGS = ['-std=c++20', '-O1', '-g', '-fsanitize=thread', '-ffp-contract=off', '-Inative', '-pthread']
const SET_FLAGS = ['-fno-exceptions', '-fno-rtti', '-fno-math-errno']

// Only checks that it is installed.
runtimeOf('tsan')
const folder = variantFolder('threads')
mkdirSync(folder, { recursive: true })
const objects = [
  ...SOURCES.map((source) =>
    compile(
      source,
      SETS[arch].map((set) => `-DLOCKSTEP_HAS_${set}=1`),
    ),
  ),
  ...SETS[arch].flatMap((set) =>
    PARTS.map((part) => compile(`native/isa/${part}.cc`, [...SET_FLAGS, `-DLOCKSTEP_SET_${set}`], set)),
  ),
]
const program = join(folder, 'threads')
runs('clang++', [...FLAGS, ...objects, '-o', program])
const { status, signal, stdout, stderr } = spawnSync(program, { encoding: 'utf8', maxBuffer: 2 ** 28 })
process.stdout.write(stdout)
check('trainings on several threads, with ThreadSanitizer', status === 0, `status ${status} ${signal ?? ''}\n${stderr}`)
finish()

function compile(source, more, variant = '') {
  const object = join(folder, `${source.replaceAll('/', '-')}${variant}.o`)
  const { CMAKE_CXX_COMPILER_LAUNCHER: launcher } = compilerCache()
  const compiler = launcher === undefined ? ['clang++'] : [launcher, 'clang++']
  runs(compiler[0], [...compiler.slice(1), ...FLAGS, ...more, '-c', source, '-o', object])
  return object
}

function runs(name, programArguments) {
  const { status } = spawnSync(name, programArguments, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  check(`${name} ${programArguments.at(-1)}`, false)
  finish()
}
