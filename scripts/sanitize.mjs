// Builds the addon with clang's AddressSanitizer in out/sanitized, and all but the vector kernel sets with
// UndefinedBehaviorSanitizer (the reason is in CMakeLists.txt). Runs on it the tests that call the addon directly, drawn
// trainings over all kernel sets, and the tests of file readers. Any report fails it. With --built it uses the library and the
// tests that are already built. Names of compiled test files may follow.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { compilerCache, npm, root, tool, tsc } from './run.mjs'
import { check, finish, runtimeOf } from './sanitizers.mjs'
import { variantFolder } from './variant.mjs'

const ADDON_TESTS = [
  'errors/addon',
  'process/addon-path',
  'process/pool',
  'process/queue',
  'unit/predictors',
  'errors/plans',
  'errors/drawn-plans',
  'errors/ensemble-addon',
  'errors/ensemble-plans',
  'errors/session-handles',
  'errors/sessions',
  'errors/watch',
  'process/session-runs',
  'errors/gradients-addon',
  'equality/network-gradients',
  'equality/workspace',
  'equality/sparse',
]
const FILE_TESTS = [
  'unit/safetensors',
  'unit/model-files',
  'errors/model-files',
  'unit/ensemble-files',
  'unit/rewritten-json',
  'errors/refused-early',
  'unit/csv-source',
  'unit/csv',
  'unit/onnx-files',
]
const CASES = 500

const folder = variantFolder('sanitized')
const reports = join(folder, 'reports')
const addon = join(folder, 'build', 'Release', 'lockstep_nn.node')
const runtime = runtimeOf('asan')

build()
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
const given = process.argv.slice(2).filter((argument) => argument !== '--built')
// Without the project's mocha settings: in one process, and without a time limit.
const mocha = [tool('mocha/bin/mocha.js'), '--no-config', '--timeout', '0', '--reporter', 'dot']
for (const name of given.length > 0 ? [] : [...ADDON_TESTS, ...FILE_TESTS]) {
  runs(`${name}.test`, [...mocha, `out/test/${name}.test.js`])
}
if (given.length > 0) runs(given.join(' '), [...mocha, ...given])
else runs(`${CASES} drawn trainings`, ['out/test/fuzz/main.js', '--minutes', '0', '--cases', `${CASES}`])
finish()

function build() {
  const options = ['--CDLOCKSTEP_SANITIZE=ON', '--cc', 'clang', '--cxx', 'clang++']
  const steps = [
    [tool('cmake-js/bin/cmake-js'), 'compile', '--out', join(folder, 'build'), '--parallel', '2', ...options],
    ...(process.argv.includes('--built')
      ? []
      : [
          [npm, 'run', 'build:lib'],
          [tsc, '-p', 'tsconfig.dev.json'],
        ]),
  ]
  for (const step of steps) {
    const { status } = spawnSync(execPath, step, { cwd: root, stdio: 'inherit', env: { ...compilerCache(), ...env } })
    if (status === 0) continue
    check('the addon is built with the sanitizers', false)
    finish()
  }
  check('the addon is built with the sanitizers', true)
}

/** Runs a program on that addon. Reports of its child processes count too. */
function runs(name, programArguments) {
  // Tests make allocations that are far too large: these return null, as without the sanitizer. Memory that V8 does not free
  // at exit is not a leak of the addon.
  const options = `log_path=${join(reports, 'report')}:detect_leaks=0:allocator_may_return_null=1:print_stacktrace=1`
  const { status, stdout, stderr } = spawnSync(execPath, programArguments, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...env,
      LD_PRELOAD: runtime,
      ASAN_OPTIONS: options,
      UBSAN_OPTIONS: options,
      LOCKSTEP_ADDON: addon,
      LOCKSTEP_SANITIZE: '1',
      LOCKSTEP_BACKEND: 'native',
    },
  })
  const found = readdirSync(reports).map((file) => readFileSync(join(reports, file), 'utf8'))
  for (const file of readdirSync(reports)) rmSync(join(reports, file))
  const details = status === 0 ? found : [`status ${status}`, stdout, stderr, ...found]
  check(
    `${name}, with AddressSanitizer and UndefinedBehaviorSanitizer`,
    status === 0 && found.length === 0,
    details.join('\n'),
  )
}
