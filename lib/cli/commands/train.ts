/** `train`: a table in, a model file out. */
import process from 'node:process'
import { VERSION } from '../../checks/version.js'
import { DONE, InterruptedError, inRows } from '../support/errors.js'
import { interruptible } from '../support/interrupt.js'
import { namesOf } from '../support/names.js'
import { checkDestinations, naming, printResult, writeFile } from '../support/output.js'
import { progressDisplay } from '../support/progress.js'
import { resultData, resultText } from '../support/result.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable } from '../support/table.js'
import {
  checkColumns,
  diagnosisOf,
  divideRows,
  keptColumns,
  type Recipe,
  type Rows,
  rowNumbers,
  trainOn,
} from '../support/training.js'

interface Flags {
  readonly target: string
  readonly columns?: string
  readonly drop?: string
  readonly epochs?: number
  readonly members?: number
  readonly test?: number
  readonly seed?: number
  readonly threads?: number
  readonly out?: string
  readonly checkpoint?: string
  readonly report?: string
  readonly diagnose?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

export const run: Run = async ([path], given) => {
  const flags = given as unknown as Flags
  const { out = 'model.json', report, quiet = false } = flags
  const started = performance.now()
  const source = await openSource(path)
  const files = { '--out': out, '--checkpoint': flags.checkpoint, '--report': report }
  await checkDestinations(files, [source.stats])
  const whole = await readTable(source)
  const recipe = recipeOf(flags, whole.header, source.digest())
  checkColumns(whole, source.name, recipe)
  const table = keptColumns(whole, recipe)
  const rows = divideRows(table, source.name, recipe)
  const numberOf = rowNumbers(table)
  const { model, status } = await inRows(
    () => trainInterruptibly(rows, recipe, flags),
    (i) => `row ${numberOf([...rows.train, ...rows.withoutTarget][i])} of ${source.name}`,
  )
  await naming(out, '--out', () => model.save(out))
  if (report !== undefined) {
    // It may take seconds, in which Ctrl-C ends the program at once.
    if (!quiet) process.stderr.write(`${out} is written; making the report.\n`)
    const { trainingReport } = await import('../report/training-report.js')
    const words = status === null ? wordsOf(path, flags) : null
    await writeFile(report, trainingReport({ model, rows, numberOf, recipe, source, words }), '--report')
  }
  const test = rows.test.length === 0 ? undefined : model.evaluate(rows.test)
  if (!quiet || flags.json === true) {
    const seconds = (performance.now() - started) / 1000
    const result = {
      model,
      rows,
      name: source.name,
      out,
      seconds,
      test,
      isInterrupted: status !== null,
      reportFile: report,
      diagnosis: flags.diagnose === true ? diagnosisOf(model, rows, recipe) : undefined,
    }
    await printResult(
      () => resultText(result),
      () => resultData(result),
      flags.json,
    )
  }
  return status ?? DONE
}

/** The words after `train` of the command that trains the same model. */
function wordsOf(path: string, flags: Flags): string[] {
  const { target, columns, drop, epochs, members, test, seed = 0, out, report } = flags
  const options = { target, columns, drop, epochs, members, test, seed, out, report }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return [path, ...given.flatMap(([name, value]) => [`--${name}`, String(value)])]
}

/** The recipe, without options that were not given: an undefined key would not be saved. */
function recipeOf(flags: Flags, header: readonly string[], data: string): Recipe {
  const { target, columns, drop, epochs, members, test, seed = 0 } = flags
  const targets = namesOf(target, header) ?? []
  const optional = { columns: namesOf(columns, header), drop: namesOf(drop, header), epochs, members, test }
  const known = Object.entries(optional).filter(([, value]) => value !== undefined)
  return { version: VERSION, data, targets, ...Object.fromEntries(known), seed }
}

/** Ctrl-C ends the training; the model with the best epoch so far is kept. */
async function trainInterruptibly(rows: Rows, recipe: Recipe, { threads, checkpoint, quiet = false }: Flags) {
  const controller = new AbortController()
  const display = await progressDisplay(quiet)
  const stop = () => {
    display.end()
    process.stderr.write('Stopping after this step. The best model so far is kept; Ctrl-C again ends at once.\n')
    controller.abort()
  }
  return await interruptible(
    async (interruption) => {
      try {
        const model = await trainOn(rows, recipe, {
          threads,
          checkpoint: checkpoint === undefined ? undefined : { path: checkpoint },
          signal: controller.signal,
          onProgress: (progress) => {
            if (interruption.status === null) display.show(progress)
          },
        })
        const { status } = interruption
        if (status !== null && model.histories.some((history) => history.epochs === 0)) {
          throw new InterruptedError('Stopped before an epoch ended, so that there is no model to keep.', status)
        }
        return { model, status }
      } finally {
        display.end()
      }
    },
    stop,
    display.end,
  )
}
