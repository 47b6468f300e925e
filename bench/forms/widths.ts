/**
 * `npm run bench:widths`: the time of a training for each sample and weight, by the width of the network, the batch and the
 * backend. It shows where a slightly larger network or batch is much slower. A table names such neighbours, and each backend
 * gets a heat map.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backends } from 'lockstep-nn'
import { chooseBackends, describeMissing } from '../harness/backends.js'
import { toPng } from '../harness/drawing.js'
import { describeMachine } from '../harness/machine.js'
import { benchCommand, parseList, readOptions, shared } from '../harness/options.js'
import { runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { resultsFolder, writeJson } from '../harness/results.js'
import { renderTable } from '../harness/table.js'
import { many, number, wrap } from '../harness/text.js'
import { BATCHES, type Cell, findJumps, JUMP, type Jump, measureCells, WIDTHS } from './cells.js'
import { drawCells } from './heat-map.js'

interface Options {
  backends?: string[]
  rounds: number
  seconds: number
  quick: boolean
  out?: string
  publish: boolean
}

const QUICK = { rounds: 1, seconds: 0.0005 }
const QUICK_WIDTHS = [4, 16]
const QUICK_BATCHES = [1, 32]

const HELP = `
Networks n-n-n-n with relu and softmax, sgd, 256 shuffled rows, one thread, fitSync: the least of all rounds. A time that
falls with the batch is normal where samples fill the lanes of a vector; a time that rises is a cliff.`

function parseOptions(): Options {
  const command = benchCommand('bench:widths', 'Measures trainings by width, batch and backend.', HELP)
    .option('--backends <list>', 'backends, separated by commas (default: all)', parseList)
    .addOption(shared.rounds(15))
    .addOption(shared.seconds(0.003, 60, 'about how long a training takes'))
    .addOption(shared.quick('few networks in short'))
    .addOption(shared.out('widths'))
    .addOption(shared.publish('write the files that the repository keeps'))
  return readOptions<Options>(command, QUICK)
}

async function main(): Promise<void> {
  const options = parseOptions()
  const out = resultsFolder(options, 'widths')
  mkdirSync(out, { recursive: true })
  const chosen = chooseBackends(backends(), options.backends)
  for (const line of describeMissing(backends())) console.error(line)
  const machine = describeMachine()
  const { quick, rounds, seconds } = options
  const progress = startProgress(rounds, 'rounds')
  const cells = await measureCells(chosen, {
    widths: quick ? QUICK_WIDTHS : WIDTHS,
    batches: quick ? QUICK_BATCHES : BATCHES,
    rounds,
    seconds,
    onRound: () => progress.step('of all networks'),
  }).finally(progress.stop)
  const jumps = findJumps(cells)

  const facts = `${machine.cpu}, Node ${machine.node}, least of ${many(rounds, 'round')}; load before: ${machine.load}`
  console.log(wrap(`Networks n-n-n-n: neighbours whose times differ by more than ${JUMP}\n${facts}`))
  if (quick) console.log('Quick run: too short to compare by.')
  console.log(jumps.length === 0 ? 'None.' : renderJumps(jumps))
  for (const backend of chosen) {
    const own = cells.filter((cell) => cell.backend === backend)
    const svg = await drawCells(own, jumps, [facts])
    const file = join(out, backend.replace('/', '-'))
    writeFileSync(`${file}.svg`, svg)
    writeFileSync(`${file}.png`, toPng(svg))
  }
  writeJson(join(out, 'widths.json'), { machine, rounds, seconds, quick, cells })
  console.log(wrap(`Written: ${out}`))
}

function renderJumps(jumps: readonly Jump[]): string {
  const place = ({ width, batch }: Cell): string => `n ${width}, batch ${batch}`
  return renderTable(
    jumps,
    [
      ['backend', 'left', ({ from }) => from.backend],
      ['from', 'left', ({ from }) => place(from)],
      ['ns', 'right', ({ from }) => number(from.ns)],
      ['to', 'left', ({ to }) => place(to)],
      ['ns', 'right', ({ to }) => number(to.ns)],
      ['ratio', 'right', ({ ratio }) => ratio.toFixed(2)],
      ['', 'left', ({ ratio }) => (ratio > 1 ? 'a cliff' : 'falls')],
    ],
    { dense: true },
  )
}

await runProgram(main)
