// Runs every check that needs no build. With --write, fixes what can be fixed automatically.
import { spawnSync } from 'node:child_process'
import { checkKernels } from './lint/kernels.mjs'
import { checkLayers, checkPartners } from './lint/layers.mjs'
import { checkNative } from './lint/native.mjs'
import { checkPlatforms } from './lint/platforms.mjs'
import { filesUnder } from './lint/sources.mjs'
import { root, tool } from './run.mjs'

const write = process.argv.includes('--write')
let failed = false

function pass(name, ok) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  failed ||= !ok
}

function runs(program, programArguments) {
  return spawnSync(program, programArguments, { cwd: root, stdio: 'inherit' }).status === 0
}

function holds(problems) {
  for (const problem of problems) console.error(problem)
  return problems.length === 0
}

const biome = ['check', '--error-on-warnings', ...(write ? ['--write'] : []), '.']
pass(
  'biome: lint and format of TypeScript, JavaScript and JSON',
  runs(process.execPath, [tool('@biomejs/biome/bin/biome'), ...biome]),
)

const sources = ['native', 'bench', 'test/native'].flatMap((folder) => filesUnder(folder, /\.(cc|h|inl)$/))
const clangFormat = clangFormatProgram()
if (clangFormat === null) {
  // The npm package has no binary for some platforms; another version would format differently.
  console.log(`absent clang-format has no binary for ${process.platform}-${process.arch}: C++ format not checked`)
} else if (sources.length > 0) {
  pass('clang-format: C++', runs(clangFormat, [...(write ? ['-i'] : ['--dry-run', '-Werror']), ...sources]))
}

pass('who imports whom in lib', holds(checkLayers()))
pass('what browsers have not', holds(checkPlatforms()))
pass('the kernels of both sides have the same files', holds(checkPartners()))
pass('what lib/kernels may compute with', holds(checkKernels()))
pass('who includes what in native', holds(checkNative()))
process.exit(failed ? 1 : 0)

function clangFormatProgram() {
  const folder = {
    'linux-x64': 'linux_x64',
    'darwin-x64': 'darwin_x64',
    'darwin-arm64': 'darwin_x64',
    'win32-x64': 'win32',
  }
  const name = folder[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  return tool(`clang-format/bin/${name}/clang-format${process.platform === 'win32' ? '.exe' : ''}`)
}
