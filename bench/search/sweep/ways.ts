/** The ways of this library to train all configurations of the sweep. */
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { choice, search } from 'lockstep-nn/search'
import { CONFIGURATIONS, FIT, HIDDEN, inputs, RATES, SEEDS, VALIDATION, x, y } from './configurations.js'

/** What a way has found. */
export interface Swept {
  /** The best validation loss of all configurations. */
  readonly best: number
  /** Of all trainings together. */
  readonly epochs: number
}

const layersOf = (units: readonly number[]) => [
  ...units.map((one) => ({ units: one, activation: 'relu' as const })),
  { units: 1 },
]

const bySearch = async (threads: number | 'auto'): Promise<Swept> => {
  const { best, trials } = await search({
    data: { x, y },
    space: {
      network: { inputs, layers: choice(HIDDEN.map(layersOf)), seed: choice(SEEDS) },
      trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: choice(RATES) } },
      fit: { ...FIT, seed: 0 },
    },
    sampler: 'grid',
    validation: { split: VALIDATION },
    threads,
  })
  return { best: best.value, epochs: trials.reduce((sum, trial) => sum + trial.epochs, 0) }
}

/** An ensemble for each architecture, written by hand. */
async function byEnsembles(): Promise<Swept> {
  let [best, epochs] = [Infinity, 0]
  const members = SEEDS.flatMap((seed) => RATES.map((learningRate) => ({ seed, learningRate })))
  for (const units of HIDDEN) {
    const ensemble = new Ensemble({ inputs, layers: layersOf(units), seeds: members.map(({ seed }) => seed) })
    const optimizer = { name: 'adam', learningRate: members.map(({ learningRate }) => learningRate) } as const
    const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, threads: 'auto' })
    const history = await trainer.fit(x, y, { ...FIT, validationSplit: VALIDATION })
    for (const member of history.members) {
      if (!('bestEpoch' in member)) continue
      best = Math.min(best, member.validationLoss?.[member.bestEpoch as number] ?? Infinity)
      epochs += member.loss.length
    }
  }
  return { best, epochs }
}

/** A training for each configuration, one after the other. */
async function oneByOne(): Promise<Swept> {
  let [best, epochs] = [Infinity, 0]
  for (const { hidden, rate: learningRate, seed } of CONFIGURATIONS) {
    const network = new Network({ inputs, layers: layersOf(hidden), seed })
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate } })
    const { loss, validationLoss, bestEpoch } = trainer.fitSync(x, y, { ...FIT, validationSplit: VALIDATION })
    best = Math.min(best, validationLoss?.[bestEpoch as number] ?? Infinity)
    epochs += loss.length
  }
  return { best, epochs }
}

export const WAYS: Readonly<Record<string, () => Promise<Swept>>> = {
  search: () => bySearch('auto'),
  'search, 1 thread': () => bySearch(1),
  'ensembles by hand': byEnsembles,
  'one by one': oneByOne,
}
