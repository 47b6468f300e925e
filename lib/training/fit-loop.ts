/**
 * The loop of a fit: which epochs a backend trains in each call, and what happens between the calls. It is a generator
 * that yields requests, so that the same statements run synchronously and asynchronously.
 */
import { trainingPlan } from '../backend/plan.js'
import { learningRateOf } from '../kernels/optimizers.js'
import { DONE, type TrainingArrays, type TrainingOutcome } from '../kernels/plan.js'
import { validationName } from '../metrics/choose.js'
import { ActiveMembers, memberSlice } from './active-members.js'
import { type CompiledModel, threadsFor } from './compiled-model.js'
import { Patience } from './early-stopping.js'
import { type Evaluator, evaluatorOf } from './evaluate.js'
import type { Samples } from './fit-data.js'
import type { Job, Request, Result, TrainRequest } from './fit-job.js'
import {
  divergence,
  type EnsembleProgress,
  type EpochReport,
  MONITORED,
  type Progress,
  Series,
  type Stopped,
} from './history.js'
import { plateauStep } from './plateau.js'
import { plateauPart, type RateSchedule, type Rates } from './rate-schedule.js'

/**
 * The most losses that one call of a backend computes, so that a fit which may stop early allocates little, and the
 * fewest epochs, so that the cost of a call is negligible.
 */
export const MAX_LOSSES = 2 ** 22
const MIN_EPOCHS = 64

/** One network of a fit. */
interface Member {
  readonly series: Series
  readonly patience: Patience | null
  /** The state of its `reduceOnPlateau` schedule. */
  readonly plateau: Float64Array | null
  /** The parameters after the best epoch, for `restoreBest`. */
  best: Float64Array | null
  /** The learning rate of the last epoch's first step. */
  rate: number
  result: Result | null
}

export function* fitLoop(job: Job): Generator<Request, Result[], unknown> {
  const { settings, rateSchedule, publish } = job
  const { firstEpoch, end } = settings
  const members = job.compiled.members.map((_, i) => memberOf(job, i))
  const evaluators = evaluatorsOf(job)
  const everyEpoch =
    evaluators.training !== null || evaluators.validation !== null || settings.stopping !== null || job.plateau !== null
  let active = new ActiveMembers(
    members.map((_, i) => i),
    job.values,
    settings.seeds,
  )
  let epoch = firstEpoch
  // Whether the values are those after an epoch. They are not while a backend works on them.
  let whole = true
  let ended = false
  const hasStopped = (i: number): boolean => members[i].result !== null
  const publishAll = (): void => {
    active.writeBack()
    publish(epoch)
  }
  try {
    while (epoch < end && active.members.length > 0) {
      const max = everyEpoch || settings.onEpoch !== null ? 1 : longestCall(rateSchedule, active, end - epoch)
      const rates = rateSchedule.rates(epoch, max)
      if (rates.epochs === 0 && rates.failure !== null) throw rates.failure.error
      const request = requestOf(job, active, members, epoch, rates)
      whole = false
      const outcomes = (yield request) as TrainingOutcome[]
      whole = true
      takeOutcomes(job, active, members, rates, request, outcomes)
      epoch = active.members.reduce((last, i) => Math.max(last, firstEpoch + members[i].series.done), epoch)
      const going = active.members.flatMap((i, at) => {
        const member = members[i]
        return member.result === null ? [{ i, member, parameters: active.parametersOf(at) }] : []
      })
      // For members that diverged.
      restoreBest(active, members, hasStopped)
      for (const { member, parameters } of going) afterEpoch(job, member, evaluators, parameters, epoch)
      let answer: unknown
      if (settings.onEpoch !== null && going.length > 0) {
        publishAll()
        const reports = new Array<EpochReport | null>(members.length).fill(null)
        for (const { i, member } of going) reports[i] = member.series.report(member.rate)
        answer = yield { kind: 'wait', value: settings.onEpoch(progressOf(job.compiled, epoch - 1, end, reports)) }
      }
      if (epoch === end) continue
      for (const { member } of going) {
        const { patience } = member
        if (patience?.exhausted) finish(job, member, 'earlyStopping', patience.reason)
        else if (answer === false) finish(job, member, 'onEpoch', 'onEpoch returned false')
      }
      restoreBest(active, members, hasStopped)
      active = active.removeStopped(hasStopped)
      if (rates.failure !== null && active.members.length > 0) throw rates.failure.error
    }
    for (const i of active.members) finish(job, members[i], 'epochs', `all epochs up to ${end} were trained`)
    ended = true
  } finally {
    // An exception of onEpoch or of a schedule ends all members as they are. A backend that fails has changed nothing,
    // so that parameters trained in place are those after the last epoch, and so are the states.
    if ((whole || job.inPlace) && (ended || epoch > firstEpoch)) {
      restoreBest(active, members, () => true)
      publishAll()
    }
  }
  return members.map(({ result }) => result as Result)
}

/** The number of epochs in one call of the backend, where nothing happens between epochs. */
const longestCall = (rateSchedule: RateSchedule, active: ActiveMembers, left: number): number =>
  Math.min(rateSchedule.longest, Math.max(MIN_EPOCHS, Math.floor(MAX_LOSSES / active.members.length)), left)

/** Sets the parameters of members that end to their best ones. */
function restoreBest(active: ActiveMembers, members: readonly Member[], ends: (member: number) => boolean): void {
  active.members.forEach((i, at) => {
    const { best } = members[i]
    if (best !== null && ends(i)) active.parametersOf(at).set(best)
  })
}

