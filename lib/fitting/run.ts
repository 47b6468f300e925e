/**
 * The course of a fit: which epochs a backend is asked to train, and what happens between them. It yields what has to be waited
 * for, so that the same statements run at once and beside the event loop.
 */
import type { Backend, TrainingArrays } from '../backend.js'
import type { DivergenceError } from '../errors.js'
import { DONE, type MemberPlans, type TrainingOutcome, type TrainingPlan } from '../kernels/plan.js'
import { type ChosenScalarMetric, validationName } from '../metrics/choose.js'
import { Patience, type Plateau, plateauStep } from '../monitor.js'
import { trainingPlan } from '../plan.js'
import { type Course, plateauPart, type Rates } from './course.js'
import type { Samples, TrainingData } from './data.js'
import {
  divergence,
  type EnsembleProgress,
  type EpochReport,
  type History,
  MONITORED,
  type Progress,
  Series,
  type Stopped,
} from './history.js'
import type { FitSettings } from './options.js'
import { type Subject, threadsFor } from './subject.js'
import { part, Team, type Values } from './team.js'
import { type Watch, watchOf } from './watch.js'

/** A checked call of `fit`. */
export interface Job {
  readonly subject: Subject
  readonly backend: Backend
  readonly settings: FitSettings
  readonly data: TrainingData
  readonly metrics: readonly ChosenScalarMetric[]
  /** Whether metrics take -1 and 1 for the classes of an output, not 0 and 1. */
  readonly signs: boolean
  readonly course: Course
  readonly plateau: Plateau | null
  /** What is trained, in place. */
  readonly values: Values
  /** Whether the parameters are the network's own, not a copy. */
  readonly inPlace: boolean
  /** The state of the schedule, in place. */
  readonly scheduleState: Float64Array
  /** Takes the values as they are now, with the number of the next epoch. */
  publish(epoch: number): void
}

interface TrainRequest {
  readonly kind: 'train'
  readonly plan: TrainingPlan
  readonly threads: number
  readonly members: MemberPlans
  readonly arrays: TrainingArrays
  /** The optimizer's options of each member that is trained. */
  readonly options: readonly Float64Array[]
}

/** What has to be waited for: a training, or what `onEpoch` returned. */
export type Request = TrainRequest | { readonly kind: 'wait'; readonly value: unknown }

/**
 * The most losses that one call of a backend gives, so that a fit which may stop early reserves little, and the least epochs: enough that
 * a call costs nothing beside them.
 */
export const MOST_LOSSES = 2 ** 22
const LEAST_EPOCHS = 64

export type Result = History | DivergenceError

/** One network of a fit. */
interface Member {
  readonly series: Series
  readonly patience: Patience | null
  /** The state of its plateau. */
  readonly plateau: Float64Array | null
  /** The parameters after the best epoch, where they are to be restored. */
  best: Float64Array | null
  /** The learning rate of the last epoch's first step. */
  rate: number
  result: Result | null
}

export function* run(job: Job): Generator<Request, Result[], unknown> {
  const { settings, course, publish } = job
  const { firstEpoch, end } = settings
  const members = job.subject.members.map((_, i) => memberOf(job, i))
  const watches = watchesOf(job)
  const everyEpoch =
    watches.training !== null || watches.validation !== null || settings.stopping !== null || job.plateau !== null
  let team = new Team(
    members.map((_, i) => i),
    job.values,
    members.length,
  )
  let epoch = firstEpoch
  // Whether the values are those after an epoch: not while a backend works on them.
  let whole = true
  let ended = false
  const hasStopped = (i: number): boolean => members[i].result !== null
  const publishAll = (): void => {
    team.settle()
    publish(epoch)
  }
  try {
    while (epoch < end && team.members.length > 0) {
      const most = everyEpoch || settings.onEpoch !== null ? 1 : longestCall(course, team, end - epoch)
      const rates = course.rates(epoch, most)
      if (rates.epochs === 0 && rates.failure !== null) throw rates.failure.error
      const request = requestOf(job, team, members, epoch, rates)
      whole = false
      const outcomes = (yield request) as TrainingOutcome[]
      whole = true
      takeOutcomes(job, team, members, rates, request, outcomes)
      epoch = team.members.reduce((last, i) => Math.max(last, firstEpoch + members[i].series.done), epoch)
      const going = team.members.flatMap((i, at) => {
        const member = members[i]
        return member.result === null ? [{ i, member, parameters: team.parametersOf(at) }] : []
      })
      // Those that diverged.
      restoreBest(team, members, hasStopped)
      for (const { member, parameters } of going) afterEpoch(job, member, watches, parameters, epoch)
      let answer: unknown
      if (settings.onEpoch !== null && going.length > 0) {
        publishAll()
        const reports = new Array<EpochReport | null>(members.length).fill(null)
        for (const { i, member } of going) reports[i] = member.series.report(member.rate)
        answer = yield { kind: 'wait', value: settings.onEpoch(progressOf(job.subject, epoch - 1, end, reports)) }
      }
      if (epoch === end) continue
      for (const { member } of going) {
        const { patience } = member
        if (patience?.exhausted) finish(job, member, 'earlyStopping', patience.reason)
        else if (answer === false) finish(job, member, 'onEpoch', 'onEpoch returned false')
      }
      restoreBest(team, members, hasStopped)
      team = team.without(hasStopped)
      if (rates.failure !== null && team.members.length > 0) throw rates.failure.error
    }
    for (const i of team.members) finish(job, members[i], 'epochs', `all epochs up to ${end} were trained`)
    ended = true
  } finally {
    // What onEpoch or a schedule throws ends all members as they are. A backend that fails has changed nothing: parameters
    // that are trained in place are those after the last epoch, and the states go with them.
    if ((whole || job.inPlace) && (ended || epoch > firstEpoch)) {
      restoreBest(team, members, () => true)
      publishAll()
    }
  }
  return members.map(({ result }) => result as Result)
}

