/**
 * `npm run bench:predict`: the time of one call of `predict` into the caller's array, by network and backend, all checks included.
 * Also the time without the checks; for one row that of the addon alone, its kernel and the call; and the time of an empty
 * call into the addon.
 */
import { backends, Network } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { encodePlan } from '#lib/backend/encode.js'
import { implementations } from '../harness/backends.js'
import { benchCommand, shared } from '../harness/options.js'
import { runTableBench, type TableOptions } from '../harness/report.js'
import { measureRounds, repetitionsFor } from '../harness/rounds.js'
import { classifier } from './layers.js'

const NETWORKS = [
  [2, 2, 1],
  [4, 8, 8, 3],
  [4, 16, 16, 2],
  [16, 64, 64, 3],
  [784, 128, 10],
]
const ROWS = [1, 32]

/** A function that is called repeatedly. */
interface Subject {
  readonly network: string
  readonly rows: string
  readonly path: string
  readonly call: () => void
}

function subjects(): Subject[] {
  const { name: auto } = chooseBackend('auto').backend
  const paths = [...new Set([auto, ...implementations(backends())])]
  const addon = loadAddon()
  const [a, b, c] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)]
  const empty = { network: '-', rows: '-', path: 'an empty call of the addon' }
  return [
    ...(addon === null ? [] : [{ ...empty, call: () => addon.nothing(a, b, c) }]),
    ...NETWORKS.flatMap((sizes) =>
      ROWS.flatMap((rows) => paths.flatMap((path) => predictions(sizes, rows, path, path === auto))),
    ),
  ]
}

function predictions([inputs, ...units]: readonly number[], rows: number, path: string, isAuto: boolean): Subject[] {
  const network = new Network({ inputs, layers: classifier(units), seed: 1 })
  const x = Float64Array.from({ length: rows * inputs }, (_, i) => Math.sin(i))
  const output = new Float64Array(rows * network.outputs)
  // Like most callers: the backend by name, or the best.
  const options = isAuto ? { output } : { backend: path, output }
  const { parameters } = network
  const predictor = chooseBackend(path).backend.predictor(network.plan)
  const named = { network: [inputs, ...units].join('-'), rows: String(rows) }
  return [
    { ...named, path, call: () => network.predict(x, options) },
    { ...named, path: `${path}, unchecked`, call: () => predictor(parameters, x, output) },
    ...(rows === 1
      ? addonAlone(network, path, x).map((call) => ({ ...named, path: `${path}, the addon alone`, call }))
      : []),
  ]
}

// From the last one on: the networks of this bench use few of the first.
let slotsUsed = 0

/** The call of the addon for a single row, where the backend is one of its kernel sets. */
function addonAlone({ plan, parameters }: Network, path: string, x: Float64Array): (() => void)[] {
  const addon = loadAddon()
  const set = addon?.kernelSets.findIndex(({ name }) => `native/${name}` === path) ?? -1
  if (addon === null || set < 0) return []
  const row = new Float64Array(new SharedArrayBuffer(8 * (plan.inputs + plan.outputs)))
  row.set(x)
  const slot = addon.predictorSlots - ++slotsUsed
  addon.predictor(set, encodePlan(addon, { ...plan, rows: 1 }), slot)
  const predict = addon.rowPredictor(slot, row)
  return predict === undefined ? [] : [() => predict(parameters)]
}

function secondsOf(call: () => void, repetitions: number): number {
  const start = performance.now()
  for (let i = 0; i < repetitions; i++) call()
  return (performance.now() - start) / 1000
}

const command = benchCommand('bench:predict', 'Measures one call of predict, by network and path.').addOption(
  shared.rounds(15),
)
const quick = { quick: { rounds: 2 }, quickHelp: 'few and short rounds' }

await runTableBench(command, quick, async (options: TableOptions<typeof quick.quick>) => {
  const seconds = options.quick ? 0.0005 : 0.005
  const all: (Subject & { repetitions: number })[] = []
  for (const subject of subjects()) {
    const repetitions = await repetitionsFor(seconds, (count) => secondsOf(subject.call, count))
    all.push({ ...subject, repetitions })
  }
  const times = await measureRounds(all, {
    rounds: options.rounds,
    measure: ({ call, repetitions }) => (secondsOf(call, repetitions) / repetitions) * 1e9,
  })
  return {
    title: "Nanoseconds for one call of predict into the caller's array; unchecked: without the checks of predict",
    rows: [...times].map(([{ network, rows, path }, ns]) => ({ network, rows, path, ns })),
    columns: [
      ['network', 'left', ({ network }) => network],
      ['rows', 'right', ({ rows }) => rows],
      ['path', 'left', ({ path }) => path],
      ['median ns', 'right', ({ ns }) => median(ns).toFixed(0)],
      ['min ns', 'right', ({ ns }) => min(ns).toFixed(0)],
    ],
  }
})
