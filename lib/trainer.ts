/** Trainer: fits a network or an ensemble to samples and targets, and evaluates it. */
import { type ChosenBackend, chooseBackend } from './backend.js'
import { type Matrix, matrix, type Rows, targetsFor } from './data.js'
import { Ensemble } from './ensemble.js'
import { DivergenceError, wrongSize, wrongType, wrongValue } from './errors.js'
import {
  type EnsembleHistory,
  type FitOptions,
  type History,
  type Job,
  jobFor,
  MOST_ROWS,
  MOST_THREADS,
  resultOf,
  type Subject,
  statesOf,
} from './fitting.js'
import type { Loss } from './kernels/losses.js'
import type { Optimizer } from './kernels/optimizers.js'
import type { NetworkPlan, TrainingOutcome } from './kernels/plan.js'
import { Network } from './network.js'
import { evaluationPlan, optionOf } from './plan.js'
import {
  activationRegistry,
  type Chosen,
  type EnsembleOptimizerOption,
  type LossOption,
  lossRegistry,
  type OptimizerOption,
  optimizerRegistry,
} from './registry.js'
import { integer, optionsObject } from './validate.js'

export interface TrainerOptions<Model extends Network | Ensemble = Network> {
  /**
   * A name, or a name with options: `{ name: 'huber', delta: 2 }`. `binaryCrossentropy` needs a last layer of `sigmoid`;
   * `categoricalCrossentropy`, `sparseCategoricalCrossentropy` and `kullbackLeiblerDivergence` need one of `softmax`.
   */
  loss: LossOption
  /**
   * A name, or a name with options: `{ name: 'sgd', learningRate: 0.1, momentum: 0.9 }`. For an ensemble a number may be an
   * array with a value for each member.
   */
  optimizer: Model extends Ensemble ? EnsembleOptimizerOption : OptimizerOption
  /**
   * `auto`, `native`, `native/avx512`, …, or `typescript`. All give the same bits. `auto` takes the best that runs, or what
   * LOCKSTEP_BACKEND names; any other value throws where it cannot run. Default `auto`.
   */
  backend?: string
  /**
   * How many threads a training uses at most, from 1 to 1024; the bits are the same for any number. `auto`: one for each
   * processor; a network too small to gain from them stays on one. Default 1.
   */
  threads?: number | 'auto'
}

/** What `fit` gives: for a network its history, for an ensemble those of its members. */
export type Fitted<Model> = Model extends Ensemble ? EnsembleHistory : History

/** What `evaluate` gives: for an ensemble the mean of its members' losses, and each of them. */
export type Evaluated<Model> = Model extends Ensemble ? { loss: number; members: Float64Array } : { loss: number }

/** Fits one network, or an ensemble. `fit` works beside the event loop, `fitSync` blocks it; both give the same bits. */
export class Trainer<Model extends Network | Ensemble = Network> {
  readonly network: Model
  /**
   * The optimizer's vectors and scalars after the last `fit`, or before the first: [slots × parameters, scalars], for an
   * ensemble those of its members one after the other.
   */
  optimizerState: Float64Array
  private readonly subject: Subject
  private readonly chosen: ChosenBackend

  /**
   * @throws TypeError for an argument of a wrong kind or an unknown option
   * @throws RangeError for a wrong value, or a loss that does not go with the last activation
   * @throws Error where a forced backend cannot run
   */
  constructor(network: Model, options: TrainerOptions<Model>) {
    if (!(network instanceof Network || network instanceof Ensemble)) {
      throw wrongType('a Network or an Ensemble', 'network', network)
    }
    const known = ['loss', 'optimizer', 'backend', 'threads']
    const given = optionsObject(options, 'the trainer options', known)
    this.network = network
    const members = membersOf(network)
    const { plan } = members[0]
    const loss = lossRegistry.choose(given.loss, 'loss')
    checkFusion(loss, plan)
    const name = network instanceof Network ? 'network' : 'ensemble'
    const optimizers =
      name === 'network'
        ? [optimizerRegistry.choose(given.optimizer, 'optimizer')]
        : optimizersFor(given.optimizer, members.length)
    this.subject = { plan, name, loss, optimizers, threads: checkThreads(given.threads) }
    this.chosen = chooseBackend(given.backend)
    this.optimizerState = statesOf(this.subject)
  }

  /** The path in use, and why it was chosen. */
  get backend(): { readonly name: string; readonly reason: string } {
    return { name: this.chosen.backend.name, reason: this.chosen.reason }
  }

  /**
   * Trains off the main thread (in the TypeScript path: in turns of about 10 ms), and then writes to the network. Samples and
   * targets are used in place where they lie in shared memory, else copied, as their buffers could be taken away meanwhile.
   * The optimizer starts afresh; the parameters go on from where they are.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @param y targets: row-major [rows × outputs], or an array of rows
   * @throws as `fitSync`, as a rejection
   */
  async fit(x: Rows, y: Rows, options: FitOptions = {}): Promise<Fitted<Model>> {
    const job = this.prepare(x, y, options, true)
    const { plan, threads, members, arrays } = job
    const { backend } = this.chosen
    const claimed = claim(this.network)
    try {
      const outcomes =
        this.subject.name === 'network'
          ? [await backend.trainAsync(plan, threads, arrays)]
          : await backend.trainEnsembleAsync(plan, members, threads, arrays)
      this.network.attachedParameters().set(arrays.parameters)
      return this.finish(job, outcomes)
    } finally {
      release(claimed)
    }
  }

