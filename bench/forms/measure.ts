/** The measurement of one kernel set: each shape in every form, and what KernelSet chooses for it. */
import { median } from 'simple-statistics'
import type { Fields } from '#lib/backend/encode.js'
import { groupBy } from '../harness/group-by.js'
import { type LineProcess, ProcessError } from '../harness/process.js'
import { encodedPlan, type Shape, shapeText } from './shapes.js'

/** A program that answers a line with a line. */
export type Program = Pick<LineProcess, 'name' | 'ask'>

/** Nanoseconds of a step, or of a prediction, in each form that the network has. */
export type Times = Readonly<Record<string, number>>

/** What is chosen: the form of a training on one thread, that on two, the number of threads, and the form of a prediction. */
export const CALLS = ['one', 'two', 'auto', 'predict'] as const

export interface Choice {
  readonly call: (typeof CALLS)[number]
  readonly chosen: string
  readonly times: Times
  /** The time of the chosen form as a multiple of the least. */
  readonly ratio: number
}

export interface Measured {
  readonly set: string
  readonly shape: Shape
  readonly choices: readonly Choice[]
  /** The nanoseconds that a choice takes. */
  readonly choosing: number
  /** The cost of a step on one thread by native/cost.h, and its barriers on two. */
  readonly cost: number
  readonly barriers: number
}

export interface Settings {
  readonly threads: number
  /** How long the forms of one call are measured. */
  readonly seconds: number
}

/** Resolves to null where a form has other bits than the others: then `wrong` gets a line. */
export async function measureShape(
  program: Program,
  fields: Fields,
  shape: Shape,
  { threads, seconds }: Settings,
  wrong: string[],
): Promise<Measured | null> {
  const chosen = readChoice(await program.ask(`plan ${encodedPlan(fields, shape)}`))
  const checked = await program.ask('check 3')
  if (checked !== 'same') {
    wrong.push(`${program.name}, ${shapeText(shape)}: ${checked}`)
    return null
  }
  const times = async (request: string): Promise<Times> => readTimes(program, await program.ask(request))
  const one = await times(`train 1 ${seconds}`)
  const choices = [choiceOf('one', chosen.train[0], one)]
  const team = threads > 1 ? await times(`train 2 ${seconds}`) : {}
  // Networks with few rows or units have no work for a second thread.
  if (Object.keys(team).length > 0) {
    const on = (threads: number): string => onThreads(chosen.train[1], threads)
    const all = { ...named(one, 1), ...named(team, 2) }
    // Where the chosen form cannot be shared, it runs on one thread.
    const alone = chosen.usable[1] === 1 ? { [on(1)]: all[on(1)] } : {}
    choices.push(choiceOf('two', on(chosen.usable[1]), { ...named(team, 2), ...alone }))
    choices.push(choiceOf('auto', on(chosen.useful[1]), all))
  }
  choices.push(choiceOf('predict', chosen.predict, await times(`predict ${seconds / 2}`)))
  const { cost, barriers } = chosen
  return { set: program.name, shape, choices, choosing: Number(await program.ask('choose')), cost, barriers }
}

const onThreads = (form: string, threads: number): string => `${form} on ${threads}`

const named = (times: Times, threads: number): Times =>
  Object.fromEntries(Object.entries(times).map(([form, time]) => [onThreads(form, threads), time]))

export function choiceOf(call: Choice['call'], chosen: string, times: Times): Choice {
  const time = times[chosen]
  if (time === undefined) throw new ProcessError(`${chosen} is chosen, but was not measured`)
  return { call, chosen, times, ratio: time / Math.min(...Object.values(times)) }
}

interface Answer {
  readonly train: readonly string[]
  readonly usable: readonly number[]
  readonly useful: readonly number[]
  readonly predict: string
  readonly cost: number
  readonly barriers: number
}

/** `train FORM … usable THREADS … useful THREADS … predict FORM cost UNITS barriers COUNT` */
function readChoice(line: string): Answer {
  const words = /^train (.+) usable (.+) useful (.+) predict (.+) cost (.+) barriers (.+)$/.exec(line)
  if (words === null) throw new ProcessError(`expected a choice of forms but got ${line}`)
  const [, train, usable, useful, predict, cost, barriers] = words
  const counts = (text: string): number[] => text.split(' ').map(Number)
  const numbers = { usable: counts(usable), useful: counts(useful), cost: Number(cost), barriers: Number(barriers) }
  return { train: train.split(' '), predict, ...numbers }
}

/** `FORM=NS …` */
function readTimes({ name }: Program, line: string): Times {
  const times = Object.fromEntries(
    line
      .trim()
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => [word.split('=')[0], Number(word.split('=')[1])]),
  )
  if (Object.values(times).every((time) => time > 0)) return times
  throw new ProcessError(`expected times but ${name} printed ${line}`)
}

/** How many choices cost how much. */
export interface Summary {
  readonly set: string
  readonly call: string
  readonly count: number
  /** Quantiles of the ratios. */
  readonly median: number
  readonly p90: number
  readonly p95: number
  readonly max: number
  /** The share of ratios up to LIMIT. */
  readonly within: number
}

/** A choice is good if its time is at most this multiple of the best, as it should be in SHARE of all shapes. */
export const LIMIT = 1.15
export const SHARE = 0.95

export function summarize(measured: readonly Measured[]): Summary[] {
  return [...groupBy(measured, ({ set }) => set)].flatMap(([set, group]) =>
    CALLS.flatMap((call): Summary[] => {
      const ratios = group
        .flatMap(({ choices }) => choices.filter((choice) => choice.call === call).map(({ ratio }) => ratio))
        .sort((a, b) => a - b)
      if (ratios.length === 0) return []
      const quantile = (share: number): number => ratios[Math.ceil(share * ratios.length) - 1]
      const within = ratios.filter((ratio) => ratio <= LIMIT).length / ratios.length
      const [median, p90, p95, max] = [0.5, 0.9, 0.95, 1].map(quantile)
      return [{ set, call, count: ratios.length, median, p90, p95, max, within }]
    }),
  )
}

/** The most expensive choices, worst first. */
export function worst(measured: readonly Measured[], count: number): { set: string; shape: Shape; choice: Choice }[] {
  return measured
    .flatMap(({ set, shape, choices }) => choices.map((choice) => ({ set, shape, choice })))
    .filter(({ choice }) => choice.ratio > LIMIT)
    .sort((a, b) => b.choice.ratio - a.choice.ratio)
    .slice(0, count)
}

/** What the constants of threads in native/cost.cc follow from. */
export interface ThreadFigures {
  readonly set: string
  /** The nanoseconds of a unit of cost, and of a barrier: medians over all networks that two threads can share. */
  readonly unit: number
  readonly barrier: number
}

export function threadFigures(measured: readonly Measured[]): ThreadFigures[] {
  return [...groupBy(measured, ({ set }) => set)].flatMap(([set, group]): ThreadFigures[] => {
    const figures = group.flatMap(({ choices, cost, barriers }) => {
      const [one, two] = ['one', 'two'].map((call) => choices.find((choice) => choice.call === call))
      if (one === undefined || two === undefined || two.chosen.endsWith(' on 1')) return []
      const ns = one.times[one.chosen]
      return [{ unit: ns / cost, barrier: (two.times[two.chosen] - ns / 2) / barriers }]
    })
    if (figures.length === 0) return []
    return [{ set, unit: median(figures.map(({ unit }) => unit)), barrier: median(figures.map((one) => one.barrier)) }]
  })
}
