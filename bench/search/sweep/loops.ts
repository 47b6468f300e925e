/** The sweep by loops of other programs, where these are installed: a training for each configuration, one after the other. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LineProcess, ONE_THREAD, ProcessError } from '../../harness/process.js'
import { type Configuration, FIT, inputs, VALIDATION, x, y } from './configurations.js'

const BENCH = fileURLToPath(new URL('../../../../bench', import.meta.url))
export const PYTHON_FOLDER = join(BENCH, 'search', 'python')
export const PYTHON = join(PYTHON_FOLDER, '.venv', 'bin', 'python')
export const INSTALL_PYTHON =
  'python3 -m venv bench/search/python/.venv && bench/search/python/.venv/bin/pip install -r bench/search/python/requirements.txt'
const TFJS = join(BENCH, 'peers', 'tfjs')
const INSTALL_TFJS = 'npm run bench:peers:install -- tfjs'

interface LoopSpec {
  readonly way: string
  readonly command: readonly string[]
  readonly installed: string
  readonly install: string
}

const python = (way: string, library: string): LoopSpec => ({
  way,
  command: [PYTHON, join(PYTHON_FOLDER, 'sweep.py'), library],
  installed: PYTHON,
  install: INSTALL_PYTHON,
})

const tfjs = (backend: string): LoopSpec => ({
  way: `TensorFlow.js, ${backend}`,
  command: [process.execPath, join(TFJS, 'sweep.mjs'), backend],
  installed: join(TFJS, 'node_modules', '@tensorflow', 'tfjs-layers'),
  install: INSTALL_TFJS,
})

const LOOPS: readonly LoopSpec[] = [
  python('Optuna, scikit-learn', 'sklearn'),
  python('Optuna, PyTorch', 'torch'),
  tfjs('cpu'),
  tfjs('wasm'),
]

export interface LoopResult {
  readonly ms: number
  /** Of all trainings together. */
  readonly epochs: number
  /** The best validation loss; null where the program does not have it. */
  readonly best: number | null
}

/** A program that waits for configurations. */
export interface Loop {
  readonly way: string
  readonly version: string
  train(configurations: readonly Configuration[]): Promise<LoopResult>
  close(): Promise<void>
}

const READY_SECONDS = 120
const TRAINING_SECONDS = 60

/** Starts the programs that are installed. Of the others it prints the command that installs them. */
export async function startLoops(): Promise<Loop[]> {
  const loops: Loop[] = []
  try {
    for (const spec of LOOPS) {
      if (existsSync(spec.installed)) loops.push(await startLoop(spec))
      else console.error(`Without ${spec.way}: ${spec.install}`)
    }
    return loops
  } catch (error) {
    for (const loop of loops) await loop.close()
    throw error
  }
}

async function startLoop({ way, command: [program, ...programArguments] }: LoopSpec): Promise<Loop> {
  const child = new LineProcess(way, program, programArguments, { env: ONE_THREAD })
  const { epochs, batchSize: batch, earlyStopping } = FIT
  const data = { x: [...x], y: [...y], inputs, epochs, batch, patience: earlyStopping.patience, share: VALIDATION }
  const { version } = await child.askJson(data, READY_SECONDS)
  return {
    way,
    version: String(version),
    async train(configurations) {
      const answer = await child.askJson({ configurations }, TRAINING_SECONDS * configurations.length)
      const { ms, epochs, best } = answer
      const isLoss = best === null || Number.isFinite(best)
      if (Number(ms) > 0 && Number(epochs) >= configurations.length && isLoss) return answer as unknown as LoopResult
      throw new ProcessError(`expected times, epochs and a finite loss from ${way}: ${JSON.stringify(answer)}`)
    },
    close: () => child.close(),
  }
}
