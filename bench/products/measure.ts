/**
 * The measurement: in each round every kernel set and OpenBLAS compute every product. Shares of bounds and ratios are medians
 * of quotients of two rates of one round.
 */
import { median } from 'simple-statistics'
import { type LineProcess, ProcessError } from '../harness/process.js'
import { measureRounds, repetitionsFor } from '../harness/rounds.js'
import { medianRatio } from '../harness/statistics.js'

/** A program that answers a line with a line. */
export type Program = Pick<LineProcess, 'name' | 'ask'>

/** An M×K by a K×N matrix, as the library has them in memory and in lanes; products.cc explains the names. */
export interface Product {
  name: string
  m: number
  k: number
  n: number
  what: string
}

export const PRODUCTS: readonly Product[] = [
  { name: 'forward', m: 64, k: 784, n: 128, what: 'forward' },
  { name: 'gradient', m: 784, k: 64, n: 128, what: 'gradient' },
  { name: 'forward', m: 512, k: 512, n: 512, what: 'forward' },
  { name: 'last', m: 64, k: 128, n: 10, what: 'last layer' },
  { name: 'last+lanes', m: 64, k: 128, n: 10, what: '… and lanes' },
  { name: 'backward', m: 64, k: 256, n: 512, what: 'backward' },
  { name: 'backward+lanes', m: 64, k: 256, n: 512, what: '… both lanes' },
]

const BOUNDS = ['strict', 'fused'] as const

export interface Row {
  product: Product
  /** A kernel set, or `blas`. */
  by: string
  /** 10⁹ multiplications and additions per second. */
  rate: number
  /** The share of the set's strict bound (separate operations); null for BLAS. */
  ofStrict: number | null
  /** The share of the fused bound, for BLAS that of the best set; null if the processor has no fused operations. */
  ofFused: number | null
  /** A multiple of BLAS's rate on the same product; null without BLAS. */
  timesBlas: number | null
}

export interface Bound {
  set: string
  strict: number
  fused: number | null
}

export interface Report {
  bounds: Bound[]
  rows: Row[]
  /** Microseconds of a call from Python; null without BLAS. */
  call: number | null
}

export const shapeText = ({ m, k, n }: Product): string => `${m}×${k}×${n}`

const requestOf = ({ name, m, k, n }: Product): string => `${name} ${m} ${k} ${n}`

/** A line for each product whose bits in a kernel set differ from those of plain loops. */
export async function check(sets: readonly Program[]): Promise<string[]> {
  const wrong: string[] = []
  for (const set of sets) {
    for (const product of PRODUCTS) {
      const answer = await set.ask(`check ${requestOf(product)}`)
      if (answer !== 'same') wrong.push(`${set.name}, ${product.name} ${shapeText(product)}: ${answer}`)
    }
  }
  return wrong
}

/** A request to a program that is measured repeatedly. */
class Job {
  /** Operations per second of each round; empty if the processor lacks the operation. */
  rates: number[] = []
  private repetitions = 1

  constructor(
    private readonly program: Program,
    private readonly request: string,
  ) {}

  /** Finds the repetitions for these seconds, which also warms up. False if the processor lacks the operation. */
  async prepare(seconds: number): Promise<boolean> {
    if ((await this.ask(1)) === null) return false
    this.repetitions = await repetitionsFor(seconds, async (count) => (await this.ask(count))!.seconds)
    return true
  }

  async rate(): Promise<number> {
    const { seconds, operations } = (await this.ask(this.repetitions))!
    return operations / seconds
  }

  private async ask(repetitions: number): Promise<{ seconds: number; operations: number } | null> {
    const answer = await this.program.ask(`${this.request} ${repetitions}`)
    if (answer === 'none') return null
    const [seconds, operations] = answer.split(' ').map(Number)
    if (!(seconds >= 0 && operations > 0)) throw new ProcessError(`${this.program.name} answered '${answer}'`)
    return { seconds, operations }
  }
}

/** Sets: the best first. */
export async function measure(
  sets: readonly Program[],
  blas: Program | undefined,
  { rounds, seconds }: { rounds: number; seconds: number },
  onRound: (latest: string) => void,
): Promise<Report> {
  const products = PRODUCTS.map((product) => {
    const time = (program: Program) => new Job(program, `time ${requestOf(product)}`)
    const ours = new Map(sets.map((set) => [set.name, time(set)]))
    return { product, ours, blas: blas === undefined || product.name.includes('+') ? undefined : time(blas) }
  })
  const bounds = sets.map((set) => {
    const [strict, fused] = BOUNDS.map((bound) => new Job(set, `bound ${bound}`))
    return { set: set.name, strict, fused }
  })
  const call = blas === undefined ? undefined : new Job(blas, 'time call 1 1 1')

  const jobs: Job[] = [
    ...bounds.flatMap(({ strict, fused }) => [strict, fused]),
    ...products.flatMap(({ ours, blas }) => (blas === undefined ? [...ours.values()] : [...ours.values(), blas])),
    ...(call === undefined ? [] : [call]),
  ]
  const possible: Job[] = []
  for (const job of jobs) if (await job.prepare(seconds)) possible.push(job)
  const first = products[0].ours.get(sets[0].name)!
  const measured = await measureRounds(possible, {
    rounds,
    measure: (job) => job.rate(),
    onRound: (_, rates) => onRound(`${sets[0].name}: ${(rates[possible.indexOf(first)] / 1e9).toFixed(1)} GFLOP/s`),
  })
  for (const [job, rates] of measured) job.rates = rates

  const rows = products.flatMap(({ product, ours, blas: own }) => {
    // BLAS converts no rows to lanes and back: the comparison uses the product alone.
    const name = product.name.replace('+lanes', '')
    const same = products.find(
      (other) => other.product.name === name && shapeText(other.product) === shapeText(product),
    )
    const rows = bounds.map(({ set, strict, fused }): Row => {
      const { rates } = ours.get(set)!
      return {
        product,
        by: set,
        rate: median(rates) / 1e9,
        ofStrict: quotient(rates, strict.rates),
        ofFused: quotient(rates, fused.rates),
        timesBlas: quotient(rates, same?.blas?.rates ?? []),
      }
    })
    if (own === undefined) return rows
    const ofFused = quotient(own.rates, bounds[0].fused.rates)
    return [...rows, { product, by: 'blas', rate: median(own.rates) / 1e9, ofStrict: null, ofFused, timesBlas: 1 }]
  })
  return {
    bounds: bounds.map(({ set, strict, fused }) => ({
      set,
      strict: median(strict.rates) / 1e9,
      fused: fused.rates.length > 0 ? median(fused.rates) / 1e9 : null,
    })),
    rows,
    // Two operations per call.
    call: call === undefined ? null : 2e6 / median(call.rates),
  }
}

function quotient(rates: readonly number[], others: readonly number[]): number | null {
  return others.length === 0 ? null : medianRatio(rates, others)
}
