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
import type { TrainingData } from './data.js'
import {
  divergence,
  type EnsembleProgress,
  type EpochReport,
  type History,
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
  readonly course: Course
  readonly plateau: Plateau | null
  /** What is trained, in place. */
  readonly values: Values
  /** The state of the schedule, in place. */
  readonly scheduleState: Float64Array
  /** Takes the values as they are now, with the number of the next epoch. */
  publish(epoch: number): void
}

/** What has to be waited for: a training, or what `onEpoch` returned. */
export type Request =
  | {
      readonly kind: 'train'
      readonly plan: TrainingPlan
      readonly threads: number
      readonly members: MemberPlans
      readonly arrays: TrainingArrays
    }
  | { readonly kind: 'wait'; readonly value: unknown }

export type Result = History | DivergenceError

/** One network of a fit. */
interface Member {
  readonly series: Series
  readonly patience: Patience | null
  /** The state of its plateau. */
  readonly plateau: Float64Array | null
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
  let whole = true
  const publishAll = (): void => {
    team.settle()
    publish(epoch)
  }
  try {
    while (epoch < end && team.members.length > 0) {
      const most = everyEpoch || settings.onEpoch !== null ? 1 : Math.min(course.longest, end - epoch)
      const rates = course.rates(epoch, most)
      if (rates.epochs === 0 && rates.failure !== null) throw rates.failure.error
      whole = false
      yield* train(job, team, members, epoch, rates)
      whole = true
      epoch = team.members.reduce((last, i) => Math.max(last, firstEpoch + members[i].series.done), epoch)
      const going = team.members.flatMap((i, at) => {
        const member = members[i]
        return member.result === null ? [{ i, member, parameters: team.parametersOf(at) }] : []
      })
      for (const { member, parameters } of going) afterEpoch(job, member, watches, parameters, epoch)
      let answer: unknown
      if (settings.onEpoch !== null && going.length > 0) {
        publishAll()
        const reports = new Array<EpochReport | null>(members.length).fill(null)
        for (const { i, member } of going) reports[i] = member.series.report(member.rate)
        answer = yield { kind: 'wait', value: settings.onEpoch(progressOf(job.subject, epoch - 1, end, reports)) }
      }
      if (epoch === end) continue
      for (const { member, parameters } of going) {
        const { patience } = member
        if (patience?.exhausted) finish(job, member, parameters, 'earlyStopping', patience.reason)
        else if (answer === false) finish(job, member, parameters, 'onEpoch', 'onEpoch returned false')
      }
      team = team.without((i) => members[i].result !== null)
      if (rates.failure !== null && team.members.length > 0) throw rates.failure.error
    }
    team.members.forEach((i, at) => {
      finish(job, members[i], team.parametersOf(at), 'epochs', `all epochs up to ${end} were trained`)
    })
  } finally {
    // Where a backend failed, there is nothing whole to take.
    if (whole) publishAll()
  }
  return members.map(({ result }) => result as Result)
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
    series: new Series(firstEpoch, end - firstEpoch, metrics, data.validation !== null, course.isScheduled),
    patience: stopping === null ? null : new Patience(stopping),
    plateau: plateau === null ? null : plateauPart(scheduleState, i, plateau),
    best: null,
    rate: 0,
    result: null,
  }
}

interface Watches {
  readonly training: Watch | null
  readonly validation: Watch | null
}

function watchesOf({ subject, backend, data, metrics }: Job): Watches {
  return {
    training: metrics.length === 0 ? null : watchOf(subject, backend, data.training, metrics),
    validation: data.validation === null ? null : watchOf(subject, backend, data.validation, metrics),
  }
}

/** Trains the epochs of these rates, and notes the losses, and who diverged. */
function* train(
  { subject, backend, settings, data, course }: Job,
  team: Team,
  members: readonly Member[],
  firstEpoch: number,
  rates: Rates,
): Generator<Request, void, unknown> {
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
  const outcomes = (yield {
    kind: 'train',
    plan,
    threads,
    members: team.plans(seeds, options),
    arrays,
  }) as TrainingOutcome[]
  team.members.forEach((member, i) => {
    const { series } = members[member]
    const outcome = outcomes[i]
    // The loss of an epoch that diverged is told, though it does not count.
    series.take(part(history, i, count))
    course.noteRates(series, options[i], rates, outcome.epochs)
    series.done += outcome.epochs
    members[member].rate = course.rateOf(options[i], rates, outcome.epochs - 1)
    if (outcome.status === DONE) return
    const rate = rates.absolute
      ? course.rateOf(options[i], rates, outcome.epochs)
      : subject.optimizers[member].options[0]
    members[member].result = divergence(plan, outcome, series, rate, backend)
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
  if (settings.stopping === null || patience === null) return
  const better = patience.improves(series.last(settings.stopping.monitor.series), epoch - 1)
  if (better && settings.stopping.restoreBest) member.best = parameters.slice()
}

/** Ends the training of a member, unless it has diverged. */
function finish(
  { settings, backend }: Job,
  member: Member,
  parameters: Float64Array,
  stopped: Stopped,
  reason: string,
): void {
  const { patience, series, best } = member
  if (member.result !== null) return
  if (settings.stopping?.restoreBest && best !== null) parameters.set(best)
  member.result = series.history(stopped, reason, patience === null ? null : patience.bestEpoch, backend)
}
