/** Predicted against actual numbers. */

import { dataText, type Html, html } from '../../../page/html.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import { chartFigure } from '../parts/chart.js'
import type { Scatter } from '../parts/data.js'

export function scatterFigure(target: string, { actual, predicted, rows }: Scatter): Html {
  const order = actual.map((_, i) => i).sort((a, b) => actual[a] - actual[b] || predicted[a] - predicted[b] || a - b)
  const x = order.map((i) => actual[i])
  const y = order.map((i) => predicted[i])
  const [low, high] = rangeOf([...x, ...y])
  const points = counted(x.length, 'row')
  const which = rows > x.length ? `a seeded sample of ${points} of ${shownNumber(rows)}` : points
  return chartFigure({
    caption: html`Predicted against actual ${dataText(target)}: ${which}`,
    alternative:
      `Scatter chart of ${which}. Actual values are from ${shownNumber(x[0])} to ${shownNumber(x[x.length - 1])}, ` +
      `predicted ones from ${shownNumber(leastOf(y))} to ${shownNumber(-leastOf(y.map((value) => -value)))}. ` +
      'Points on the dashed line are exact.',
    chart: {
      x,
      xLabel: 'actual',
      yLabel: 'predicted',
      range: [low, high],
      series: [
        { name: 'exact', color: 4, style: 'dashed', y: x },
        { name: 'row', color: 0, style: 'points', y },
      ],
    },
    tableRows: [],
    shape: 'square',
  })
}

const leastOf = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value), Infinity)

/** The range of some numbers with a margin. */
function rangeOf(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [leastOf(values), -leastOf(values.map((value) => -value))]
  const margin = high > low ? (high - low) / 20 : Math.max(Math.abs(low), 1) / 2
  return [low - margin, high + margin]
}
