// Deno, with all permissions and without the one that addons need.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { root } from '../run.mjs'
import { npmInstall, outputOf } from './support.mjs'

const VERSION = '2.9.6'
const FOLDER = join(root, 'out', 'platforms', `deno-${VERSION}`)

const runner = (title, flags, expected) => ({
  name: `linux-x64, Deno ${VERSION}${title}`,
  needs: 'This runner needs Linux on x64.',
  available: () => platform === 'linux' && arch === 'x64',
  ...expected,
  run: async (file, args = [], variables = {}) =>
    outputOf(await denoProgram(), ['run', '--no-prompt', '--node-modules-dir=manual', ...flags, file, ...args], {
      environment: { ...variables, DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(FOLDER, 'cache') },
    }),
})

export const runners = [
  runner('', ['--allow-all'], {}),
  runner(' without --allow-ffi', ['--allow-read', '--allow-env', '--allow-sys', '--allow-write'], {
    isNative: false,
    reason: /--allow-ffi/,
  }),
]

/** Deno's program, from an npm package that contains it. */
export async function denoProgram() {
  const name = '@deno/linux-x64-glibc'
  const program = join(FOLDER, 'node_modules', name, 'deno')
  if (!existsSync(program)) await npmInstall(FOLDER, [`${name}@${VERSION}`])
  return program
}
