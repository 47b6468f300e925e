/**
 * `npm run bench:embedding`: an epoch of a network with an embedding, compared with the same column as one-hot inputs of a dense
 * layer with the same number of outputs, which skips zero inputs.
 */
import { Option } from 'commander'
import { backends, Network, Trainer } from 'lockstep-nn'
import { median } from 'simple-statistics'
import { benchCommand, parseList, shared, whole } from '../harness/options.js'
import { runTableBench } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'
import { grouped } from '../harness/text.js'

const ROWS = 4096
const NUMBERS = 2
const UNITS = 16
const BATCH = 32
const MAX = 1_000_000
const CATEGORIES = [50, 5000]
const FORMS = ['embedding', 'one-hot'] as const
const OPTIMIZERS = ['sgd', 'adam'] as const

interface Subject {
  readonly categories: number
  readonly optimizer: (typeof OPTIMIZERS)[number]
  readonly backend: string
  readonly form: (typeof FORMS)[number]
}

const numberAt = (row: number, column: number): number => Math.sin(row * NUMBERS + column)
const categoryAt = (row: number, categories: number): number => (row * 7919) % categories

/** Trains one epoch and returns its milliseconds. */
function epochOf({ categories, optimizer, backend, form }: Subject, rows: number): () => number {
  const isEmbedding = form === 'embedding'
  const inputs = NUMBERS + (isEmbedding ? 1 : categories)
  const x = new Float64Array(rows * inputs)
  const y = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < NUMBERS; column++) x[row * inputs + column] = numberAt(row, column)
    const category = categoryAt(row, categories)
    if (isEmbedding) x[row * inputs + NUMBERS] = category
    else x[row * inputs + NUMBERS + category] = 1
    y[row] = Math.cos(category) * numberAt(row, 0)
  }
  const first = isEmbedding
    ? ({ type: 'embedding', columns: [{ column: NUMBERS, categories, units: UNITS }] } as const)
    : { units: NUMBERS + UNITS }
  const network = new Network({ inputs, layers: [first, { units: 32, activation: 'relu' }, { units: 1 }], seed: 1 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer, backend })
  return () => {
    const start = performance.now()
    trainer.fitSync(x, y, { epochs: 1, batchSize: BATCH, seed: 1 })
    return performance.now() - start
  }
}

const command = benchCommand('bench:embedding', 'Measures embeddings, and one-hot inputs in their place.')
  .addOption(shared.rounds(9, MAX))
  .addOption(
    new Option('--categories <list>', 'numbers of categories, separated by commas')
      .default(CATEGORIES, CATEGORIES.join())
      .argParser((text) => parseList(text).map(whole(2, 100_000))),
  )
const quick = { quick: { rounds: 1 }, quickHelp: 'one round of 256 rows' }

type Options = typeof quick.quick & { categories: number[]; quick?: boolean }

await runTableBench(command, quick, async ({ rounds, categories: counts, quick: isQuick }: Options) => {
  const best = backends().find(({ available }) => available)?.name ?? 'typescript'
  const names = [...new Set([best, 'typescript'])]
  const subjects: Subject[] = counts.flatMap((categories) =>
    OPTIMIZERS.flatMap((optimizer) =>
      names.flatMap((backend) => FORMS.map((form) => ({ categories, optimizer, backend, form }))),
    ),
  )
  const rows = isQuick ? 256 : ROWS
  const epochs = new Map(subjects.map((subject) => [subject, epochOf(subject, rows)]))
  const times = await measureRounds(subjects, {
    rounds,
    warmUps: isQuick ? 0 : 2,
    measure: (subject) => epochs.get(subject)?.() ?? Number.NaN,
  })
  const cases = [...times].filter(([{ form }]) => form === 'embedding')
  const oneHot = ({ categories, optimizer, backend }: Subject): number[] =>
    [...times].find(
      ([one]) =>
        one.form === 'one-hot' &&
        one.categories === categories &&
        one.optimizer === optimizer &&
        one.backend === backend,
    )?.[1] ?? []
  return {
    title: `An epoch of ${grouped(rows)} rows in batches of ${BATCH}: ${NUMBERS} numbers and a category, ${UNITS} units a category; medians, ms`,
    rows: cases.map(([subject, ms]) => ({ ...subject, embedding: median(ms), oneHot: median(oneHot(subject)) })),
    columns: [
      ['categories', 'right', ({ categories }) => String(categories)],
      ['optimizer', 'left', ({ optimizer }) => optimizer],
      ['backend', 'left', ({ backend }) => backend],
      ['embedding', 'right', ({ embedding }) => embedding.toFixed(2)],
      ['one-hot', 'right', ({ oneHot: ms }) => ms.toFixed(2)],
      ['times as fast', 'right', ({ embedding, oneHot: ms }) => (ms / embedding).toFixed(2)],
    ],
  }
})
