/** The pack by this library: a random search, and the ensemble of its study. */
import { Network } from 'lockstep-nn'
import { choice, logUniform, search } from 'lockstep-nn/search'
import { timed } from '../report.js'
import { VALIDATION } from './movies.js'
import type { MemberOptions, PackResult, PackTask } from './task.js'

export const RATES = [3e-4, 3e-2] as const
export const DECAYS = [1e-3, 1] as const
export const DROPOUTS = [0, 0.1, 0.2, 0.3]

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
  const layers = (dropout: number) => [
    ...units.flatMap((one) => [
      { units: one, activation: 'relu' as const },
      ...(dropout === 0 ? [] : [{ type: 'dropout' as const, rate: dropout }]),
    ]),
    { units: 1 },
  ]
  const { ms, result } = await timed(async () => {
    const study = await search({
      data: train,
      space: {
        network: { inputs, layers: choice(DROPOUTS.map(layers)) },
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
  const members = result.study.trials.map(({ draw }) => optionsIn(draw))
  return { ms, single: result.single, ensemble: result.ensemble, members, distinct: result.trials.length }
}

/** The draw of a trial has the value of each parameter by its name, of a choice the index. */
function optionsIn(draw: Readonly<Record<string, number>>): MemberOptions {
  return {
    rate: draw['trainer.optimizer.learningRate'],
    decay: draw['trainer.optimizer.weightDecay'],
    dropout: DROPOUTS[draw['network.layers']],
  }
}
