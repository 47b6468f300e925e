/** Trains the peers on the folds, and scores their predictions for the rows that they have not seen. */
import { metrics } from 'lockstep-nn'
import { LineProcess, ONE_THREAD, ProcessError } from '../harness/process.js'
import type { Measure } from './catalog.js'
import type { FoldedTable } from './folds.js'
import { isInstalled, type Peer } from './peers.js'

/** A table of one seed, with the file that peers read. */
export interface Part {
  readonly name: string
  readonly measure: Measure
  readonly seed: number
  readonly file: string
  readonly table: FoldedTable
}

export interface FoldResult {
  readonly seed: number
  readonly fold: number
  readonly score: number
  /** Of the processor, for training and prediction. */
  readonly seconds: number
}

/** A peer on one table: its folds, or why there are none. */
export interface Cell {
  readonly peer: string
  readonly table: string
  readonly folds: FoldResult[]
  readonly reason?: string
}

export interface PeerResult {
  readonly peer: string
  readonly version?: string
  /** Why it was not measured, with the command that would help. */
  readonly missing?: string
  readonly cells: Cell[]
}

const READY_SECONDS = 300
const FOLD_SECONDS = 3600

/** Trains one peer on all folds of all parts, one after the other. */
export async function measurePeer(
  peer: Peer,
  parts: readonly Part[],
  onStep: (text: string) => void,
): Promise<PeerResult> {
  const missing = (reason: string) => ({
    peer: peer.name,
    missing: peer.install === undefined ? reason : `${reason}: ${peer.install}`,
    cells: [],
  })
  if (!isInstalled(peer)) return missing('not installed')
  const [program, ...programArguments] = peer.command
  const child = new LineProcess(peer.name, program, programArguments, { cwd: peer.folder, env: ONE_THREAD })
  try {
    const ready = await child.json(READY_SECONDS)
    if (ready.ready !== true) return missing(String(ready.skipped))
    const cells: Cell[] = []
    for (const part of parts) {
      const cell = await measurePart(child, peer, part, onStep)
      const before = cells.find(({ table }) => table === part.name)
      if (before === undefined) cells.push(cell)
      else cells[cells.indexOf(before)] = merged(before, cell)
    }
    return { peer: peer.name, version: String(ready.version), cells }
  } finally {
    await child.close()
  }
}

const merged = (one: Cell, other: Cell): Cell => {
  const reason = one.reason ?? other.reason
  return { ...one, folds: [...one.folds, ...other.folds], ...(reason === undefined ? {} : { reason }) }
}

async function measurePart(
  child: LineProcess,
  peer: Peer,
  { name, measure, seed, file, table }: Part,
  onStep: (text: string) => void,
): Promise<Cell> {
  const folds: FoldResult[] = []
  for (const [fold, { test }] of table.folds.entries()) {
    const result = await child.askJson({ table: file, fold, seed }, FOLD_SECONDS)
    if (result.failed !== undefined) return { peer: peer.name, table: name, folds: [], reason: String(result.failed) }
    const predictions = checkedPredictions(result.predictions, test.length, Math.max(1, table.labels.length), peer.name)
    const targets = test.map((i) => table.targets[i])
    const score = scoreOf(measure, targets, predictions)
    folds.push({ seed, fold, score, seconds: Number(result.seconds) })
    onStep(`${peer.name}: ${name}, fold ${fold} of seed ${seed}, ${score.toFixed(3)}`)
  }
  return { peer: peer.name, table: name, folds }
}

function checkedPredictions(given: unknown, rows: number, outputs: number, peer: string): number[][] {
  const isRow = (row: unknown) => Array.isArray(row) && row.length === outputs && row.every(Number.isFinite)
  if (Array.isArray(given) && given.length === rows && given.every(isRow)) return given
  throw new ProcessError(`expected ${rows} predictions of ${outputs} finite numbers from ${peer}`)
}

/** The score of predictions: probabilities of the labels in their order, or numbers. */
export function scoreOf(measure: Measure, targets: readonly number[], predictions: readonly number[][]): number {
  const outputs = predictions[0].length
  if (measure === 'accuracy') return metrics.accuracy(targets, predictions, { outputs })
  const values = predictions.map((row) => row[outputs - 1])
  return measure === 'rocAuc' ? metrics.rocAuc(targets, values) : metrics.r2(targets, values)
}
