/** `train`: a table in, a model file out. */
import process from 'node:process'
import { VERSION } from '../../checks/version.js'
import type { Model } from '../../data/index.js'
import { DONE, InterruptedError } from '../support/errors.js'
import { interruptible } from '../support/interrupt.js'
import { namesOf } from '../support/names.js'
import { checkDestination, printResult } from '../support/output.js'
import { figure, progressDisplay } from '../support/progress.js'
import { scoresText } from '../support/scores.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable } from '../support/table.js'
import { checkColumns, divideRows, type Recipe, type Rows, trainOn } from '../support/training.js'

interface Flags {
  readonly target: string
  readonly columns?: string
  readonly drop?: string
  readonly epochs?: number
  readonly test?: number
  readonly seed?: number
  readonly threads?: number
  readonly out?: string
  readonly checkpoint?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export const run: Run = async ([path], given) => {
  const flags = given as unknown as Flags
  const { out = 'model.json', checkpoint, quiet = false } = flags
  const started = performance.now()
  const source = await openSource(path)
  checkDestination(out, [source.stats])
  if (checkpoint !== undefined) checkDestination(checkpoint, [source.stats], '--checkpoint')
  const table = await readTable(source)
  const recipe = recipeOf(flags, table.header, source.digest())
  checkColumns(table, source.name, recipe)
  const rows = divideRows(table, source.name, recipe)
  const { model, status } = await trainInterruptibly(rows, recipe, flags)
  await model.save(out)
  const test = rows.test.length === 0 ? undefined : model.evaluate(rows.test)
  const seconds = (performance.now() - started) / 1000
  if (!quiet || flags.json === true) {
    await printResult(
      () => summary(model, rows, { name: source.name, out, seconds, test, isInterrupted: status !== null }),
      () => result(model, rows, { out, seconds, test, isInterrupted: status !== null }),
      flags.json,
    )
  }
  return status ?? DONE
}

/** The recipe, without options that were not given: an undefined key would not be saved. */
function recipeOf({ target, columns, drop, epochs, test, seed = 0 }: Flags, header: readonly string[], data: string) {
  const optional = { columns: namesOf(columns, header), drop: namesOf(drop, header), epochs, test }
  const known = Object.entries(optional).filter(([, value]) => value !== undefined)
  return { version: VERSION, data, target, ...Object.fromEntries(known), seed } as Recipe
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
  let epochs = 0
  return await interruptible(
    async (interruption) => {
      try {
        const model = await trainOn(rows, recipe, {
          threads,
          checkpoint: checkpoint === undefined ? undefined : { path: checkpoint },
          signal: controller.signal,
          onProgress: (progress) => {
            epochs = progress.epoch
            if (interruption.status === null) display.show(progress)
          },
        })
        return { model, status: interruption.status }
      } catch (error) {
        if (interruption.status === null || epochs > 0) throw error
        throw new InterruptedError(
          'Stopped before the first epoch ended, so that there is no model to keep.',
          interruption.status,
        )
      } finally {
        display.end()
      }
    },
    stop,
    display.end,
  )
}

interface Result {
  readonly out: string
  readonly seconds: number
  readonly test: ReturnType<Model['evaluate']> | undefined
  readonly isInterrupted: boolean
}

function result(model: Model, { train, withoutTarget }: Rows, { out, seconds, test, isInterrupted }: Result) {
  const { target, training, history } = model
  return {
    out,
    target: target.name,
    type: target.type,
    rows: train.length,
    withoutTarget,
    epochs: training?.epochs,
    bestEpoch: history?.bestEpoch,
    stopped: history?.stopped,
    isInterrupted,
    loss: training?.finalLoss,
    validationLoss: history?.validationLoss?.at(history.bestEpoch ?? -1),
    backend: training?.backend,
    seconds,
    test,
    digest: model.digest(),
  }
}

function summary(model: Model, rows: Rows, about: Result & { readonly name: string }): string {
  const { train, test, withoutTarget } = rows
  const { name, out, seconds, test: scores, isInterrupted } = about
  const { target, history } = model
  const left = withoutTarget === 0 ? '' : `, ${withoutTarget} left out because ${target.name} is missing`
  const best = history?.bestEpoch === undefined ? '' : `; the best was epoch ${history.bestEpoch + 1}`
  const ended = isInterrupted ? 'interrupted, the best epoch so far is kept' : (history?.reason ?? '')
  return [
    `${name}: ${train.length} rows${test.length === 0 ? '' : ` and ${test.length} for the test`}${left}`,
    `${history?.epochs} epochs in ${figure(seconds)} s${best} (${ended})`,
    ...(scores === undefined ? [] : [`on ${test.length} rows that were not trained on:`, ...scoresText(model, scores)]),
    `${out}: predicts ${target.name}, digest ${model.digest()}`,
  ].join('\n')
}
