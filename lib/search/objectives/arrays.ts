/** The objective of samples and targets in arrays: a trial has options of Network, Trainer and fit. */
import { wrongValue } from '../../checks/errors.js'
import { checkedOptions, seed } from '../../checks/validate.js'
import { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import { digestOfValues } from '../../network/saved.js'
import { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import { ValueNames } from '../engine/canonical-text.js'
import { type Fold, readFolds } from '../engine/folds.js'
import { keyOfTrial, PARTS, trainedNetwork, trainedShape } from '../engine/trial-setup.js'
import type { Objective } from './objective.js'
import { OF_STUDY, requireNone } from './refused.js'

/**
 * @param inputs the number of inputs that the options of the first trial have
 * @throws TypeError or RangeError for wrong data or a wrong `validation`
 */
export function arraysObjective(
  data: unknown,
  validation: unknown,
  inputs: number | undefined,
  studySeed: number,
): Objective {
  const { folds, inputs: columns } = readFolds(data, validation, inputs)
  const names = new ValueNames()
  const objective: Objective = {
    complete(options, number) {
      const { network, fit = {}, ...rest } = options as Record<string, unknown>
      const own = studySeed + number
      // What is no object is refused by `read`.
      const seeded = (part: unknown) => (isObject(part) && part.seed === undefined ? { ...part, seed: own } : part)
      return { network: seeded(network), ...rest, fit: seeded(fit) }
    },
    read(options, number) {
      const { network, trainer, fit } = checkedOptions(options, 'the space', Object.keys(PARTS))
      const { seed: networkSeed, ...ofNetwork } = readPart(network, 'network')
      const { seed: fitSeed, ...ofFit } = readPart(fit, 'fit')
      if (typeof ofNetwork.inputs === 'number' && ofNetwork.inputs !== columns) {
        throw wrongValue(`the ${columns} columns of data.x`, 'network.inputs', ofNetwork.inputs)
      }
      const { optimizer, ...ofTrainer } = readPart(trainer, 'trainer')
      const shared = { trainer: ofTrainer, fit: ofFit }
      const own = { networkSeed: seed(networkSeed, 'network.seed'), fitSeed: seed(fitSeed, 'fit.seed'), optimizer }
      const key = keyOfTrial({ network: ofNetwork, trainer: ofTrainer, fit: ofFit, optimizer }, names)
      return { number, shared, networks: [ofNetwork], own, folds, key }
    },
    addTo(hash) {
      for (const fold of folds) for (const part of partsOf(fold)) hash.update(`${digestOfValues('', part)}\n`)
    },
    model: (options, parameters) => modelOf(options, parameters),
    forEnsemble: () => objective,
    ensemble(members) {
      const networks = members.map(({ options, parameters }) => networksOf(options, parameters))
      const weights = members.flatMap(({ weight }, i) => networks[i].map(() => weight))
      return new WeightedEnsemble({ members: networks.flat(), weights })
    },
  }
  return objective
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readPart(given: unknown, part: keyof typeof PARTS): Record<string, unknown> {
  const options = checkedOptions(given, part, PARTS[part])
  requireNone(options, OF_STUDY[part], part)
  return options
}

const NONE = new Float64Array(0)

const partsOf = ({ training, validation }: Fold): Float64Array[] =>
  [training, validation].flatMap((samples) =>
    samples === null ? [NONE] : [samples.x, samples.y, samples.sampleWeight ?? NONE],
  )

/** The options of a trial. */
interface ArrayOptions {
  readonly network: object
}

/** The networks of a trial, one for each fold. */
const networksOf = (options: unknown, parameters: readonly Float64Array[]): Network[] =>
  parameters.map((one) => trainedNetwork((options as ArrayOptions).network, one))

/** The network of a trial; of several folds the ensemble of its networks. */
function modelOf(options: unknown, parameters: readonly Float64Array[]): Network | Ensemble {
  const [first] = parameters
  if (parameters.length === 1) return networksOf(options, parameters)[0]
  const all = new Float64Array(parameters.length * first.length)
  parameters.forEach((one, fold) => {
    all.set(one, fold * first.length)
  })
  return new Ensemble({
    ...trainedShape((options as ArrayOptions).network),
    parameters: all,
    seeds: parameters.map(() => 0),
  })
}
