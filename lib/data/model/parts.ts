/** The parts of a model, as they are given to its constructor, and their checks. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import { type Column, checkColumns, embeddedInputs, inputsOf, wrongInputs } from '../columns/columns.js'
import { checkEmbeddings } from '../columns/embedding.js'
import { checkReport, type Report } from '../columns/report.js'
import { list } from '../records/checks.js'
import { checkTarget, type Target } from '../targets/targets.js'
import { checkHead, checkNetwork, type Head, type HeadNetwork, membersOf } from './heads.js'
import { checkIgnored } from './ignored.js'
import type { Parts } from './saved.js'
import { checkSummary, type TrainingSummary } from './training.js'

interface OneTarget {
  /** The mean of the members of an ensemble is used. */
  network: HeadNetwork
  target: Target
  heads?: never
}

interface SeveralTargets {
  /** Networks, each with the targets of its outputs in order. All have the same inputs. */
  heads: readonly { readonly network: HeadNetwork; readonly targets: readonly Target[] }[]
  network?: never
  target?: never
}

export type ModelOptions = (OneTarget | SeveralTargets) & {
  /** The inputs in order. Their number is that of the network's inputs; a category has one input per category. */
  columns: readonly Column[]
  /** Names of columns that records may have without being used. Default: none. */
  ignored?: readonly string[]
  /** A summary of the training to save. */
  training?: TrainingSummary | null
  /** What became of each column, to save. */
  report?: Report | null
}

const OPTIONS = ['network', 'columns', 'target', 'heads', 'ignored', 'training', 'report']

/** Checks the options of a model. */
export function checkParts(options: unknown): Parts {
  const given = optionsObject(options, 'the model options', OPTIONS)
  const isHeads = given.heads !== undefined
  for (const name of isHeads ? ['network', 'target'] : []) {
    if (given[name] !== undefined) {
      throw wrongType('nothing', name, given[name], 'heads has the networks and targets.')
    }
  }
  const networks = isHeads ? headsIn(given.heads) : [{ network: checkNetwork(given.network, 'network'), targets: null }]
  const columns = Object.freeze(checkColumns(given.columns))
  const heads = networks.map(({ network, targets }, i): Head => {
    if (targets === null) return { network, targets: [checkTarget(given.target, columns)] }
    return {
      network,
      targets: targets.map((target, j) => checkTarget(target, columns, `heads[${i}].targets[${j}]`)),
    }
  })
  const training = checkSummary(given.training, 'training')
  const report = checkReport(given.report, 'report')
  const ignored = checkIgnored(given.ignored)
  checkNames(heads)
  for (const [i, head] of heads.entries()) {
    const { inputs } = head.network
    if (inputsOf(columns) !== inputs) throw wrongInputs(inputsOf(columns), inputs)
    for (const network of membersOf(head)) checkEmbeddings(network, embeddedInputs(columns))
    checkHead(head, isHeads ? `heads[${i}].network` : 'network')
  }
  return { heads: Object.freeze(heads.map((head) => Object.freeze(head))), columns, ignored, training, report }
}

interface GivenHead {
  readonly network: HeadNetwork
  readonly targets: readonly unknown[]
}

const headsIn = (given: unknown): GivenHead[] =>
  list(given, 'heads', 'heads').map((head, i) => {
    const where = `heads[${i}]`
    const { network, targets } = optionsObject(head, where, ['network', 'targets'])
    return { network: checkNetwork(network, `${where}.network`), targets: list(targets, `${where}.targets`, 'targets') }
  })

/** Refuses a target that the model has already. */
function checkNames(heads: readonly Head[]): void {
  const names = new Set<string>()
  for (const [i, { targets }] of heads.entries()) {
    for (const [j, { name }] of targets.entries()) {
      if (names.has(name)) throw wrongValue('a name that no target has yet', `heads[${i}].targets[${j}].name`, name)
      names.add(name)
    }
  }
}
