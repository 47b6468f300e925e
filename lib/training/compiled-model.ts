/** A network or the members of an ensemble with their plan, loss, optimizers and threads, checked. */
import { processors } from '#platform'
import type { Backend } from '../backend/backend.js'
import { type Batches, stateLength, writeFreshState } from '../backend/plan.js'
import { versionRemedy } from '../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { activationRegistry, type Chosen, lossRegistry, optimizerRegistry } from '../checks/registry.js'
import { elements, MAX_THREADS, threadCount } from '../checks/validate.js'
import { needsWholeBatch } from '../kernels/layers/table.js'
import type { Loss } from '../kernels/losses.js'
import type { Optimizer } from '../kernels/optimizers.js'
import type { NetworkPlan, TrainingPlan } from '../kernels/plan.js'
import { Ensemble } from '../network/ensemble.js'
import { Network } from '../network/network.js'

/** What a trainer trains, and how. */
export interface CompiledModel {
  readonly plan: NetworkPlan
  /** Its name in error messages. */
  readonly name: 'network' | 'ensemble'
  readonly members: readonly Network[]
  /** One per member. `trainer.learningRate` replaces them. */
  readonly optimizers: Chosen<Optimizer>[]
  /** Of layers that only training has, as of `MemberPlans`. */
  readonly layerOptions: Float64Array
  readonly loss: Chosen<Loss>
  /** The most threads of a training; `auto`: one per processor, where the training gains from them. */
  readonly threads: number | 'auto'
}

export function compileModel(model: Network | Ensemble, given: Record<string, unknown>): CompiledModel {
  if (!(model instanceof Network || model instanceof Ensemble)) {
    throw wrongType('a Network or an Ensemble', 'network', model, versionRemedy(model, 'Network', 'Ensemble'))
  }
  const members = model instanceof Network ? [model] : model.members
  const { plan } = members[0]
  const loss = lossRegistry.choose(given.loss, 'loss')
  checkFusion(loss, plan)
  const name = model instanceof Network ? 'network' : 'ensemble'
  const optimizers =
    name === 'network'
      ? [optimizerRegistry.choose(given.optimizer, 'optimizer')]
      : optimizersFor(given.optimizer, members.length)
  return { plan, name, members, loss, optimizers, layerOptions: OF_PLAN, threads: threadCount(given.threads) }
}

const OF_PLAN = new Float64Array(0)

/** A fused loss includes the derivative of its activation. */
function checkFusion({ name, entry }: Chosen<Loss>, { layers }: NetworkPlan): void {
  const last = layers[layers.length - 1]
  const { name: activation } = activationRegistry.at(last.activation)
  if (entry.fusedWith !== null && activation !== entry.fusedWith) {
    throw wrongValue(
      `a loss for a last layer with ${activation}`,
      'loss',
      name,
      `It needs activation: '${entry.fusedWith}' on the last layer.`,
    )
  }
}

/** The optimizer of each member; an array option has one value per member. */
export function optimizersFor(given: unknown, count: number): Chosen<Optimizer>[] {
  const lists =
    typeof given === 'object' && given !== null
      ? Object.entries(given).flatMap(([name, values]): [string, unknown[]][] =>
          // A hole would otherwise count as a missing option.
          name !== 'name' && Array.isArray(values) ? [[name, elements(values, `optimizer.${name}`)]] : [],
        )
      : []
  for (const [name, values] of lists) {
    if (values.length !== count) {
      throw wrongSize(`a value for each of ${count} members`, `optimizer.${name}`, `${values.length}`)
    }
  }
  const chosen = Array.from({ length: count }, (_, i) => {
    if (lists.length === 0) return optimizerRegistry.choose(given, 'optimizer')
    const own = Object.fromEntries(lists.map(([name, values]) => [name, values[i]]))
    return optimizerRegistry.choose({ ...(given as object), ...own }, 'optimizer')
  })
  for (const { options } of chosen) {
    const mixed = options.findIndex((value, k) => (value === 0) !== (chosen[0].options[k] === 0))
    if (mixed >= 0) {
      const name = Object.keys(chosen[0].entry.options)[mixed]
      throw wrongSize(
        '0 for all members or for none',
        `optimizer.${name}`,
        '0 for some of them',
        'Train those members separately.',
      )
    }
  }
  return chosen
}

/** The number of threads of a training. */
export function threadsFor({ threads }: CompiledModel, backend: Backend, plan: TrainingPlan, members: number): number {
  if (threads !== 'auto') return threads
  return backend.usefulThreads(plan, members, Math.min(processors(), MAX_THREADS))
}

/** The optimizers' states before the first step, member after member. */
export function statesOf({ optimizers, plan }: Pick<CompiledModel, 'optimizers' | 'plan'>): Float64Array {
  // An option that decides the number of vectors is 0 for all or for none.
  const length = stateLength(optimizers[0], plan.parameterCount)
  const all = new Float64Array(optimizers.length * length)
  optimizers.forEach((optimizer, i) => {
    writeFreshState(optimizer, plan.parameterCount, all, i * length)
  })
  return all
}

/**
 * Refuses batches of one row for a batch normalization: the variance is 0, so that its output would not depend on its
 * input.
 */
export function checkBatches(
  { layers }: NetworkPlan,
  { batchSize, epochRows }: Pick<Batches, 'batchSize' | 'epochRows'>,
): void {
  if (batchSize > 1 || !layers.some(needsWholeBatch)) return
  const remedy =
    'A batchNormalization computes the mean and the variance of a batch, and the variance of one row is 0: give more rows, or ' +
    'set trainable: false on such layers, which then use their moving statistics.'
  if (epochRows === 1) throw wrongSize('at least 2 rows', 'x', '1', remedy)
  throw wrongValue('at least 2', 'batchSize', batchSize, remedy)
}

export function checkTrainable({ layers }: NetworkPlan): void {
  if (layers.some(({ trainable }) => trainable === 1)) return
  throw wrongSize(
    'at least one layer to train',
    'layers',
    'none',
    'Every layer has trainable: false; leave it out of one.',
  )
}
