// Bun, which runs the addon through its own Node-API.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { root } from '../run.mjs'
import { npmInstall, outputOf } from './support.mjs'

const VERSION = '1.4.5'
const FOLDER = join(root, 'out', 'platforms', `bun-${VERSION}`)

export const runners = [
  {
    name: `linux-x64, Bun ${VERSION}`,
    needs: 'This runner needs Linux on x64.',
    available: () => platform === 'linux' && arch === 'x64',
    run: async (file, args = [], variables = {}) =>
      outputOf(await bunProgram(), ['run', file, ...args], { environment: variables }),
  },
]

/** Bun's program, from an npm package that contains it. */
export async function bunProgram() {
  const name = '@oven/bun-linux-x64'
  const program = join(FOLDER, 'node_modules', name, 'bin', 'bun')
  if (!existsSync(program)) await npmInstall(FOLDER, [`${name}@${VERSION}`])
  return program
}
