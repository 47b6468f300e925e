// Shared by the runners of platforms and bundlers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { npm } from '../run.mjs'

const STDERR_LINES = 30
const TIME_LIMIT = 240_000

/** A program did not end with status 0. */
export class RunError extends Error {}

/**
 * Runs a program and returns what it wrote to stdout. `environment` is added to this process's variables without the project's own.
 * @throws RunError with the command, the status and the end of stderr
 */
export async function outputOf(program, programArguments, { cwd, environment = {} } = {}) {
  const child = spawn(program, programArguments, {
    cwd,
    env: { ...plainEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT,
    killSignal: 'SIGKILL',
  })
  const [output, errors] = [[], []]
  child.stdout.on('data', (piece) => output.push(piece))
  child.stderr.on('data', (piece) => errors.push(piece))
  const [status, signal] = await once(child, 'close')
  const text = Buffer.concat(output).toString()
  if (status === 0) return text
  const command = [program, ...programArguments].join(' ')
  const lines = `${Buffer.concat(errors)}`.trim().split('\n').slice(-STDERR_LINES).join('\n')
  throw new RunError(`${command}: ${signal === null ? `status ${status}` : `signal ${signal}`}\n${lines || text}`)
}

/** This process's variables without those of the project and of npm's scripts, which would change what a user gets. */
function plainEnvironment() {
  const own = /^(lockstep_(?!python).*|node_options|npm_.*)$/i
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)))
}

/** Installs npm packages into a folder, if another list was installed there before; their scripts do not run. */
export async function npmInstall(folder, packages, options = []) {
  mkdirSync(folder, { recursive: true })
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--no-package-lock', ...options]
  await outputOf(execPath, [npm, 'install', ...flags, ...packages], { cwd: folder })
}
