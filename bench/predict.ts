/**
 * `npm run bench:predict`: what one call of `predict` into the caller's array takes, by network and path, all checks
 * included; and, without them, what the call into the addon takes. Rounds go through all of it in turn, forwards and backwards.
 */
import { Command } from 'commander'
import { Network } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { classifier } from './layers.js'
import { describeMachine } from './machine.js'
import { strict, whole } from './options.js'
import { renderColumns, wrap } from './table.js'

const NETWORKS = [
  [2, 2, 1],
  [4, 8, 8, 3],
  [16, 64, 64, 3],
  [784, 128, 10],
]
const ROWS = [1, 32]
const ROUNDS = 15

/** Something to be timed: called again and again. */
interface Subject {
  readonly network: string
  readonly rows: string
  readonly path: string
  readonly call: () => void
  readonly times: number[]
}

function subjects(): Subject[] {
  const { name: auto } = chooseBackend('auto').backend
  const addon = loadAddon()
  const empty = { network: '-', rows: '-', path: 'an empty call of the addon', times: [] }
  const given = [new Float64Array(1), new Float64Array(1), new Float64Array(1)]
  return [
    ...(addon === null ? [] : [{ ...empty, call: () => addon.nothing(given[0], given[1], given[2]) }]),
    ...NETWORKS.flatMap((sizes) =>
      ROWS.flatMap((rows) => [...predictions(sizes, rows, auto), ...predictions(sizes, rows, 'typescript')]),
    ),
  ]
}

function predictions([inputs, ...units]: readonly number[], rows: number, path: string): Subject[] {
  const network = new Network({ inputs, layers: classifier(units), seed: 1 })
  const x = Float64Array.from({ length: rows * inputs }, (_, i) => Math.sin(i))
  const output = new Float64Array(rows * network.outputs)
  // As most callers do: the path from outside, or the best.
  const options = path === 'typescript' ? { backend: path, output } : { output }
  const { parameters } = network
  const predictor = chooseBackend(path).backend.predictor(network.plan)
  const named = { network: [inputs, ...units].join('-'), rows: String(rows) }
  return [
    { ...named, path, call: () => network.predict(x, options), times: [] },
    {
      ...named,
      path: `${path}, unchecked`,
      call: () => predictor(parameters, x, output),
      times: [],
    },
  ]
}

/** Nanoseconds for one call, over about as many calls as fit the time. */
function time(call: () => void, milliseconds: number): number {
  let calls = 1
  for (;;) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) call()
    const took = performance.now() - start
    if (took >= milliseconds / 2) return (took / calls) * 1e6
    calls *= 2
  }
}

function main(): void {
  const program = strict(new Command())
    .name('bench:predict')
    .description('Measures one call of predict, by network and path.')
    .option('--rounds <n>', `how often each is timed (default: ${ROUNDS})`, whole(1, 10_000))
    .option('--quick', 'few and short rounds, to see that it works', false)
    .parse()
  const { quick, rounds = quick ? 2 : ROUNDS } = program.opts<{ rounds?: number; quick: boolean }>()
  const all = subjects()
  const milliseconds = quick ? 0.5 : 5
  for (let round = 0; round < rounds; round++) {
    for (const { call, times } of round % 2 === 0 ? all : all.toReversed()) times.push(time(call, milliseconds))
  }
  const { cpu, node, load } = describeMachine()
  console.log(
    wrap(
      "Nanoseconds for one call of predict into the caller's array; unchecked: without the checks of predict\n" +
        `${cpu}, Node ${node}, load ${load}`,
    ),
  )
  console.log(
    renderColumns(
      [
        ['network', 'left'],
        ['rows', 'right'],
        ['path', 'left'],
        ['median ns', 'right'],
        ['min ns', 'right'],
      ],
      all.map(({ network, rows, path, times }) => [
        network,
        rows,
        path,
        median(times).toFixed(0),
        min(times).toFixed(0),
      ]),
    ),
  )
}

main()
