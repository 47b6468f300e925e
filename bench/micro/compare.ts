/**
 * `npm run bench:compare -- --base PATH`: compares the build of this checkout with the build of another one. Each runs in a
 * long-lived process of its own, and rounds alternate between them. Exits with 1 if they compute different bits, with 2 for a wrong
 * option or a missing build.
 */
import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from 'simple-statistics'
import { benchCommand, shared } from '../harness/options.js'
import { LineProcess } from '../harness/process.js'
import { UsageError } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { type Report, runTableBench, type TableOptions } from '../harness/report.js'
import { measureRounds, repetitionsFor } from '../harness/rounds.js'
import { medianInterval95, pairedRatios } from '../harness/statistics.js'
import { many, number } from '../harness/text.js'
import { WORKLOADS } from './compare-workloads.js'

type Options = TableOptions<{
  base: string
  rounds: number
  seconds: number
  /** A kernel set; undefined for the best. */
  set?: string
  /** A part of the names of workloads; undefined for all. */
  only?: string
}>

export interface Compared {
  workload: string
  /** Milliseconds of one repetition on each side, the median of the rounds. */
  base: number
  here: number
  /** here / base of each round, and their median. */
  ratios: number[]
  ratio: number
  /** The 95 % interval of the median; null for fewer than six rounds. */
  interval: [number, number] | null
  repetitions: number
  sameBits: boolean
}

/** A workload on one side. */
class Subject {
  readonly digests = new Set<string>()
  repetitions = 1

  constructor(
    private readonly side: LineProcess,
    private readonly workload: number,
  ) {}

