/** From a study to what its page shows. */
import type { Distribution, ParameterSpec, Trial } from '../../space/trial.js'
import { codeText } from '../../study/code-text.js'
import { type Importance, importanceOf } from '../../study/importance.js'
import { choiceLabels, shortNames } from '../../study/labels.js'
import { hasOptions, hasValue, rankedTrials } from '../../study/order.js'
import type { StudyData } from '../../study/study-data.js'
import { valueAxisOf } from './axis.js'
import type { NumberAxis, PageData, PageParameter } from './page-data.js'

/** The most trials of charts: the best, and others at equal distances. */
const MAX_CHARTED = 10_000
const MAX_BEST_CHARTED = 2_000
/** The most parameters of charts, the most important ones. */
export const MAX_PARAMETERS = 12
/** The most trials of the table, the best ones. */
export const MAX_ROWS = 200
/** The most letters of the options of all trials of the table, and of one trial. */
const MAX_OPTIONS = 60_000
const MAX_OPTIONS_OF_ONE = 4_000
/** The most trials of the best tenth that have a colour of their own. */
const MAX_TOP = 50
const DIGITS = 6

/** A study, and what all sections of its page need. */
export interface GatheredStudy {
  readonly study: StudyData
  /** The trials from the best to the worst. */
  readonly ranked: readonly Trial[]
  readonly best: Trial | null
  readonly importance: readonly Importance[]
  /** The most important parameters, with the ends of their names. */
  readonly parameters: readonly { readonly parameter: ParameterSpec; readonly short: string }[]
  readonly data: PageData
}

export function gatherStudy(study: StudyData): GatheredStudy {
  const ranked = rankedTrials(study)
  const importance = importanceOf(study)
  const { parameters: all } = study.space
  const shorts = shortNames(all.map(({ name }) => name))
  const places = new Map(all.map(({ name }, i) => [name, i]))
  const parameters = importance.slice(0, MAX_PARAMETERS).map(({ parameter }) => {
    const place = places.get(parameter) as number
    return { parameter: all[place], short: shorts[place] }
  })
  const best = study.trials.find(({ number }) => number === study.best) ?? null
  return { study, ranked, best, importance, parameters, data: pageData(study, ranked, parameters) }
}

function pageData(
  { trials, metric, better, best }: StudyData,
  ranked: readonly Trial[],
  parameters: GatheredStudy['parameters'],
): PageData {
  const charted = chartedTrials(trials, ranked)
  const ranks = new Map(ranked.map((trial, i) => [trial, i + 1]))
  const values = trials.filter(hasValue).map(({ value }) => value)
  const rungs = charted.map(rungsOf)
  const places = new Map(charted.map((trial, i) => [trial, i]))
  return {
    metric,
    better,
    trials: trials.length,
    numbers: charted.map(({ number }) => number),
    states: charted.map((trial) => (hasValue(trial) ? trial.state[0] : 'f')).join(''),
    values: charted.map((trial) => (hasValue(trial) ? rounded(trial.value) : null)),
    epochs: charted.map(({ epochs }) => epochs),
    ranks: charted.map((trial) => ranks.get(trial) as number),
    top: topOf(trials),
    best: charted.findIndex(({ number }) => number === best),
    valueAxis: roundedAxis(valueAxisOf(values, better)),
    record: recordOf(trials, better),
    parameters: parameters.map((one) => pageParameter(one, charted)),
    rungs,
    rungAxis: roundedAxis(
      valueAxisOf(
        rungs.flatMap((one) => one.filter((_, i) => i % 2 === 1)),
        better,
      ),
    ),
    options: optionsOf(ranked.slice(0, MAX_ROWS), places),
  }
}

/** The best tenth of the trials, as far as these are complete, and no more than a reader can distinguish. */
function topOf(trials: readonly Trial[]): number {
  const complete = trials.filter((trial) => trial.state === 'complete' && hasValue(trial)).length
  return Math.min(Math.ceil(trials.length / 10), complete, MAX_TOP)
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS))

const roundedAxis = ({ low, high, isLog }: NumberAxis): NumberAxis => ({
  low: rounded(low),
  high: rounded(high),
  isLog,
})

/** The best trials, and others at equal distances, by their numbers. */
function chartedTrials(trials: readonly Trial[], ranked: readonly Trial[]): readonly Trial[] {
  if (trials.length <= MAX_CHARTED) return trials
  const others = ranked.slice(MAX_BEST_CHARTED)
  const count = MAX_CHARTED - MAX_BEST_CHARTED
  const spread = Array.from({ length: count }, (_, i) => others[Math.floor((i * others.length) / count)])
  return [...ranked.slice(0, MAX_BEST_CHARTED), ...spread].sort((a, b) => a.number - b.number)
}

/** The complete trials that were better than all before them. */
function recordOf(trials: readonly Trial[], better: StudyData['better']): PageData['record'] {
  const sign = better === 'lower' ? 1 : -1
  const record: (Trial & { value: number })[] = []
  for (const trial of trials) {
    if (trial.state !== 'complete' || !hasValue(trial)) continue
    const last = record.at(-1)
    if (last === undefined || sign * (trial.value - last.value) < 0) record.push(trial)
  }
  return { numbers: record.map(({ number }) => number), values: record.map(({ value }) => rounded(value)) }
}

/** The rungs of a trial; of a complete one its value as well. */
function rungsOf(trial: Trial): number[] {
  const points = trial.rungs.filter(({ value }) => Number.isFinite(value)).map(({ epoch, value }) => [epoch, value])
  if (trial.state === 'complete' && hasValue(trial)) points.push([trial.epochs, trial.value])
  return points.flatMap(([epoch, value]) => [epoch, rounded(value)])
}

function pageParameter(
  { parameter: { name, distribution }, short }: GatheredStudy['parameters'][number],
  trials: readonly Trial[],
): PageParameter {
  const values = trials.map(({ draw }) => (Object.hasOwn(draw, name) ? rounded(draw[name]) : null))
  return { name, short, axis: axisOf(distribution), values }
}

function axisOf(distribution: Distribution): PageParameter['axis'] {
  if (distribution.kind === 'choice') return { labels: choiceLabels(distribution.values) }
  const { kind, low, high } = distribution
  return { low, high, isLog: kind === 'logUniform' || (kind === 'integer' && distribution.log) }
}

/** The options of trials, in their order, as many as the page has room for. */
function optionsOf(trials: readonly Trial[], places: ReadonlyMap<Trial, number>): PageData['options'] {
  const texts: [place: number, text: string][] = []
  let letters = 0
  for (const trial of trials) {
    if (!hasOptions(trial)) continue
    const text = codeText(trial.options)
    if (text.length > MAX_OPTIONS_OF_ONE) continue
    letters += text.length
    if (letters > MAX_OPTIONS) break
    texts.push([places.get(trial) as number, text])
  }
  return Object.fromEntries(texts)
}
