/** Results of earlier runs, to which a run adds with --keep: peers and tables that take hours can be measured one by one. */
import { existsSync, readFileSync } from 'node:fs'
import type { Cell, PeerResult } from './measure.js'

/** What tables.json has, apart from the machine. */
export interface Results {
  /** The number of rows of each table. */
  readonly rows: Readonly<Record<string, number>>
  readonly peers: readonly PeerResult[]
}

/** The results of a file; none where it does not exist. */
export const readResults = (file: string): Results =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rows: {}, peers: [] }

/** Those of both runs. A fold that was measured again has its newer result. */
export function mergeResults(before: Results, after: Results): Results {
  const names = [...new Set([...before.peers, ...after.peers].map(({ peer }) => peer))]
  const peers = names.map((name): PeerResult => {
    const [old, now] = [before, after].map(({ peers }) => peers.find(({ peer }) => peer === name))
    if (old === undefined || now === undefined) return (old ?? now) as PeerResult
    // A peer that is not installed any more keeps its results.
    if (now.missing !== undefined && old.cells.length > 0) return old
    return { ...now, cells: mergeCells(old.cells, now.cells) }
  })
  return { rows: { ...before.rows, ...after.rows }, peers }
}

function mergeCells(before: readonly Cell[], after: readonly Cell[]): Cell[] {
  const tables = [...new Set([...before, ...after].map(({ table }) => table))]
  return tables.map((name): Cell => {
    const [old, now] = [before, after].map((cells) => cells.find(({ table }) => table === name))
    if (old === undefined || now === undefined) return (old ?? now) as Cell
    const isNew = (seed: number, fold: number) => now.folds.some((one) => one.seed === seed && one.fold === fold)
    const kept = old.folds.filter(({ seed, fold }) => !isNew(seed, fold))
    const folds = [...kept, ...now.folds].sort((a, b) => a.seed - b.seed || a.fold - b.fold)
    return { ...now, folds }
  })
}
