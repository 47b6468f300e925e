/**
 * `npm run bench:csv`: reading a table with readCsv, and the command `predict`: its start with ten rows, and 100,000 rows by
 * one network and by eight members.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { Model, readCsv } from 'lockstep-nn/data'
import { max, median } from 'simple-statistics'
import { benchCommand, shared } from '../harness/options.js'
import { runTableBench, type TableOptions } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'

const MAIN = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli', 'main.js')

/** One measurement, in milliseconds and megabytes. */
interface Measured {
  readonly wall: number
  readonly cpu: number
  /** The longest time that the event loop did not turn; NaN for another process. */
  readonly turn: number
  /** The most memory of the process; NaN for this one. */
  readonly memory: number
}

interface Subject {
  readonly what: string
  readonly file: string
  readonly rows: number
  readonly measure: () => Promise<Measured>
}

/** Rows like those of penguins.csv, with four numbers, three categories and gaps. The same for the same number of rows. */
function tableOf(rows: number): string {
  let state = 1
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const gap = (cell: string | number): string => (next(50) === 0 ? '' : String(cell))
  const lines = ['island,bill,depth,flipper,mass,sex,species']
  for (let i = 0; i < rows; i++) {
    const kind = next(3)
    const numbers = [(350 + 50 * kind + next(80)) / 10, (140 + 20 * kind + next(40)) / 10, 180 + 10 * kind + next(20)]
    const cells = [...numbers.map(gap), gap(3000 + 50 * next(50)), gap(['male', 'female'][next(2)])]
    lines.push([['Biscoe', 'Dream', 'Torgersen'][next(3)], ...cells, ['Adelie', 'Chinstrap', 'Gentoo'][kind]].join())
  }
  return `${lines.join('\n')}\n`
}

async function readInTurns(file: string): Promise<Measured> {
  let turn = 0
  let last = performance.now()
  let isDone = false
  const watch = (): void => {
    const now = performance.now()
    turn = Math.max(turn, now - last)
    last = now
    if (!isDone) setImmediate(watch)
  }
  setImmediate(watch)
  const [begun, before] = [last, process.cpuUsage()]
  await readCsv(file)
  isDone = true
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - begun, cpu: (user + system) / 1000, turn, memory: NaN }
}

/** Makes a process report what it used when it ends. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  `process.on('exit', () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
     console.error(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 }))
   })`,
)}`

async function predicted(folder: string, model: string, file: string): Promise<Measured> {
  const words = ['predict', model, file, '--out', 'predicted.csv']
  const begun = performance.now()
  const child = spawn(execPath, ['--import', REPORT, MAIN, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`lockstep-nn predict ended with status ${status}: ${text}`)
  return { wall: performance.now() - begun, turn: NaN, ...(JSON.parse(text) as Pick<Measured, 'cpu' | 'memory'>) }
}

const command = benchCommand(
  'bench:csv',
  'Measures reading a table of 40 MB, and predicting one of 100,000 rows by the command line.',
).addOption(shared.rounds(7))
const quick = { quick: { rounds: 1 }, quickHelp: 'short tables and one round' }

await runTableBench(command, quick, async (options: TableOptions<typeof quick.quick>) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-nn-csv-'))
  try {
    const [few, many, all] = options.quick ? [10, 1000, 2000] : [10, 100_000, 900_000]
    for (const rows of [few, many, all]) writeFileSync(join(folder, `${rows}.csv`), tableOf(rows))
    const trained = await readCsv({ text: tableOf(300) })
    for (const members of [1, 8]) {
      const fit = { target: 'species', members, fit: { epochs: 5 } } as const
      await (await Model.fit(trained, fit)).save(join(folder, `${members}.json`))
    }
    const predict = (what: string, rows: number, members: number): Subject => ({
      what,
      rows,
      file: `${rows}.csv`,
      measure: () => predicted(folder, `${members}.json`, `${rows}.csv`),
    })
    const subjects: Subject[] = [
      { what: 'readCsv', rows: all, file: `${all}.csv`, measure: () => readInTurns(join(folder, `${all}.csv`)) },
      predict('predict, start', few, 1),
      predict('predict, 1 network', many, 1),
      predict('predict, 8 members', many, 8),
    ]
    const measured = await measureRounds(subjects, { rounds: options.rounds, measure: (subject) => subject.measure() })
    const rows = [...measured].map(([{ what, rows, file }, found]) => {
      const of = (name: keyof Measured): number[] => found.map((one) => one[name])
      const wall = median(of('wall'))
      return {
        ...{ what, rows, wall, cpu: median(of('cpu')), rowsPerSecond: (1000 * rows) / wall },
        megabytesPerSecond: statSync(join(folder, file)).size / 1000 / wall,
        ...{ longestTurn: max(of('turn')), memory: max(of('memory')) },
      }
    })
    const figure = (value: number, digits = 0): string => (Number.isNaN(value) ? '' : value.toFixed(digits))
    return {
      title: 'Reading and predicting tables: medians, and the longest turn and most memory of all rounds',
      rows,
      columns: [
        ['what', 'left', ({ what }) => what],
        ['rows', 'right', ({ rows }) => String(rows)],
        ['ms', 'right', ({ wall }) => figure(wall)],
        ['ms of CPU', 'right', ({ cpu }) => figure(cpu)],
        ['rows/s', 'right', ({ rowsPerSecond }) => figure(rowsPerSecond)],
        ['MB/s', 'right', ({ megabytesPerSecond }) => figure(megabytesPerSecond, 1)],
        ['longest turn, ms', 'right', ({ longestTurn }) => figure(longestTurn)],
        ['memory, MB', 'right', ({ memory }) => figure(memory)],
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