function progressOf(
  { name }: CompiledModel,
  epoch: number,
  epochs: number,
  reports: readonly (EpochReport | null)[],
): Progress | EnsembleProgress {
  if (name === 'ensemble') return { epoch, epochs, members: reports }
  return { epoch, epochs, ...(reports[0] as EpochReport) }
}

function memberOf({ settings, metrics, data, rateSchedule, plateau, scheduleState }: Job, i: number): Member {
  const { firstEpoch, end, stopping } = settings
  return {
    series: new Series(
      firstEpoch,
      end - firstEpoch,
      metrics,
      data.validation !== null,
      rateSchedule.isScheduled,
      stopping !== null,
    ),
    patience: stopping === null ? null : new Patience(stopping),
    plateau: plateau === null ? null : plateauPart(scheduleState, i),
    best: null,
    rate: 0,
    result: null,
  }
}

interface Evaluators {
  readonly training: Evaluator | null
  readonly validation: Evaluator | null
}

function evaluatorsOf({ compiled, backend, data, metrics, signs, settings }: Job): Evaluators {
  const evaluator = (samples: Samples) => evaluatorOf(compiled, backend, samples, metrics, signs)
  const evaluatesTraining = metrics.length > 0 || settings.stopping?.evaluates === true
  return {
    training: evaluatesTraining ? evaluator(data.training) : null,
    validation: data.validation === null ? null : evaluator(data.validation),
  }
}

/** The request to train the epochs of these rates. */
function requestOf(
  { compiled, backend, settings, data, rateSchedule }: Job,
  active: ActiveMembers,
  members: readonly Member[],
  firstEpoch: number,
  rates: Rates,
): TrainRequest {
  const { epochs } = rates
  const { batchSize, lastBatch, shuffle, seeds } = settings
  const { training } = data
  const options = active.members.map((i) => rateSchedule.optionsFor(compiled.optimizers[i], rates, members[i].plateau))
  const [first] = active.members
  const optimizer = { ...compiled.optimizers[first], options: options[0] }
  const schedule = { firstEpoch, epochs, batchSize, lastBatch, shuffle, seed: seeds[first], rows: training.rows }
  const plan = trainingPlan(compiled.plan, compiled.loss, optimizer, schedule)
  const count = active.members.length
  const threads = threadsFor(compiled, backend, plan, count)
  const workspace = backend.trainingWorkspace(plan, count, threads)
  const history = new Float64Array(count * epochs)
  const arrays: TrainingArrays = {
    parameters: active.parameters,
    state: active.state,
    workspace: active.workspaceOf(workspace),
    x: training.x,
    y: training.y,
    sampleWeight: training.sampleWeight,
    rateFactors: rates.factors,
    history,
  }
  return { kind: 'train', plan, threads, members: active.plans(options), arrays, options }
}

/** Adds the losses to the series, and ends members that diverged. */
function takeOutcomes(
  { compiled, backend, rateSchedule }: Job,
  active: ActiveMembers,
  members: readonly Member[],
  rates: Rates,
  { plan, arrays: { history }, options }: TrainRequest,
  outcomes: readonly TrainingOutcome[],
): void {
  const count = active.members.length
  active.members.forEach((member, i) => {
    const { series, patience, best } = members[member]
    const outcome = outcomes[i]
    // The error message needs the loss of an epoch that diverged, although the epoch does not count.
    series.take(memberSlice(history, i, count))
    rateSchedule.noteRates(series, options[i], rates, outcome.epochs)
    series.done += outcome.epochs
    members[member].rate = rateSchedule.rateOf(options[i], rates, outcome.epochs - 1)
    if (outcome.status === DONE) return
    const rate = rates.absolute
      ? Math.max(rateSchedule.rateOf(options[i], rates, outcome.epochs), series.highestRate)
      : learningRateOf(compiled.optimizers[member].options)
    members[member].result = divergence(
      plan,
      outcome,
      series,
      rate,
      patience?.bestEpoch ?? null,
      best !== null,
      backend,
    )
  })
}

/** Adds an epoch's values to the series, and updates the plateau and the early stopping. */
function afterEpoch(
  { metrics, plateau, settings }: Job,
  member: Member,
  { training, validation }: Evaluators,
  parameters: Float64Array,
  epoch: number,
): void {
  const { series, patience } = member
  training?.metrics(parameters).forEach((value, i) => {
    series.set(metrics[i].name, value as number)
  })
  if (validation !== null) {
    series.set(validationName('loss'), validation.loss(parameters))
    validation.metrics(parameters).forEach((value, i) => {
      series.set(validationName(metrics[i].name), value as number)
    })
  }
  if (plateau !== null) plateauStep(member.plateau as Float64Array, series.last(plateau.monitor.series), plateau)
  const { stopping } = settings
  if (stopping === null || patience === null) return
  const value = stopping.evaluates ? (training as Evaluator).loss(parameters) : series.last(stopping.monitor.series)
  series.set(MONITORED, value)
  if (!patience.improves(value, epoch - 1) || !stopping.restoreBest) return
  member.best ??= new Float64Array(parameters.length)
  member.best.set(parameters)
}

/** Ends the training of a member, unless it has diverged. */
function finish({ backend }: Job, member: Member, stopped: Stopped, reason: string): void {
  member.result ??= member.series.history(stopped, reason, member.patience?.bestEpoch ?? null, backend)
}
