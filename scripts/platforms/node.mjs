// Every major version of Node that is supported, on this machine's Linux. A runner is { name, needs, available, run }: `needs` says
// what to install where available() is false, and run(file, args, variables) runs a JavaScript file and returns what it printed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { root } from '../run.mjs'
import { npmInstall, outputOf } from './support.mjs'

const MAJORS = [20, 22, 24, 26]

export const runners = MAJORS.map((major) => ({
  name: `linux-${arch}, Node ${major}`,
  needs: 'This runner needs Linux.',
  available: () => platform === 'linux',
  run: async (file, args = [], variables = {}) =>
    outputOf(await nodeProgram(`linux-${arch}`, major), [file, ...args], { environment: variables }),
}))

/** Node's program for a system (linux-x64, linux-arm64, win-x64) and major version, from a plain npm package that contains it. */
export async function nodeProgram(system, major) {
  const name = `node-${system}`
  const folder = join(root, 'out', 'platforms', `${name}-${major}`)
  const program = join(folder, 'node_modules', name, 'bin', system.startsWith('win') ? 'node.exe' : 'node')
  // --force: the package may be for another system than this machine's.
  if (!existsSync(program)) await npmInstall(folder, [`${name}@${major}`], ['--force'])
  return program
}
