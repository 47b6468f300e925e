/** The library as a peer of `npm run bench:tables`: `Model.fit` with no option but the target, its seed apart. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Model } from 'lockstep-nn/data'
import type { FoldedTable } from './folds.js'

const answer = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function predictionsOf(table: FoldedTable, fold: number, seed: number): Promise<number[][]> {
  const { columns, labels, target, task } = table
  const record = (i: number) => Object.fromEntries(columns.map((name, k) => [name, table.rows[i][k]]))
  const targetOf = (i: number) => (task === 'label' ? labels[table.targets[i]] : table.targets[i])
  const { train, test } = table.folds[fold]
  const model = await Model.fit(
    train.map((i) => ({ ...record(i), [target]: targetOf(i) })),
    { target, seed },
  )
  const predictions = model.predict(test.map(record)) as unknown[]
  if (task === 'number') return (predictions as number[]).map((value) => [value])
  return (predictions as { probabilities: Record<string, number> }[]).map(({ probabilities }) =>
    labels.map((label) => probabilities[label]),
  )
}

answer({ ready: true, version: 'this checkout' })
const tables = new Map<string, FoldedTable>()
for await (const line of createInterface({ input: process.stdin })) {
  const { table: file, fold, seed } = JSON.parse(line) as { table: string; fold: number; seed: number }
  const table = tables.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as FoldedTable)
  tables.set(file, table)
  const before = process.cpuUsage()
  try {
    const predictions = await predictionsOf(table, fold, seed)
    const { user, system } = process.cpuUsage(before)
    answer({ seconds: (user + system) / 1e6, predictions })
  } catch (error) {
    answer({ failed: (error as Error).message })
  }
}
