/** The pack by PyTorch, where it is installed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LineProcess, ProcessError, threadVariables } from '../../harness/process.js'
import { INSTALL_PYTHON, PYTHON, PYTHON_FOLDER } from '../sweep/loops.js'
import type { PackResult, PackTask } from './task.js'

const READY_SECONDS = 120
const PACK_SECONDS = 3600

export interface PackProgram {
  readonly version: string
  run(task: PackTask): Promise<PackResult>
  close(): Promise<void>
}

/** Null where it is not installed; then it prints the command that installs it. */
export async function startPytorch(): Promise<PackProgram | null> {
  if (!existsSync(PYTHON)) {
    console.error(`Without PyTorch: ${INSTALL_PYTHON}`)
    return null
  }
  const child = new LineProcess('pack.py', PYTHON, [join(PYTHON_FOLDER, 'pack.py')], { env: threadVariables(2) })
  const { version } = await child.json(READY_SECONDS)
  return {
    version: String(version),
    async run({ data: { train, test, inputs }, validation, threads, members, ...options }) {
      const matrices = { x: [...train.x], y: [...train.y], test: [...test.x], inputs, validation, threads, members }
      const answer = await child.askJson({ ...matrices, ...options }, PACK_SECONDS)
      const { ms, single, ensemble } = answer as unknown as PackResult
      const isRight = (given: unknown) =>
        Array.isArray(given) && given.length === test.y.length && given.every(Number.isFinite)
      if (Number(ms) > 0 && isRight(single) && isRight(ensemble)) return { ms, single, ensemble }
      throw new ProcessError(`expected ${test.y.length} finite predictions from pack.py`)
    },
    close: () => child.close(),
  }
}
