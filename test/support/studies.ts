/** Studies for tests: drawn trials of a space with every kind of parameter, whose values are a known function. */

import type { Draw, ParameterSpec, Space, Trial } from '#lib/search/space/trial.js'
import type { StudyData } from '#lib/search/study/study-data.js'

/** Numbers in [0, 1) that are the same everywhere (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const spaceOf = (...parameters: readonly ParameterSpec[]): Space => ({ parameters, resolve: (draw) => draw })

export function trialOf(number: number, draw: Draw, value: number | null, more: Partial<Trial> = {}): Trial {
  const state = value === null ? 'failed' : 'complete'
  return { number, state, value, draw, options: draw, epochs: 10, rungs: [], reason: 'all epochs', ...more }
}

export const uniform = (name: string, low = 0, high = 1): ParameterSpec => ({
  ...{ name, condition: null },
  distribution: { kind: 'uniform', low, high },
})

export const choice = (name: string, ...values: readonly unknown[]): ParameterSpec => ({
  ...{ name, condition: null },
  distribution: { kind: 'choice', values },
})

/** The parameters of `drawnStudy`; `label` is in the place of every text of the user. */
const parametersOf = (label: string): ParameterSpec[] => [
  choice('network.layers', [{ units: 16, activation: 'relu' }, { units: 1 }], [{ units: 32 }, { units: 1 }], label),
  {
    name: 'network.layers.0.units',
    distribution: { kind: 'integer', low: 8, high: 64, step: 8, log: false },
    condition: { parameter: 'network.layers', index: 1 },
  },
  {
    name: 'trainer.optimizer.learningRate',
    distribution: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
    condition: null,
  },
  uniform('trainer.optimizer.momentum', 0.5, 1),
  { name: 'fit.patience', distribution: { kind: 'integer', low: 1, high: 1000, step: 1, log: true }, condition: null },
  choice('fit.batchSize', 16, 32, 64),
]

const RUNGS = [5, 15, 45]
const EPOCHS = 100

function drawnTrial(number: number, random: () => number): Trial {
  const layers = Math.floor(3 * random())
  const rate = 10 ** (-4 + 3 * random())
  const draw: Draw = {
    'network.layers': layers,
    ...(layers === 1 ? { 'network.layers.0.units': 8 + 8 * Math.floor(8 * random()) } : {}),
    'trainer.optimizer.learningRate': rate,
    'trainer.optimizer.momentum': 0.5 + 0.5 * random(),
    'fit.patience': Math.round(1000 ** random()),
    'fit.batchSize': Math.floor(3 * random()),
  }
  const options = {
    network: { inputs: 7, layers: [{ units: 16 + layers, activation: 'relu' }, { units: 1 }] },
    trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: rate } },
    fit: { epochs: EPOCHS, batchSize: 16 },
  }
  // Best where the rate is 0.01 and the layers are the second ones.
  const end = 0.1 + 0.2 * (Math.log10(rate) + 2) ** 2 + 0.1 * Math.abs(layers - 1) + 0.05 * random()
  if (random() < 0.03) {
    const reason = 'The loss is not finite in epoch 3.'
    return { number, state: 'failed', value: null, draw, options, epochs: 3, rungs: [], reason }
  }
  const reached = end < 0.2 ? 3 : end < 0.3 ? 2 + Math.round(random()) : Math.ceil(2 * random())
  const rungs = RUNGS.slice(0, reached).map((epoch) => ({ epoch, value: end + 1 / epoch }))
  if (reached === RUNGS.length) {
    return { number, state: 'complete', value: end, draw, options, epochs: EPOCHS, rungs, reason: 'all epochs' }
  }
  const { epoch, value } = rungs[reached - 1]
  return { number, state: 'pruned', value, draw, options, epochs: epoch, rungs, reason: `pruned after epoch ${epoch}` }
}

/** A study of drawn trials, most of them pruned, some failed. */
export function drawnStudy(count: number, label = 'from a file', seed = 1): StudyData {
  const random = randomOf(seed)
  const trials = Array.from({ length: count }, (_, number) => drawnTrial(number, random))
  const complete = trials.filter(({ state }) => state === 'complete')
  const best = complete.reduce<Trial | null>(
    (least, trial) => (least === null || (trial.value as number) < (least.value as number) ? trial : least),
    null,
  )
  return {
    name: label,
    space: spaceOf(...parametersOf(label)),
    metric: 'validationLoss',
    better: 'lower',
    trials: label === 'from a file' ? trials : trials.map((trial) => ({ ...trial, options: label, reason: label })),
    best: best?.number ?? null,
    digest: 'd'.repeat(64),
    sampler: 'random',
    pruner: 'successiveHalving',
    seed,
  }
}
