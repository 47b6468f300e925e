/** Everything that decides which model the playground trains. It is plain JSON, and a link holds all of it. */
import { EXAMPLE_TABLE } from './example-table.js'

/** An entry of one of the library's tables with options, such as `{ name: 'adam', learningRate: 0.01 }`. */
export interface Named {
  readonly name: string
  readonly [option: string]: string | number | boolean
}

/** A point of one's own: its two coordinates, and the number of its class from 0. */
export type Point = readonly [x: number, y: number, label: number]

export const SOURCES = ['xor', 'circles', 'spirals', 'gaussians', 'moons', 'plane', 'points', 'csv'] as const
export type Source = (typeof SOURCES)[number]

export const TASKS = ['auto', 'classes', 'number'] as const
export type Task = (typeof TASKS)[number]

/** A table of one's own, as the text of a CSV file. */
export interface CsvSettings {
  readonly text: string
  /** The column that is predicted; empty for the last one. */
  readonly target: string
  /** `auto`: a class where the target is no number, or has at most four values, all of them integers. */
  readonly task: Task
  /** The columns that are inputs; empty for all that can be used. */
  readonly columns: readonly string[]
}

export interface DataSettings {
  readonly source: Source
  /** Rows of a drawn data set, for training and validation together. */
  readonly rows: number
  /** The standard deviation of the noise of a drawn data set, of coordinates from -1 to 1. */
  readonly noise: number
  /** The seed of the drawn data, and of the order from which the validation rows are taken. */
  readonly seed: number
  /** The share of the rows that is kept for validation. */
  readonly validation: number
  /** One's own points. They are kept while another source is chosen. */
  readonly points: readonly Point[]
  /** One's own table. It is kept while another source is chosen. */
  readonly csv: CsvSettings
}

export const NORMALIZATIONS = ['none', 'batch', 'layer'] as const
export type Normalization = (typeof NORMALIZATIONS)[number]

/** A hidden layer: dense, then a normalization, the activation, and dropout. */
export interface LayerSettings {
  readonly units: number
  readonly activation: Named
  readonly normalization: Normalization
  /** The rate of dropout; 0 for none. */
  readonly dropout: number
}

export interface NetworkSettings {
  readonly layers: readonly LayerSettings[]
  /** The activation of the last layer; `auto` is the one that suits the loss and the data. */
  readonly output: Named
}

export interface TrainerSettings {
  /** `auto` is the loss that suits the data. */
  readonly loss: Named
  readonly optimizer: Named
  readonly schedule: Named
  /** The penalties of the weights of all layers. */
  readonly l1: number
  readonly l2: number
  readonly batchSize: number
}

export interface Settings {
  readonly data: DataSettings
  readonly network: NetworkSettings
  readonly trainer: TrainerSettings
  /** 1 trains a Network, more an Ensemble, whose member i has the seed `seed` + i. */
  readonly members: number
  /** The seed of the initial parameters, of the order of the rows in each epoch, and of dropout. */
  readonly seed: number
}

const HIDDEN: LayerSettings = { units: 8, activation: { name: 'tanh' }, normalization: 'none', dropout: 0 }

/** Two points in each corner: XOR. */
const POINTS: readonly Point[] = [
  [-0.8, -0.7, 0],
  [-0.6, -0.8, 0],
  [0.7, 0.6, 0],
  [0.8, 0.8, 0],
  [-0.7, 0.8, 1],
  [-0.8, 0.6, 1],
  [0.8, -0.6, 1],
  [0.6, -0.8, 1],
]

const CSV: CsvSettings = { text: EXAMPLE_TABLE, target: '', task: 'auto', columns: [] }

export const DEFAULT_SETTINGS: Settings = {
  data: { source: 'circles', rows: 300, noise: 0.1, seed: 1, validation: 0.3, points: POINTS, csv: CSV },
  network: { layers: [HIDDEN, HIDDEN], output: { name: 'auto' } },
  trainer: {
    loss: { name: 'auto' },
    optimizer: { name: 'adam', learningRate: 0.01 },
    schedule: { name: 'constant' },
    l1: 0,
    l2: 0,
    batchSize: 32,
  },
  members: 1,
  seed: 1,
}