  /**
   * Trains at once and in place, blocking like the `Sync` functions of node:fs.
   * @throws TypeError or RangeError for arguments that do not fit, before any work
   * @throws DivergenceError where a loss or a parameter is no longer finite; the parameters from before that epoch are kept. A
   * member of an ensemble stops alone: its error stands in place of its history
   */
  fitSync(x: Rows, y: Rows, options: FitOptions = {}): Fitted<Model> {
    const job = this.prepare(x, y, options, false)
    const { plan, threads, members, arrays } = job
    const { backend } = this.chosen
    const claimed = claim(this.network)
    try {
      const outcomes =
        this.subject.name === 'network'
          ? [backend.train(plan, threads, arrays)]
          : backend.trainEnsemble(plan, members, threads, arrays)
      return this.finish(job, outcomes)
    } finally {
      release(claimed)
    }
  }

  /**
   * The loss over samples and targets, without training: the mean over samples (and outputs, as the loss defines it).
   * @throws TypeError or RangeError for arguments that do not fit
   */
  evaluate(x: Rows, y: Rows): Evaluated<Model> {
    const { samples, targets } = this.data(x, y)
    const { plan: network, loss } = this.subject
    const plan = evaluationPlan(network, loss, samples.rows)
    const { backend } = this.chosen
    const workspace = new Float64Array(backend.evaluationWorkspace(plan))
    const losses = Float64Array.from(membersOf(this.network), (member) =>
      backend.evaluate(plan, member.attachedParameters(), samples.values, targets.values, workspace),
    )
    const result =
      this.subject.name === 'network'
        ? { loss: losses[0] }
        : { loss: losses.reduce((sum, one) => sum + one, 0) / losses.length, members: losses }
    return result as Evaluated<Model>
  }

  private data(x: Rows, y: Rows): { samples: Matrix; targets: Matrix } {
    const { inputs, outputs } = this.network
    const { loss } = this.subject
    const samples = matrix(x, 'x', inputs, 'the inputs of the network')
    const given =
      loss.entry.targets === 'index'
        ? matrix(y, 'y', 1, 'the class of each sample')
        : matrix(y, 'y', outputs, 'the units of the last layer')
    if (samples.rows > MOST_ROWS) throw wrongSize(`at most ${MOST_ROWS} rows`, 'x', `${samples.rows}`)
    if (given.rows !== samples.rows) {
      throw wrongSize(`${samples.rows} rows, as many as x has,`, 'y', `${given.rows}`)
    }
    const smoothing = optionOf(loss, 'labelSmoothing')
    return { samples, targets: targetsFor(given, outputs, loss.entry.targets, loss.name, smoothing) }
  }

  private prepare(x: Rows, y: Rows, options: FitOptions, held: boolean): Job {
    const data = () => this.data(x, y)
    const parameters = () => this.network.attachedParameters()
    return jobFor(this.subject, this.chosen.backend, data, parameters, options, held)
  }

  private finish({ plan, arrays }: Job, outcomes: readonly TrainingOutcome[]): Fitted<Model> {
    const { optimizers, name } = this.subject
    const { backend } = this.chosen
    this.optimizerState = arrays.state
    const results = outcomes.map((outcome, i) => {
      const history = arrays.history.subarray(i * plan.epochs, (i + 1) * plan.epochs)
      return resultOf(plan, optimizers[i], name === 'network' ? arrays.history : history, outcome, backend)
    })
    if (name === 'ensemble') return { members: results, backend: backend.name } as unknown as Fitted<Model>
    const [result] = results
    if (result instanceof DivergenceError) throw result
    return result as Fitted<Model>
  }
}

const membersOf = (model: Network | Ensemble): readonly Network[] =>
  model instanceof Network ? [model] : model.members

const training = new WeakSet<Network>()

/** One training at a time: a second one would write over the first one's result. */
function claim(model: Network | Ensemble): readonly Network[] {
  const networks = membersOf(model)
  if (networks.some((network) => training.has(network))) {
    throw new Error('This network is being trained already. Await the first fit, or train a second network.')
  }
  for (const network of networks) training.add(network)
  return networks
}

function release(networks: readonly Network[]): void {
  for (const network of networks) training.delete(network)
}

/** A fused loss takes the derivative of its activation in. */
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

function checkThreads(threads: unknown): number | 'auto' {
  if (threads === undefined) return 1
  if (typeof threads === 'string' && threads !== 'auto') throw wrongValue("a number or 'auto'", 'threads', threads)
  return threads === 'auto' ? threads : integer(threads, 'threads', 1, MOST_THREADS)
}

/** The optimizer of each member: an option given as an array has a value for each. */
function optimizersFor(given: unknown, count: number): Chosen<Optimizer>[] {
  const lists =
    typeof given === 'object' && given !== null
      ? Object.entries(given).filter(([name, values]) => name !== 'name' && Array.isArray(values))
      : []
  for (const [name, values] of lists) {
    if (values.length !== count) {
      throw wrongSize(`a value for each of ${count} members`, `optimizer.${name}`, `${values.length}`)
    }
    // A hole would pass for an option that is not given.
    const hole = Array.from(values).indexOf(undefined)
    if (hole >= 0) throw wrongType('a value', `optimizer.${name}[${hole}]`, undefined)
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
      throw wrongSize('0 for all members or for none', `optimizer.${name}`, '0 for some of them', 'Train those apart.')
    }
  }
  return chosen
}
