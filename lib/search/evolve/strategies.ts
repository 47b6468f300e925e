/** The table of strategies, and the choice of one with its operators. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { type Choice, type OptimizerOption, Registry } from '../../checks/registry.js'
import { type ForeignNames, integer } from '../../checks/validate.js'
import { type Configurable, positive } from '../../kernels/option-table.js'
import type { Ensemble } from '../../network/ensemble.js'
import { type CrossoverOption, crossoverRegistry } from './crossovers.js'
import { genesByLayer } from './genes.js'
import { Genetic } from './genetic.js'
import { type MutationOption, mutationRegistry } from './mutations.js'
import { OpenAiEs } from './open-ai-es.js'
import { type SelectionOption, selectionRegistry } from './selections.js'
import type { Strategy } from './strategy.js'

/** By name. */
export const strategies = {
  /** Members are selected, crossed and mutated. */
  genetic: { options: {} },
  /** Members are perturbations of one center, which moves along an estimated gradient. */
  openaiES: {
    options: {
      /** The standard deviation of the perturbations, above 0. Default 0.1. */
      deviation: positive(0.1),
    },
  },
} satisfies Record<string, Configurable>

/** A strategy's name, or its name with options: `{ name: 'openaiES', deviation: 0.05 }`. */
export type StrategyOption = keyof typeof strategies | Choice<typeof strategies>

/** The options of the strategies' parts. */
export interface OperatorOptions {
  /** Of `genetic`: which members are parents. Default `tournament`. */
  selection?: SelectionOption
  /** Of `genetic`: what a child has of which parent. Default `uniform`. */
  crossover?: CrossoverOption
  /** Of `genetic`: how a child differs from its parents. Default `gaussian`. */
  mutation?: MutationOption
  /** Of `genetic`: how many of the best members stay as they are, less than all. Default 1. */
  elite?: number
  /** Of `openaiES`: what moves the center, as of Trainer. Default `{ name: 'adam', learningRate: 0.05 }`. */
  optimizer?: OptimizerOption
}

const FOREIGN: ForeignNames = {
  ga: ['genetic'],
  geneticalgorithm: ['genetic'],
  es: ['openaiES'],
  evolutionstrategies: ['openaiES'],
  evolutionstrategy: ['openaiES'],
}

const registry = new Registry<Configurable>(strategies, 'the name of a strategy', { foreign: FOREIGN })

const OF_GENETIC = ['selection', 'crossover', 'mutation', 'elite']
export const OPERATOR_OPTIONS = [...OF_GENETIC, 'optimizer']

/** Checks a strategy and its parts. */
export function chooseStrategy(given: Record<string, unknown>, ensemble: Ensemble, seed: number): Strategy {
  const { name, options } = registry.choose(given.strategy ?? 'genetic', 'strategy')
  for (const option of name === 'genetic' ? ['optimizer'] : OF_GENETIC) {
    if (given[option] === undefined) continue
    const other = name === 'genetic' ? 'openaiES' : 'genetic'
    throw wrongType('nothing', option, given[option], `It is an option of the strategy ${other}.`)
  }
  const [{ plan }] = ensemble.members
  const layers = genesByLayer(plan)
  if (layers.length === 0) {
    throw wrongSize('at least one layer to evolve', 'layers', 'none', 'Every layer has trainable: false.')
  }
  return name === 'genetic' ? genetic(given, ensemble, seed, layers) : openAiEs(given, ensemble, seed, options[0])
}

function genetic(
  given: Record<string, unknown>,
  { members }: Ensemble,
  seed: number,
  layers: ReturnType<typeof genesByLayer>,
): Strategy {
  if (members.length < 2) throw wrongSize('at least 2 members', 'ensemble', `${members.length}`)
  const crossover = crossoverRegistry.choose(given.crossover ?? 'uniform', 'crossover')
  if (crossover.name === 'onePoint' && layers.length < 2) {
    throw wrongSize('at least 2 layers that evolve, for onePoint,', 'layers', `${layers.length}`, 'Use uniform.')
  }
  return new Genetic({
    seed,
    elite: given.elite === undefined ? 1 : integer(given.elite, 'elite', 0, members.length - 1),
    selection: selectionRegistry.choose(given.selection ?? 'tournament', 'selection'),
    crossover,
    mutation: mutationRegistry.choose(given.mutation ?? 'gaussian', 'mutation'),
    layers,
  })
}

function openAiEs(given: Record<string, unknown>, { members }: Ensemble, seed: number, deviation: number): Strategy {
  if (members.length < 3 || members.length % 2 === 0) {
    const remedy = 'Member 0 is the center, the others are pairs.'
    throw wrongSize('an odd number of at least 3 members, for openaiES,', 'ensemble', `${members.length}`, remedy)
  }
  const center = members[0].clone()
  return new OpenAiEs({
    seed,
    deviation,
    optimizer: given.optimizer ?? { name: 'adam', learningRate: 0.05 },
    backend: given.backend,
    center,
    genes: genesByLayer(center.plan).flat(),
  })
}
