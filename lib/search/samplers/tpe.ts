/**
 * The tree-structured Parzen estimator (Bergstra et al., NIPS 2011), each parameter for itself. Earlier trials are
 * split into the good ones and the others; l and g are the densities of a parameter's values in the two. Of some values
 * drawn from l, a trial takes that with the largest l / g. All trials of a batch are drawn before any has a score: each
 * counts as one of the others for those after it (a constant liar; Ginsbourger et al., 2010), so that they do not all
 * try the same.
 */
import { integer, openFraction, positive } from '../../kernels/option-table.js'
import type { Random } from '../../kernels/random.js'
import { searchStreams } from '../space/random.js'
import { scaleOf } from '../space/scale.js'
import type { Draw, ParameterSpec, Scored, Space } from '../space/trial.js'
import { drawOf } from './active.js'
import { choiceEstimator, type Estimator, numberEstimator } from './parzen.js'
import { random } from './random.js'
import type { Sampler } from './sampler.js'
import { unitScaleOf } from './unit-scale.js'

/** The most trials that are good: more would make l as wide as g. */
const MOST_GOOD = 25

/** The most other trials of which g is made: of more, those at equal distances from the best to the worst. */
const MOST_OTHERS = 1000

/** At most `most` of the items, at equal distances. */
function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)])
}

const isFailed = ({ state, score }: Scored): boolean => state === 'failed' || Number.isNaN(score)

/**
 * Trials from the best to the worst: complete ones, then pruned ones, then failed ones; of equal scores the earlier
 * first.
 */
function rankedTrials(earlier: readonly Scored[]): readonly Scored[] {
  const groupOf = (trial: Scored): number => (isFailed(trial) ? 2 : trial.state === 'pruned' ? 1 : 0)
  const groups: readonly Scored[][] = [[], [], []]
  for (const trial of earlier) groups[groupOf(trial)].push(trial)
  // Sorting keeps the order of equal ones.
  const ascending = (a: Scored, b: Scored): number => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0)
  return [...groups[0].sort(ascending), ...groups[1].sort(ascending), ...groups[2]]
}

interface Settings {
  readonly candidates: number
  readonly gamma: number
  readonly priorWeight: number
}

/**
 * The earlier values of one parameter: those of good trials, and those of the others and of the batch so far.
 */
class ParameterModel {
  private readonly good: Estimator | null
  private readonly others: number[]

  constructor(
    private readonly parameter: ParameterSpec,
    ranked: readonly Scored[],
    private readonly settings: Settings,
  ) {
    // Trials in which it is not active have no value of it.
    const { name } = parameter
    const all = ranked.filter(({ draw }) => Object.hasOwn(draw, name))
    const observed = all.map(({ draw }) => draw[name])
    const succeeded = all.length - all.filter(isFailed).length
    const count = Math.min(Math.ceil(settings.gamma * all.length), MOST_GOOD, succeeded)
    this.good = count === 0 ? null : this.estimator(observed.slice(0, count))
    this.others = thinned(observed.slice(count), MOST_OTHERS)
  }

  private estimator(values: readonly number[]): Estimator {
    const { distribution } = this.parameter
    const { priorWeight } = this.settings
    return distribution.kind === 'choice'
      ? choiceEstimator(values, distribution.values.length, priorWeight)
      : numberEstimator(values, unitScaleOf(distribution), priorWeight)
  }

  draw(random: Random): number {
    const value =
      this.good === null ? scaleOf(this.parameter.distribution)(random.uniform()) : this.best(this.good, random)
    this.others.push(value)
    return value
  }

  /** Of some values drawn from l, the one with the largest l / g. */
  private best(l: Estimator, random: Random): number {
    const g = this.estimator(this.others)
    let best = l.draw(random)
    let most = l.density(best) / g.density(best)
    for (let i = 1; i < this.settings.candidates; i++) {
      const value = l.draw(random)
      const ratio = l.density(value) / g.density(value)
      if (ratio > most) {
        best = value
        most = ratio
      }
    }
    return best
  }
}

/** The function that draws the next trial of a batch. */
function trialsOf(space: Space, earlier: readonly Scored[], settings: Settings): (stream: Random) => Draw {
  const ranked = rankedTrials(earlier)
  const models: ParameterModel[] = []
  return (stream) =>
    drawOf(space, (at) => {
      models[at] ??= new ParameterModel(space.parameters[at], ranked, settings)
      return models[at].draw(stream)
    })
}

export const tpe = {
  learns: true,
  options: {
    /** The trials before the first that learns from them, drawn at random, at least 1. Default 10. */
    startup: integer(1, 10),
    /** How many values of a parameter are compared, from 1. Default 24. */
    candidates: integer(1, 24, 10_000),
    /**
     * The share of trials that are good, above 0 and below 1; at most 25 trials are. Default 0.15, as Watanabe
     * recommends.
     */
    gamma: openFraction(0.15),
    /** The weight of the prior, which is nearly uniform, where a trial has 1; above 0. Default 1. */
    priorWeight: positive(1),
  },
  usualBatch: (trials) => Math.min(trials, 16),
  draws(context, [startup, candidates, gamma, priorWeight]) {
    const { space, seed, first, count, earlier } = context
    if (earlier.length < startup) return random.draws(context)
    const draw = trialsOf(space, earlier, { candidates, gamma, priorWeight })
    const streams = searchStreams(seed, 'tpe')
    return Array.from({ length: count }, (_, i) => draw(streams(first + i)))
  },
} satisfies Sampler
