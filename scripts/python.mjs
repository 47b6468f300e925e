// Python's virtual environments, into which pip installs programs that npm does not have.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'

const VENV = 'On Debian: apt-get install python3-venv.'

/** The interpreter of the virtual environment in a folder. */
export const pythonIn = (folder) =>
  platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')

/** Runs pip in the virtual environment in `folder`, which is made first where it is missing. @throws Error that says what to do */
export function pip(folder, command, ...programArguments) {
  const python = pythonIn(folder)
  if (!existsSync(python)) {
    const system = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0)
    if (!system) throw new Error(`Python 3 is missing. ${VENV}`)
    succeed(`${system} -m venv failed. ${VENV}`, system, ['-m', 'venv', folder])
  }
  const options = ['--quiet', '--disable-pip-version-check', ...programArguments]
  succeed(`pip ${command} ${programArguments.at(-1)} failed.`, python, ['-m', 'pip', command, ...options])
}

function succeed(message, program, programArguments) {
  const { status } = spawnSync(program, programArguments, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(message)
}
