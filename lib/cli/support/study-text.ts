/** A study as text and as data, as `study` and `search` show it. */
import { csvText } from '../../data/csv/csv-text.js'
import { importanceOf } from '../../search/study/importance.js'
import { cellOf } from '../../search/study/labels.js'
import { studyTable } from '../../search/study/table.js'
import type { JournalStudyData } from './journal-study.js'
import { figure } from './progress.js'

/** The most parameters of the text. */
const MAX_SHOWN = 20

/** The trials as CSV. */
export function tableText({ space, trials }: JournalStudyData): string {
  const rows = studyTable({ space, trials })
  if (rows.length === 0) return ''
  const columns = Object.keys(rows[0])
  return csvText([columns, ...rows.map((row) => columns.map((column) => row[column]))])
}

/** The trials by state, the best one with its parameters, and the importance of these. */
export function studyContent(study: JournalStudyData) {
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
  }
}

/** The lines of the same for people. */
export function studyText(study: JournalStudyData): string[] {
  const { name, metric, trials, best, importance, sampler, pruner, seed, digest } = studyContent(study)
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
  ]
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