/** How many of the epochs that are left one call of the backend trains, where nothing happens between them. */
const longestCall = (course: Course, team: Team, left: number): number =>
  Math.min(course.longest, Math.max(LEAST_EPOCHS, Math.floor(MOST_LOSSES / team.members.length)), left)

/** Gives members that end their best parameters. */
function restoreBest(team: Team, members: readonly Member[], ends: (member: number) => boolean): void {
  team.members.forEach((i, at) => {
    const { best } = members[i]
    if (best !== null && ends(i)) team.parametersOf(at).set(best)
  })
}

function progressOf(
  { name }: Subject,
  epoch: number,
  epochs: number,
  reports: readonly (EpochReport | null)[],
): Progress | EnsembleProgress {
  if (name === 'ensemble') return { epoch, epochs, members: reports }
  return { epoch, epochs, ...(reports[0] as EpochReport) }
}

function memberOf({ settings, metrics, data, course, plateau, scheduleState }: Job, i: number): Member {
  const { firstEpoch, end, stopping } = settings
  return {
    series: new Series(
      firstEpoch,
      end - firstEpoch,
      metrics,
      data.validation !== null,
      course.isScheduled,
      stopping !== null,
    ),
    patience: stopping === null ? null : new Patience(stopping),
    plateau: plateau === null ? null : plateauPart(scheduleState, i),
    best: null,
    rate: 0,
    result: null,
  }
}

interface Watches {
  readonly training: Watch | null
  readonly validation: Watch | null
}

function watchesOf({ subject, backend, data, metrics, signs, settings }: Job): Watches {
  const watch = (samples: Samples) => watchOf(subject, backend, samples, metrics, signs)
  const watchesTraining = metrics.length > 0 || settings.stopping?.evaluates === true
  return {
    training: watchesTraining ? watch(data.training) : null,
    validation: data.validation === null ? null : watch(data.validation),
  }
}

/** What a backend is asked: to train the epochs of these rates. */
function requestOf(
  { subject, backend, settings, data, course }: Job,
  team: Team,
  members: readonly Member[],
  firstEpoch: number,
  rates: Rates,
): TrainRequest {
  const { epochs } = rates
  const { batchSize, lastBatch, shuffle, seeds } = settings
  const { training } = data
  const options = team.members.map((i) => course.optionsFor(subject.optimizers[i], rates, members[i].plateau))
  const [first] = team.members
  const optimizer = { ...subject.optimizers[first], options: options[0] }
  const schedule = { firstEpoch, epochs, batchSize, lastBatch, shuffle, seed: seeds[first], rows: training.rows }
  const plan = trainingPlan(subject.plan, subject.loss, optimizer, schedule)
  const threads = threadsFor(subject, backend, plan)
  const count = team.members.length
  const workspace =
    subject.name === 'network'
      ? backend.trainingWorkspace(plan, threads)
      : backend.ensembleWorkspace(plan, count, threads)
  const history = new Float64Array(count * epochs)
  const arrays: TrainingArrays = {
    parameters: team.parameters,
    state: team.state,
    workspace: team.workspaceOf(workspace),
    x: training.x,
    y: training.y,
    sampleWeight: training.sampleWeight,
    rateFactors: rates.factors,
    history,
  }
  return { kind: 'train', plan, threads, members: team.plans(seeds, options), arrays, options }
}

/** Notes the losses, and who diverged. */
function takeOutcomes(
  { subject, backend, course }: Job,
  team: Team,
  members: readonly Member[],
  rates: Rates,
  { plan, arrays: { history }, options }: TrainRequest,
  outcomes: readonly TrainingOutcome[],
): void {
  const count = team.members.length
  team.members.forEach((member, i) => {
    const { series, patience, best } = members[member]
    const outcome = outcomes[i]
    // The loss of an epoch that diverged is told, though it does not count.
    series.take(part(history, i, count))
    course.noteRates(series, options[i], rates, outcome.epochs)
    series.done += outcome.epochs
    members[member].rate = course.rateOf(options[i], rates, outcome.epochs - 1)
    if (outcome.status === DONE) return
    const rate = rates.absolute
      ? Math.max(course.rateOf(options[i], rates, outcome.epochs), series.highestRate)
      : subject.optimizers[member].options[0]
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

/** Fills the series of an epoch, and tells it to what watches them. */
function afterEpoch(
  { metrics, plateau, settings }: Job,
  member: Member,
  { training, validation }: Watches,
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
  const value = stopping.evaluates ? (training as Watch).loss(parameters) : series.last(stopping.monitor.series)
  series.set(MONITORED, value)
  if (!patience.improves(value, epoch - 1) || !stopping.restoreBest) return
  member.best ??= new Float64Array(parameters.length)
  member.best.set(parameters)
}

/** Ends the training of a member, unless it has diverged. */
function finish({ backend }: Job, member: Member, stopped: Stopped, reason: string): void {
  member.result ??= member.series.history(stopped, reason, member.patience?.bestEpoch ?? null, backend)
}
