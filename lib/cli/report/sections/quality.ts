/** The quality of the predictions of one target. */

import { dataText, type Html, type HtmlValue, html } from '../../../page/html.js'
import { counted, shownNumber, shownShare } from '../../../page/numbers.js'
import type { Section } from '../../../page/section.js'
import { table } from '../../../page/table.js'
import type { Coverage, Score, ScoredRows, TargetReport } from '../parts/data.js'
import { confusionTable } from './confusion.js'
import { reliabilityFigure } from './reliability.js'
import { scatterFigure } from './scatter.js'

const PARTS: Readonly<Record<ScoredRows['part'], string>> = {
  test: 'the test rows, which were kept apart from the training',
  validation: 'the validation rows, which chose the best epoch: scores on new rows may be a little worse',
  training: 'the rows that the model was trained on: scores on new rows will be worse',
}

/** @param place the target's place among several; they have headings of their own */
export function qualitySection(target: TargetReport, scored: ScoredRows, place: number, targets: number): Section {
  const name = targets > 1 ? html` of ${dataText(target.name)}` : null
  const { scores, confusion, scatter, reliability, coverage = [] } = target
  const content: HtmlValue[] = [
    html`<p>On ${counted(scored.rows, 'row')}: ${PARTS[scored.part]}.</p>\n`,
    scores.length === 0 ? null : scoresTable(scores),
    confusion === undefined ? null : confusionTable(confusion),
    scatter === undefined || scatter.actual.length === 0 ? null : scatterFigure(target.name, scatter),
    reliability === undefined || reliability.bins.length === 0 ? null : reliabilityFigure(reliability),
    coverage.length === 0 ? null : coverageTable(coverage),
  ]
  return {
    id: place === 0 ? 'quality' : `quality-${place + 1}`,
    title: html`Quality of the predictions${name}`,
    content,
  }
}

const shownScore = ({ isShare }: Score, value: number): string => (isShare ? shownShare(value) : shownNumber(value))

function scoresTable(scores: readonly Score[]): Html {
  const hasBaseline = scores.some(({ baseline }) => baseline !== undefined)
  const body = scores.map((score): HtmlValue[] => [
    dataText(score.name),
    shownScore(score, score.value),
    ...(hasBaseline ? [score.baseline === undefined ? '' : shownScore(score, score.baseline)] : []),
  ])
  const head = ['score', 'model', ...(hasBaseline ? ['best constant'] : [])]
  return table({ caption: 'Scores', head, body, isNumber: (i) => i > 0 })
}

function coverageTable(coverage: readonly Coverage[]): Html {
  const body = coverage.map(({ level, covered, rows, meanWidth }) => [
    shownShare(level),
    shownShare(covered),
    shownNumber(rows),
    shownNumber(meanWidth),
  ])
  const head = ['interval', 'rows inside', 'rows', 'mean width']
  return table({ caption: 'Coverage of the intervals', head, body, isNumber: () => true })
}