  async secondsOf(repetitions: number): Promise<number> {
    const { seconds, digest } = await this.side.askJson({ workload: this.workload, repetitions })
    this.digests.add(String(digest))
    return Number(seconds)
  }
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CHILD = fileURLToPath(new URL('compare-child.js', import.meta.url))

const WARM_UPS = 2

const HELP = `
The workloads are native and on one thread unless their names say otherwise. XOR: 2-2-1, sgd, full batch, 20,000 epochs. 784-128-10: sgd, batches of 64 of 2,048
images, most inputs 0 (sparse) or none (dense); 2 threads: dense, batches of 1,024. 16-64-64-3: adam, batches of 32 of 1,024 rows.
normalized: the same with batch normalization and dropout. cliff: 10-46-46-10, relu, adam, batches of 128 of 12,800 rows. chains:
4-32-16-4, tanh, adam, two full batches of 10,000 rows. chains-small: 24-8-2, tanh, sgd, 500 full batches of 200 rows. predict:
16-64-64-3.

A ratio is the time of this checkout over the time of the base in one round. The table shows the median ratio of the rounds and
its 95 % interval; "slower" or "faster" where 1 is outside of the interval. Both sides must compute the same bits.

The base needs a build of its own: npm ci && npm run build in its folder.`

async function startSide(name: string, checkout: string, { set = '', quick }: Options) {
  const build = join(checkout, 'dist', 'index.js')
  if (!existsSync(build)) {
    throw new UsageError(`Expected a build at ${build}: run npm ci && npm run build in ${checkout}`)
  }
  // Each side loads its own addon.
  const env = { LOCKSTEP_ADDON: undefined, LOCKSTEP_BACKEND: undefined }
  const side = new LineProcess(name, process.execPath, [CHILD, checkout, set, String(quick)], { env })
  const { native, addon } = await side.json()
  if (typeof addon === 'string' && !addon.startsWith(checkout + sep)) {
    throw new UsageError(`Expected the addon of ${checkout} but ${addon} was loaded`)
  }
  return { side, native }
}

async function compare(base: LineProcess, here: LineProcess, native: boolean, options: Options): Promise<Compared[]> {
  const { only = '', quick, rounds, seconds } = options
  const chosen = [...WORKLOADS.entries()].filter(([, one]) => (native || !one.native) && one.name.includes(only))
  if (chosen.length === 0) throw new UsageError(`No workload has a name with '${only}'`)
  const pairs = chosen.map(([i, { name }]) => ({ name, base: new Subject(base, i), here: new Subject(here, i) }))
  for (const pair of pairs) {
    const repetitions = await repetitionsFor(seconds, (count) => pair.base.secondsOf(count))
    // The other side makes the same calls before the first round, so that its JIT has run equally many.
    await repetitionsFor(seconds, (count) => pair.here.secondsOf(count))
    Object.assign(pair.base, { repetitions })
    Object.assign(pair.here, { repetitions })
  }
  const progress = startProgress(rounds, 'rounds')
  const times = await measureRounds(
    pairs.flatMap((pair) => [pair.base, pair.here]),
    {
      rounds,
      warmUps: quick ? 0 : WARM_UPS,
      measure: (subject) => subject.secondsOf(subject.repetitions),
      onRound: (_, results) => progress.step(`${results.reduce((sum, one) => sum + one, 0).toFixed(1)} s`),
    },
  ).finally(progress.stop)
  return pairs.map(({ name, base, here }) => {
    const [theirs, ours] = [times.get(base)!, times.get(here)!]
    const ratios = pairedRatios(ours, theirs)
    const { repetitions } = base
    const milliseconds = (all: number[]) => (median(all) * 1000) / repetitions
    return {
      workload: name,
      base: milliseconds(theirs),
      here: milliseconds(ours),
      ratios,
      ratio: median(ratios),
      interval: medianInterval95(ratios),
      repetitions,
      sameBits: new Set([...base.digests, ...here.digests]).size === 1,
    }
  })
}

/** The result as a word. */
function verdict({ sameBits, interval }: Compared): string {
  if (!sameBits) return 'OTHER BITS'
  if (interval === null) return '-'
  return interval[0] > 1 ? 'slower' : interval[1] < 1 ? 'faster' : 'same'
}

const command = benchCommand('bench:compare', 'Compares the build of this checkout with that of another one.', HELP)
  .requiredOption('--base <path>', 'the other checkout, with its build')
  .addOption(shared.rounds(9))
  .addOption(shared.seconds(0.2, 60))
  .option('--set <name>', 'the kernel set of both sides, such as avx2 (default: the best)')
  .option('--only <text>', 'only the workloads whose names contain this text')
const quick = { quick: { rounds: 1, seconds: 0.001 }, quickHelp: 'one round of short workloads' }

await runTableBench(command, quick, async (options: Options): Promise<Report<Compared>> => {
  const checkout = resolve(options.base)
  const sides: LineProcess[] = []
  try {
    const base = await startSide('the base', checkout, options)
    sides.push(base.side)
    const here = await startSide('this checkout', resolve(ROOT), options)
    sides.push(here.side)
    if (base.native !== here.native) {
      throw new UsageError(`Expected one kernel set but the base has ${base.native} and this checkout ${here.native}`)
    }
    if (base.native === null && options.set !== undefined) {
      throw new UsageError(`Expected a kernel set that runs here for --set but received '${options.set}'`)
    }
    if (base.native === null) console.error('Without native: no kernel set runs here')
    const rows = await compare(base.side, here.side, base.native !== null, options)
    const other = rows.filter(({ sameBits }) => !sameBits).map(({ workload }) => workload)
    const set = base.native ?? 'no native backend'
    return {
      title: `Times of this checkout over those of ${checkout}, ${set}: medians of ${many(options.rounds, 'round')}`,
      rows,
      columns: [
        ['workload', 'left', ({ workload }) => workload],
        ['base ms', 'right', ({ base }) => number(base)],
        ['here ms', 'right', ({ here }) => number(here)],
        ['ratio', 'right', ({ ratio }) => ratio.toFixed(3)],
        ['95 %', 'left', ({ interval }) => interval?.map((bound) => bound.toFixed(3)).join('–') ?? '-'],
        ['', 'left', verdict],
      ],
      dense: true,
      notes: [`Same bits: ${other.length === 0 ? 'yes, in every workload' : `NO, these differ: ${other.join('; ')}`}.`],
      failed: other.length > 0,
    }
  } finally {
    for (const side of sides) side.kill()
  }
})
