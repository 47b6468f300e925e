/** The heads that targets need, and the training of one. */
import { type LayerOption, lossRegistry } from '../../checks/registry.js'
import { Ensemble } from '../../network/ensemble.js'
import { Network } from '../../network/network.js'
import type { FitOptions } from '../../training/fit-options.js'
import { DivergenceError, type History } from '../../training/history.js'
import { Trainer } from '../../training/trainer.js'
import type { TrainerOptions } from '../../training/trainer-options.js'
import { zeros } from '../records/checks.js'
import type { Records } from '../records/records.js'
import type { ChosenLoss, LastLayer, NameOf } from '../targets/entry.js'
import { entryOf, type Target } from '../targets/targets.js'
import type { Head } from './heads.js'

/** The plan of a head: its targets, with a last layer and a loss for all of them. */
export interface HeadPlan {
  readonly targets: readonly Target[]
  /** The units of each target. */
  readonly units: readonly number[]
  readonly layer: LastLayer
  readonly loss: ChosenLoss
}

/**
 * The heads of targets. A network has one loss over all outputs and one activation at its end. So the targets that have
 * both in common share a network, and others get one of their own; a softmax is over one target only.
 * @param given the loss that the caller chose; null: the default of each target
 */
export function planHeads(targets: readonly Target[], given: ChosenLoss | null): HeadPlan[] {
  const plans: HeadPlan[] = []
  for (const target of targets) {
    const entry = entryOf(target.type)
    const loss = given ?? lossRegistry.choose(entry.loss(target, targets.length > 1), 'loss')
    const layer = entry.lastLayer(target, loss)
    const i = plans.findIndex(
      (plan) =>
        layer.activation !== 'softmax' && plan.layer.activation === layer.activation && plan.loss.name === loss.name,
    )
    if (i < 0) plans.push({ targets: [target], units: [layer.units], layer, loss })
    else {
      const { targets: before, units, layer: shared } = plans[i]
      plans[i] = {
        targets: [...before, target],
        units: [...units, layer.units],
        layer: { ...shared, units: shared.units + layer.units },
        loss,
      }
    }
  }
  return plans
}

/** The network's targets [rows × outputs] of all targets of a head. */
export function encodeTargets(
  records: Records,
  { targets, units, loss }: Pick<HeadPlan, 'targets' | 'units' | 'loss'>,
  nameOf: NameOf,
): Float64Array {
  const parts = targets.map((target) => entryOf(target.type).encode(records, target, loss, nameOf))
  if (parts.length === 1) return parts[0]
  const outputs = units.reduce((sum, count) => sum + count, 0)
  const y = zeros(records.length, outputs, 'the targets', 'Use fewer targets.')
  let first = 0
  for (const [i, part] of parts.entries()) {
    for (let k = 0; k < part.length; k++) {
      y[Math.floor(k / units[i]) * outputs + first + (k % units[i])] = part[k]
    }
    first += units[i]
  }
  return y
}

/** The networks of a head: one, or the members of an ensemble. */
export interface HeadNetworks {
  readonly inputs: number
  readonly layers: readonly LayerOption[]
  readonly seed: number
  readonly members: number
}

export interface TrainedHead {
  readonly head: Head
  /** Of each member. */
  readonly histories: readonly History[]
}

/**
 * Trains a head.
 * @throws DivergenceError where a member diverges
 */
export async function trainHead(
  targets: readonly Target[],
  { inputs, layers, seed, members }: HeadNetworks,
  given: Readonly<Record<string, unknown>>,
  x: Float64Array,
  y: Float64Array,
  options: FitOptions,
): Promise<TrainedHead> {
  if (members === 1) {
    const network = new Network({ inputs, layers, seed })
    const history = await new Trainer(network, given as unknown as TrainerOptions).fit(x, y, { seed, ...options })
    return { head: { network, targets }, histories: [history] }
  }
  const seeds = Array.from({ length: members }, (_, i) => seed + i)
  const network = new Ensemble({ inputs, layers, seeds })
  const trainer = new Trainer(network, given as unknown as TrainerOptions<Ensemble>)
  const history = await trainer.fit(x, y, { seed: seeds, ...(options as object) })
  const histories = history.members.map((member) => {
    if (member instanceof DivergenceError) throw member
    return member
  })
  return { head: { network, targets }, histories }
}
