/** The parts of dates in ONNX operators: lib/data/columns/calendar.ts, statement by statement, in float64. */
import { cycleTable, TURN } from '../data/columns/calendar.js'
import type { DatePart } from '../data/columns/date-parts.js'
import { DAY } from '../data/records/dates.js'
import type { Graph } from './graph.js'
import { INT64 } from './schema.js'

/** floor(a / b) */
const quotient = (graph: Graph, a: string, b: number): string =>
  graph.op('Floor', [graph.op('Div', [a, graph.number(b)])])

/** a - b · n */
const less = (graph: Graph, a: string, b: string, n: number): string =>
  graph.op('Sub', [a, graph.op('Mul', [b, graph.number(n)])])

const plus = (graph: Graph, a: string, b: number): string => graph.op('Add', [a, graph.number(b)])

const dayOf = (graph: Graph, time: string): string => quotient(graph, time, DAY)

/** The months from January of the year 0 to a time: years begin in March, and 146,097 days are 400 years. */
function monthsOf(graph: Graph, time: string): string {
  const z = plus(graph, dayOf(graph, time), 719_468)
  const era = quotient(graph, z, 146_097)
  const dayOfEra = less(graph, z, era, 146_097)
  const leaps = graph.op('Add', [
    graph.op('Sub', [quotient(graph, dayOfEra, 1460), quotient(graph, dayOfEra, 36_524)]),
    quotient(graph, dayOfEra, 146_096),
  ])
  const yearOfEra = quotient(graph, graph.op('Sub', [dayOfEra, leaps]), 365)
  const leapDays = graph.op('Sub', [quotient(graph, yearOfEra, 4), quotient(graph, yearOfEra, 100)])
  const dayOfYear = graph.op('Sub', [less(graph, dayOfEra, yearOfEra, 365), leapDays])
  // From 0 for March.
  const month = quotient(graph, plus(graph, graph.op('Mul', [dayOfYear, graph.number(5)]), 2), 153)
  const year = graph.op('Add', [yearOfEra, graph.op('Mul', [era, graph.number(400)])])
  return plus(graph, graph.op('Add', [graph.op('Mul', [year, graph.number(12)]), month]), 2)
}

const yearOf = (graph: Graph, months: string): string => quotient(graph, months, 12)

/** The sine and the cosine of a place in a cycle of n places: [rows × 2]. */
function inCycle(graph: Graph, place: string, n: number): string {
  const index = graph.op('Squeeze', [graph.op('Cast', [place], { to: INT64 }), graph.integers([1])])
  return graph.op('Gather', [graph.tensor(`cycle of ${n}`, [n, 2], cycleTable(n)), index], { axis: 0 })
}

/** cos 2πt = sin 2π(1/4 - min(t, 1 - t)) for 0 <= t <= 1. */
function cosOfTurn(graph: Graph, t: string): string {
  const half = graph.op('Min', [t, graph.op('Sub', [graph.number(1), t])])
  const distance = graph.op('Sub', [graph.number(0.25), half])
  return graph.op('Sin', [graph.op('Mul', [distance, graph.number(TURN)])])
}

/** The sine and the cosine of the time of day. */
function inDay(graph: Graph, time: string): string {
  const share = graph.op('Div', [less(graph, time, dayOf(graph, time), DAY), graph.number(DAY)])
  const sine = cosOfTurn(graph, graph.op('Abs', [plus(graph, share, -0.25)]))
  return graph.op('Concat', [sine, cosOfTurn(graph, share)], { axis: 1 })
}

/** By part: its one value, before it is scaled, or its sine and cosine, of a time [rows × 1]. */
export const DATE_PART_NODES: Readonly<Record<DatePart, (graph: Graph, time: string, first: number) => string>> = {
  days: (graph, time, first) => graph.op('Div', [graph.op('Sub', [time, graph.number(first)]), graph.number(DAY)]),
  year: (graph, time) => yearOf(graph, monthsOf(graph, time)),
  month(graph, time) {
    const months = monthsOf(graph, time)
    return inCycle(graph, less(graph, months, yearOf(graph, months), 12), 12)
  },
  weekday(graph, time) {
    // 1970-01-01 was a Thursday; Monday is 0.
    const day = plus(graph, dayOf(graph, time), 3)
    return inCycle(graph, less(graph, day, quotient(graph, day, 7), 7), 7)
  },
  hour: inDay,
}
