/** The losses of the epochs. */

import { type Html, html } from '../../../page/html.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import type { Section } from '../../../page/section.js'
import { type Chart, chartFigure, spread } from '../parts/chart.js'
import type { LossCurve, ReportData } from '../parts/data.js'

const TABLE_ROWS = 12
/** Losses whose extremes have a larger ratio than this have a logarithmic axis. */
const LOG_RATIO = 30

export function trainingSection({ curves = [] }: ReportData): Section | null {
  const shown = curves.filter(({ epochs }) => epochs.length > 0)
  return shown.length === 0 ? null : { id: 'training', title: 'Training', content: shown.map(curveHtml) }
}

function curveHtml(curve: LossCurve): Html {
  const { network, reason } = curve
  const figure = chartFigure({
    caption: html`Loss of each epoch${network === undefined ? null : html`: ${network}`}`,
    alternative: alternativeOf(curve),
    chart: chartOf(curve),
    tableRows: tableRows(curve),
  })
  return html`<p>The end of the training: ${reason}.</p>
${figure}`
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

function chartOf({ epochs, training, validation, bestEpoch }: LossCurve): Chart {
  const losses = [...training, ...(validation ?? [])].filter(Number.isFinite)
  const [least, most] = losses.reduce(
    ([low, high], loss) => [Math.min(low, loss), Math.max(high, loss)],
    [Infinity, -Infinity],
  )
  return {
    x: epochs,
    xLabel: 'epoch',
    yLabel: 'loss',
    isLog: least > 0 && most / least > LOG_RATIO,
    canZoom: epochs.length > 2,
    series: [
      { name: 'training', color: 0, style: 'line', y: training.map(finiteOrNull) },
      ...(validation === undefined
        ? []
        : [{ name: 'validation', color: 1, style: 'line', y: validation.map(finiteOrNull) } as const]),
    ],
    ...(bestEpoch === undefined ? {} : { mark: { x: bestEpoch, label: `best epoch: ${shownNumber(bestEpoch)}` } }),
  }
}

function alternativeOf({ epochs, training, validation, bestEpoch }: LossCurve): string {
  const fell = (name: string, losses: readonly number[]) =>
    `The ${name} loss goes from ${shownNumber(losses[0])} to ${shownNumber(losses[losses.length - 1])}.`
  return [
    `Line chart of ${counted(epochs[epochs.length - 1] - epochs[0] + 1, 'epoch')}.`,
    fell('training', training),
    ...(validation === undefined ? [] : [fell('validation', validation)]),
    ...(bestEpoch === undefined ? [] : [`The best epoch is ${shownNumber(bestEpoch)}.`]),
  ].join(' ')
}

/** Places of the curve, with the best epoch. */
function tableRows({ epochs, bestEpoch }: LossCurve): number[] {
  const places = spread(epochs.length, TABLE_ROWS)
  const best = bestEpoch === undefined ? -1 : epochs.indexOf(bestEpoch)
  return best < 0 || places.includes(best) ? places : [...places, best].sort((a, b) => a - b)
}
