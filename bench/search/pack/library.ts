/** The pack by this library: a random search, and the ensemble of its study. */
import { Network } from 'lockstep-nn'
import { logUniform, search, uniform } from 'lockstep-nn/search'
import { timed } from '../report.js'
import { VALIDATION } from './movies.js'
import type { MemberOptions, PackResult, PackTask } from './task.js'

export const RATES = [3e-4, 3e-2] as const
export const DECAYS = [1e-3, 1] as const
/** The rates of dropout after each hidden layer. */
export const DROPOUTS = [0, 0.3] as const

export interface LibraryPack extends PackResult {
  /** The options that were drawn, for the other program. */
  readonly members: readonly MemberOptions[]
  /** How many different members the ensemble has. */
  readonly distinct: number
}

/** @param count how many members are trained */
export async function packOf(task: Omit<PackTask, 'members'>, count: number): Promise<LibraryPack> {
  const { data, units, epochs, batch, candidates, size, threads, seed } = task
  const { train, test, inputs } = data
  const hidden = units.flatMap((one) => [
    { units: one, activation: 'relu' as const },
    { type: 'dropout' as const, rate: uniform(...DROPOUTS) },
  ])
  const { ms, result } = await timed(async () => {
    const study = await search({
      data: train,
      space: {
        network: { inputs, layers: [...hidden, { units: 1 }] },
        trainer: {
          loss: 'meanSquaredError',
          optimizer: { name: 'adamw', learningRate: logUniform(...RATES), weightDecay: logUniform(...DECAYS) },
        },
        // No member ends early, as the other program trains all of them to the end.
        fit: { epochs, batchSize: batch, earlyStopping: { patience: epochs, restoreBest: true } },
      },
      validation: { split: VALIDATION },
      trials: count,
      seed,
      threads,
    })
    const { model, trials } = await study.ensemble({ members: size, candidates })
    const best = study.model
    if (!(best instanceof Network)) throw new Error('Expected a network of a search without folds')
    return { study, trials, single: best.predict(test.x), ensemble: model.predict(test.x).mean }
  })
  const members = result.study.trials.map(({ draw }) => optionsIn(draw, units.length))
  return { ms, single: result.single, ensemble: result.ensemble, members, distinct: result.trials.length }
}

/** The draw of a trial has the value of each parameter by its name; each hidden layer has a layer of dropout after it. */
function optionsIn(draw: Readonly<Record<string, number>>, layers: number): MemberOptions {
  return {
    rate: draw['trainer.optimizer.learningRate'],
    decay: draw['trainer.optimizer.weightDecay'],
    dropout: Array.from({ length: layers }, (_, layer) => draw[`network.layers[${2 * layer + 1}].rate`]),
  }
}
