/** What the doctor finds in the rows that were trained on and in the trained networks. */
import { type LossName, lossRegistry } from '../../../checks/registry.js'
import { inputsOf } from '../../../data/columns/columns.js'
import { diagnose, type Finding as Found } from '../../../data/index.js'
import { encodeTargets, planHeads } from '../../../data/model/train-head.js'
import type { Target } from '../../../data/targets/targets.js'
import { Network, Trainer, type TrainerOptions } from '../../../index.js'
import type { Finding } from '../parts/data.js'
import type { AnyModel, Records, Row } from './outcomes.js'
import { sampleOf } from './scatter.js'

/** As many rows as the doctor looks at. */
const MAX_ROWS = 10_000
const OPTIMIZER = 'adam'

/**
 * @param trained rows that the model was trained on
 * @param others rows that it was not trained on, which should not be among them; null: none are known
 */
export function findingsOf(model: AnyModel, trained: Records, others: Records | null, seed: number): Finding[] {
  const sample = sampleOf(trained.length, MAX_ROWS, seed).map((i) => trained[i] as Row)
  const found = headsOf(model).flatMap(({ network, plan }) => {
    const rowsOf = (records: Records, name: string) =>
      [model.transform(records), encodeTargets(records as Row[], plan, (i) => `${name}[${i}]`)] as const
    // A model keeps the name of its optimizer only: the checks of the rate judge its default options.
    const trainer = new Trainer(network, {
      loss: plan.loss.name as LossName,
      optimizer: (model.training?.optimizer ?? OPTIMIZER) as TrainerOptions['optimizer'],
    })
    const [x, y] = rowsOf(sample, 'trained')
    const scorable = others?.filter((row) => plan.targets.every((target) => hasScale(target, row as Row))) ?? []
    const names = model.report?.columns.flatMap(({ inputs }) => inputs)
    const { findings } = diagnose(trainer, x, y, {
      seed,
      ...(names === undefined ? {} : { columns: names }),
      ...(scorable.length === 0 ? {} : { validationData: rowsOf(scorable, 'records') }),
    })
    return findings.filter((finding) => !isWithinColumns(model, finding, x))
  })
  return withoutRepeats(found.map(findingOf))
}

/** Whether the target of a row has a place on its scale: rows that were not trained on may have a number without a logarithm. */
const hasScale = (target: Target, row: Row): boolean =>
  target.type !== 'number' || target.transform !== 'log' || Number(row[target.name]) > 0

/** The networks with their targets and losses; of an ensemble the first member. */
function headsOf({ networks, targets, training }: AnyModel) {
  // The summary has the names of several losses in one text: these are the defaults of the targets.
  const loss = training?.loss
  const isOne = loss !== undefined && lossRegistry.names.includes(loss)
  const plans = planHeads(targets, isOne ? lossRegistry.choose(loss, 'loss') : null)
  return plans.map((plan, i) => {
    const network = networks[i]
    return { plan, network: network instanceof Network ? network : network.members[0] }
  })
}

/**
 * Whether only inputs of one column repeat each other, which are the model's work and no fault of the table: the parts of
 * a date, or the inputs of a category with two values.
 */
function isWithinColumns({ columns }: AnyModel, { name, where }: Found, x: Float64Array): boolean {
  if (name !== 'duplicateColumns') return false
  const owners = columns.flatMap((column, i) => new Array<number>(inputsOf([column])).fill(i))
  const inputs = where.columns ?? []
  return !inputs.some((a, i) =>
    inputs.slice(0, i).some((b) => owners[a] !== owners[b] && repeats(x, owners.length, a, b)),
  )
}

/** A little less than the doctor asks for, whose rows are a part of these. */
const SAME = 1 - 1e-4

/** Whether two inputs are the same up to scale and offset: whether |correlation| is 1. */
function repeats(x: Float64Array, inputs: number, a: number, b: number): boolean {
  const rows = x.length / inputs
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0]
  for (let row = 0; row < rows; row++) {
    sumA += x[row * inputs + a]
    sumB += x[row * inputs + b]
  }
  for (let row = 0; row < rows; row++) {
    const deviationA = x[row * inputs + a] - sumA / rows
    const deviationB = x[row * inputs + b] - sumB / rows
    squaresA += deviationA * deviationA
    squaresB += deviationB * deviationB
    products += deviationA * deviationB
  }
  return Math.abs(products) >= SAME * Math.sqrt(squaresA) * Math.sqrt(squaresB)
}

const findingOf = ({ severity, name, reason, remedy }: Found): Finding => ({
  severity,
  name: name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  reason,
  remedy,
})

/** Several networks have the same inputs. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ reason }) => {
    const isNew = !seen.has(reason)
    seen.add(reason)
    return isNew
  })
}
