/**
 * The sweep: 300 configurations of a network for the miles per gallon of cars: 5 architectures, 6 learning rates and 10 seeds, up
 * to 100 epochs, with a fifth of the rows for validation and early stopping.
 */
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { choice, search } from 'lockstep-nn/search'
import { known, vega } from '../tables/vega.js'

const HIDDEN = [[8], [16], [32], [16, 16], [32, 16]]
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03]
const SEEDS = Array.from({ length: 10 }, (_, i) => i)
export const CONFIGURATIONS = HIDDEN.length * RATES.length * SEEDS.length

const NUMBERS = ['Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration']
const TARGET = 'Miles_per_Gallon'
const fit = { epochs: 100, batchSize: 32, earlyStopping: { patience: 10, restoreBest: true } }
const VALIDATION = 0.2

const layersOf = (units: readonly number[]) => [
  ...units.map((one) => ({ units: one, activation: 'relu' as const })),
  { units: 1 },
]

/** Standardized columns, row-major: five numbers, the year, and whether it is from the USA. */
function cars() {
  const rows = known(vega('cars.json'), TARGET).filter((row) => NUMBERS.every((name) => row[name] !== null))
  const columns = [
    ...NUMBERS.map((name) => rows.map((row) => Number(row[name]))),
    rows.map((row) => new Date(String(row.Year)).getUTCFullYear()),
    rows.map((row) => (row.Origin === 'USA' ? 1 : 0)),
  ].map(standardized)
  const x = Float64Array.from(rows.flatMap((_, i) => columns.map((column) => column[i])))
  return { x, y: Float64Array.from(standardized(rows.map((row) => Number(row[TARGET])))), inputs: columns.length }
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return values.map((value) => (value - mean) / Math.sqrt(variance))
}

export const { x, y, inputs } = cars()

/** The best validation loss of all configurations, by one of the ways. */
export type Sweep = () => Promise<number>

const bySearch: Sweep = async () => {
  const { best } = await search({
    data: { x, y },
    space: {
      network: { inputs, layers: choice(HIDDEN.map(layersOf)), seed: choice(SEEDS) },
      trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: choice(RATES) } },
      fit: { ...fit, seed: 0 },
    },
    sampler: 'grid',
    validation: { split: VALIDATION },
  })
  return best.value
}

/** An ensemble for each architecture, written by hand. */
const byEnsembles: Sweep = async () => {
  let best = Infinity
  const members = SEEDS.flatMap((seed) => RATES.map((learningRate) => ({ seed, learningRate })))
  for (const units of HIDDEN) {
    const ensemble = new Ensemble({ inputs, layers: layersOf(units), seeds: members.map(({ seed }) => seed) })
    const optimizer = { name: 'adam', learningRate: members.map(({ learningRate }) => learningRate) } as const
    const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, threads: 'auto' })
    const history = await trainer.fit(x, y, { ...fit, validationSplit: VALIDATION })
    for (const member of history.members) {
      if ('bestEpoch' in member) best = Math.min(best, member.validationLoss?.[member.bestEpoch as number] ?? Infinity)
    }
  }
  return best
}

/** A training for each configuration, one after the other. */
const oneByOne: Sweep = async () => {
  let best = Infinity
  for (const units of HIDDEN) {
    for (const seed of SEEDS) {
      for (const learningRate of RATES) {
        const network = new Network({ inputs, layers: layersOf(units), seed })
        const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate } })
        const { validationLoss, bestEpoch } = trainer.fitSync(x, y, { ...fit, validationSplit: VALIDATION })
        best = Math.min(best, validationLoss?.[bestEpoch as number] ?? Infinity)
      }
    }
  }
  return best
}

export const SWEEPS: Readonly<Record<string, Sweep>> = {
  search: bySearch,
  'ensembles by hand': byEnsembles,
  'one by one': oneByOne,
}
