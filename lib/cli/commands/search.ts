/** `search`: a table in, the best model of many trials out, or an ensemble of the best. */
import process from 'node:process'
import type { Model } from '../../data/index.js'
import { bestOf } from '../../search/batches/digest.js'
import { type SearchProgress, type Study, search } from '../../search/index.js'
import { DONE, InterruptedError, inRows } from '../support/errors.js'
import { foundModel } from '../support/found-model.js'
import { interruptible } from '../support/interrupt.js'
import type { JournalStudyData } from '../support/journal-study.js'
import { checkDestinations, naming, printResult, standardOutput, writeFile } from '../support/output.js'
import { displayOf } from '../support/progress.js'
import {
  checkFlags,
  type SearchFlags,
  type SearchPlan,
  searchPlan,
  searchRecipe,
  searchWords,
} from '../support/search-plan.js'
import { searchProgress } from '../support/search-progress.js'
import { type SearchResult, searchData, searchText } from '../support/search-result.js'
import { fileStats, openSource } from '../support/source.js'
import { readSpaceFile } from '../support/space-file.js'
import type { Run } from '../support/spec.js'
import { tableText } from '../support/study-text.js'
import { readTable } from '../support/table.js'
import { checkColumns, divideRows, keptColumns, rowNumbers } from '../support/training.js'

export const run: Run = async ([path], given) => {
  const flags = given as unknown as SearchFlags
  const { page, journal, shard, quiet = false } = flags
  // The best model of a shard is not that of the study.
  const out = flags.out ?? (shard === undefined ? 'model.json' : undefined)
  const started = performance.now()
  checkFlags(flags)
  const source = await openSource(path)
  const inputs = [source.stats, flags.space === undefined ? null : fileStats(flags.space)]
  await checkDestinations({ '--journal': journal, '--out': out, '--page': page }, inputs)
  const file = flags.space === undefined ? null : await readSpaceFile(flags.space)
  const whole = await readTable(source)
  const recipe = searchRecipe(flags, source, whole.header)
  checkColumns(whole, source.name, recipe)
  const table = keptColumns(whole, recipe)
  const rows = divideRows(table, source.name, recipe)
  const plan = searchPlan(flags, rows, recipe, file)
  const numberOf = rowNumbers(table)
  const { study, status } = await inRows(
    async () => {
      try {
        return await searchInterruptibly(plan, flags, out !== undefined)
      } catch (error) {
        throw searchWords(error, flags, file)
      }
    },
    (i) => `row ${numberOf(rows.train[i])} of ${source.name}`,
  )
  const data = dataOf(study, plan)
  // That of a shard is not trained for nothing.
  const isNeeded = out !== undefined || rows.test.length > 0
  const found = data.best === null || !isNeeded ? null : await foundModel(study, recipe, flags)
  const model = found?.model ?? null
  if (out !== undefined && model !== null) await naming(out, '--out', () => model.save(out))
  if (page !== undefined) await writeFile(page, study.toHTML(), '--page')
  if (flags.table === true) await standardOutput().write(tableText(data))
  else if (!quiet || flags.json === true) {
    const seconds = (performance.now() - started) / 1000
    const test = model === null || rows.test.length === 0 ? undefined : model.evaluate(rows.test)
    const result: SearchResult = {
      ...{ study: data, model, rows, name: source.name, out, seconds, test, page, journal },
      bestDigest: found === null ? undefined : study.best.digest,
      ensemble: found?.ensemble ?? null,
      isInterrupted: status !== null,
      verification: flags.verify === undefined ? null : verificationOf(study),
    }
    await printResult(
      () => searchText(result),
      () => searchData(result),
      flags.json,
    )
  }
  if (data.best === null && shard === undefined && status === null)
    throw new Error(`No trial is complete, so that there is no model. ${reasonOf(data)}`)
  return status ?? DONE
}

const verificationOf = ({ verified, unverified }: Study<Model>) => ({
  verified: verified.length,
  unverified: unverified.length,
})

/** Why the first trial has no value. */
const reasonOf = ({ trials: [first] }: JournalStudyData): string =>
  first === undefined ? '' : `Trial ${first.number}: ${first.reason}.`

function dataOf(
  study: Study<Model>,
  { space, metric, better, trials, sampler, pruner, seed }: SearchPlan,
): JournalStudyData {
  return {
    ...{ name: study.name, space, metric, better, trials: study.trials, sampler, pruner, seed, planned: trials },
    best: bestOf(study.trials, better)?.number ?? null,
    // Of all trials only.
    digest: study.stopped === 'trials' ? study.digest() : null,
  }
}

/** Ctrl-C ends the search; the best model of the batches that were done is kept. */
async function searchInterruptibly(plan: SearchPlan, { journal, quiet = false }: SearchFlags, hasModel: boolean) {
  const controller = new AbortController()
  const form = searchProgress(plan)
  const display = await displayOf<SearchProgress>(form, quiet)
  const stop = () => {
    display.end()
    const kept = hasModel
      ? 'The best model of the batches that were done is kept'
      : 'The batches that were done are kept'
    process.stderr.write(`Stopping. ${kept}; Ctrl-C again ends at once.\n${goingOn(journal)}\n`)
    controller.abort()
  }
  return await interruptible(
    async (interruption) => {
      try {
        const study = await search({
          ...plan.options,
          signal: controller.signal,
          onProgress: (progress) => {
            if (interruption.status === null) display.show(progress)
          },
        })
        const { status } = interruption
        if (status !== null && study.trials.length === 0) {
          throw new InterruptedError(
            'Stopped before a batch of trials ended, so that there is nothing to keep.',
            status,
          )
        }
        return { study, status }
      } finally {
        display.end()
      }
    },
    stop,
    display.end,
  )
}

const goingOn = (journal: string | undefined): string =>
  journal === undefined
    ? 'With --journal FILE, the same command goes on where it was stopped.'
    : `Whole batches are in ${journal}: the same command goes on from there.`
