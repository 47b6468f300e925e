/** The Python of the bench, which is optional: scikit-learn has three of the tables, and the peers are written for it. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessError } from '../harness/process.js'
import type { Row } from './catalog.js'

export const FOLDER = fileURLToPath(new URL('../../../bench/tables/python', import.meta.url))
export const PYTHON = join(FOLDER, '.venv', 'bin', 'python')
const VENV = 'python3 -m venv bench/tables/python/.venv && bench/tables/python/.venv/bin/pip install -r'
export const INSTALL = `${VENV} bench/tables/python/requirements.txt`
export const INSTALL_REALMLP = `${VENV} bench/tables/python/requirements-realmlp.txt`

/** A table that comes with scikit-learn; null where that is not installed. */
export function exportedRows(name: string): Row[] | null {
  if (!existsSync(PYTHON)) return null
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(FOLDER, 'export.py'), name], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status === 0) return JSON.parse(stdout)
  if (/ModuleNotFoundError/.test(stderr)) return null
  throw new ProcessError(`export.py ${name} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
}
