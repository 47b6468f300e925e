/** The result of `search`, as text and as data. */
import type { Model } from '../../data/index.js'
import type { ChosenEnsemble } from '../../search/index.js'
import type { JournalStudyData } from './journal-study.js'
import { figure, plural } from './progress.js'
import { plainScores, scoresText } from './scores.js'
import { studyContent, studyText } from './study-text.js'
import type { Rows } from './training.js'

export interface SearchResult {
  readonly study: JournalStudyData
  /** That of the best trial, or the ensemble; null where no trial is complete. */
  readonly model: Model | null
  /** The digest of the model of the best trial. */
  readonly bestDigest: string | undefined
  readonly ensemble: ChosenEnsemble<Model> | null
  readonly rows: Rows
  /** The name of the table. */
  readonly name: string
  /** The model file; undefined: none was asked for. */
  readonly out: string | undefined
  readonly page: string | undefined
  readonly journal: string | undefined
  readonly seconds: number
  /** The scores on the test rows. */
  readonly test: object | undefined
  readonly isInterrupted: boolean
  /** How many batches a second worker trained, and for how many there was none; null: none was to be verified. */
  readonly verification: { readonly verified: number; readonly unverified: number } | null
}

export function searchData(result: SearchResult) {
  const { study, model, bestDigest, ensemble, rows, out, page, journal, seconds, test, isInterrupted, verification } =
    result
  const { best, ...content } = studyContent(study)
  const options = (study.trials.find(({ number }) => number === study.best)?.options ?? {}) as { model?: object }
  return {
    ...content,
    best: best === null ? null : { ...best, options: options.model, digest: bestDigest },
    ensemble:
      ensemble === null
        ? undefined
        : {
            trials: ensemble.trials.map(({ number, weight }) => ({ number, weight })),
            values: ensemble.values,
            digest: ensemble.model.digest(),
          },
    targets: model?.targets.map(({ name, type }) => ({ name, type })) ?? [],
    rows: rows.train.length,
    withoutTarget: rows.withoutTarget.length,
    test: test === undefined ? undefined : plainScores(test),
    ...verification,
    ...{ isInterrupted, out: model === null ? undefined : out, page, journal, seconds },
  }
}

export function searchText(result: SearchResult): string {
  const { study, model, ensemble, rows, name, out, page, seconds, test, isInterrupted, verification } = result
  const { length: tested } = rows.test
  const { length: skipped } = rows.withoutTarget
  return [
    `${name}: ${plural(rows.train.length, 'row')}${tested === 0 ? '' : `, ${tested} for the test`}` +
      (skipped === 0 ? '' : `, ${skipped} left out because a target is missing`),
    ...studyText(study),
    ...(ensemble === null ? [] : ensembleText(ensemble, study.metric)),
    `in ${figure(seconds)} s${isInterrupted ? ' (interrupted, the batches that were done are kept)' : ''}`,
    ...(verification === null ? [] : [verificationText(verification)]),
    ...(test === undefined || model === null
      ? []
      : [`on ${plural(tested, 'row')} that no trial has seen:`, ...scoresText(model, test)]),
    ...(model === null || out === undefined
      ? []
      : [`${out}: predicts ${model.targets.map((target) => target.name).join(', ')}, digest ${model.digest()}`]),
    ...(page === undefined ? [] : [`page ${page}`]),
  ].join('\n')
}

function verificationText({ verified, unverified }: NonNullable<SearchResult['verification']>): string {
  const batches = `${verified} ${verified === 1 ? 'batch' : 'batches'}`
  const others = unverified === 0 ? '' : `; for ${unverified} there was no second worker`
  return `a second worker trained ${batches} to the same bits${others}`
}

/** The value of the ensemble, and its trials with their weights. */
function ensembleText({ trials, values }: ChosenEnsemble<Model>, metric: string): string[] {
  const members = trials.map(({ number, weight }) => (weight === 1 ? `${number}` : `${number} (${weight} times)`))
  return [
    `ensemble ${metric} ${figure(values[values.length - 1])} of ${plural(trials.length, 'trial')}`,
    `  ${members.join(', ')}`,
  ]
}
