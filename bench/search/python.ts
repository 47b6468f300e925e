/** The sweep by Python programs, where they are installed: Optuna with scikit-learn, and with PyTorch. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessError } from '../harness/process.js'
import { inputs, x, y } from './sweep.js'

const FOLDER = fileURLToPath(new URL('../../../bench/search/python', import.meta.url))
const PYTHON = join(FOLDER, '.venv', 'bin', 'python')
const INSTALL =
  'python3 -m venv bench/search/python/.venv && bench/search/python/.venv/bin/pip install -r bench/search/python/requirements.txt'

export interface PythonSweep {
  readonly way: string
  readonly trainings: number
  readonly ms: number
}

/** @param isQuick two trainings each */
export async function pythonSweeps(isQuick: boolean): Promise<PythonSweep[]> {
  if (!existsSync(PYTHON)) {
    console.error(`Without Optuna, scikit-learn and PyTorch: ${INSTALL}`)
    return []
  }
  const input = JSON.stringify({ x: [...x], y: [...y], inputs, trials: isQuick ? 2 : 30 })
  const { OPENBLAS_CORETYPE: _, ...environment } = process.env
  const env = { ...environment, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(FOLDER, 'sweep.py')], { input, encoding: 'utf8', env })
  if (status !== 0) throw new ProcessError(`sweep.py ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
  return JSON.parse(stdout) as PythonSweep[]
}
