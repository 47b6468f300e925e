/** `study`: what a search has found so far, from its journal. */
import { csvText } from '../../data/csv/csv-text.js'
import { readJournal } from '../../search/journal/index.js'
import { studyPage } from '../../search/page/study-page.js'
import { importanceOf } from '../../search/study/importance.js'
import { cellOf } from '../../search/study/labels.js'
import { studyTable } from '../../search/study/table.js'
import { DONE, UsageError } from '../support/errors.js'
import { type JournalStudyData, studyOfJournal } from '../support/journal-study.js'
import { checkDestination, printResult, standardOutput, writeFile } from '../support/output.js'
import { figure } from '../support/progress.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'

/** The most parameters of the text. */
const MAX_SHOWN = 20

export const run: Run = async ([path], given) => {
  const { study: name, out, table, json } = given as { study?: string; out?: string; table?: boolean; json?: boolean }
  if (table === true && json === true) throw new UsageError('Expected one of --table and --json.')
  const stats = fileStats(path)
  if (out !== undefined) await checkDestination(out, [stats])
  const study = studyOfJournal(await readJournal(path, name === undefined ? {} : { study: name }))
  if (out !== undefined) await writeFile(out, studyPage(study))
  if (table === true) await standardOutput().write(tableText(study))
  else {
    await printResult(
      () => textOf(study, out),
      () => contentOf(study, out),
      json,
    )
  }
  return DONE
}

function tableText({ space, trials }: JournalStudyData): string {
  const rows = studyTable({ space, trials })
  if (rows.length === 0) return ''
  const columns = Object.keys(rows[0])
  return csvText([columns, ...rows.map((row) => columns.map((column) => row[column]))])
}

/** The trials by state, the best one with its parameters, and the importance of these. */
function contentOf(study: JournalStudyData, out: string | undefined) {
  const { name, metric, better, space, trials, best, planned, sampler, pruner, seed, digest } = study
  const count = (state: string) => trials.filter((trial) => trial.state === state).length
  const found = trials.find(({ number }) => number === best)
  return {
    ...{ name, metric, better, sampler, pruner, seed },
    trials: { planned, complete: count('complete'), pruned: count('pruned'), failed: count('failed') },
    best:
      found === undefined
        ? null
        : {
            number: found.number,
            value: found.value,
            epochs: found.epochs,
            parameters: Object.fromEntries(
              space.parameters
                .filter(({ name }) => Object.hasOwn(found.draw, name))
                .map((parameter) => [parameter.name, cellOf(parameter)(found.draw[parameter.name])]),
            ),
          },
    importance: importanceOf(study),
    digest,
    page: out,
  }
}

function textOf(study: JournalStudyData, out: string | undefined): string {
  const { name, metric, trials, best, importance, sampler, pruner, seed, digest } = contentOf(study, out)
  const { planned, complete, pruned, failed } = trials
  const all = complete + pruned + failed
  const of = planned === null || planned === all ? '' : ` of ${planned}`
  return [
    `study ${name}: ${all}${of} trials (${complete} complete, ${pruned} pruned, ${failed} failed)`,
    `sampler ${sampler}, pruner ${pruner}, seed ${seed}`,
    ...(best === null
      ? ['no trial is complete']
      : [
          `best ${metric} ${figure(best.value as number)} of trial ${best.number}, after ${best.epochs} epochs`,
          ...aligned(Object.entries(best.parameters).map(([key, value]) => [key, String(value)])),
        ]),
    ...(importance.some((one) => one.importance > 0)
      ? [
          'importance of the parameters',
          ...aligned(
            importance.map((one) => [one.parameter, `${(100 * one.importance).toFixed(1).padStart(5)} %`] as const),
          ),
        ]
      : []),
    ...(digest === null ? [] : [`digest ${digest}`]),
    ...(out === undefined ? [] : [`page ${out}`]),
  ].join('\n')
}

/** Names and values in two columns. */
function aligned(lines: readonly (readonly [name: string, value: string])[]): string[] {
  const shown = lines.slice(0, MAX_SHOWN)
  const width = Math.max(...shown.map(([name]) => name.length), 0)
  const more = lines.length - shown.length
  return [
    ...shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}
