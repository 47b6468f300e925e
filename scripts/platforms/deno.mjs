// Deno, with all permissions and without the one that addons need.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { root } from '../run.mjs'
import { npmInstall, outputOf } from './support.mjs'

const VERSION = '2.9.6'
const FOLDER = join(root, 'out', 'platforms', `deno-${VERSION}`)

const runner = (title, flags, expected, trainingArguments = []) => ({
  name: `linux-x64, Deno ${VERSION}${title}`,
  needs: 'This runner needs Linux on x64.',
  available: () => platform === 'linux' && arch === 'x64',
  ...expected,
  run: async (file, args = [], variables = {}) => {
    const denoArguments = ['run', '--no-prompt', '--node-modules-dir=manual', ...flags]
    return outputOf(await denoProgram(), [...denoArguments, file, ...args, ...trainingArguments], {
      environment: { ...variables, DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(FOLDER, 'cache') },
    })
  },
})

const NOT_NATIVE = { isNative: false, reason: /Run deno with --allow-ffi/ }

export const runners = [
  runner('', ['--allow-all'], {}),
  runner(' without --allow-ffi', ['--allow-read', '--allow-write', '--allow-env', '--allow-sys'], NOT_NATIVE),
  runner(' without permissions', [], { ...NOT_NATIVE, isWasm: false }, ['--no-files']),
]

/** Deno's program, from an npm package that contains it. */
export async function denoProgram() {
  const name = '@deno/linux-x64-glibc'
  const program = join(FOLDER, 'node_modules', name, 'deno')
  if (!existsSync(program)) await npmInstall(FOLDER, [`${name}@${VERSION}`])
  return program
}
