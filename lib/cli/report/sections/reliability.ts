/** Whether predicted probabilities are as often right as they say. */

import { type Html, html } from '../../../page/html.js'
import { shownNumber, shownShare } from '../../../page/numbers.js'
import { table } from '../../../page/table.js'
import { chartFigure } from '../parts/chart.js'
import type { Reliability } from '../parts/data.js'

export function reliabilityFigure({ bins, error }: Reliability): Html {
  const x = [0, ...bins.map(({ confidence }) => confidence), 1]
  const right = [null, ...bins.map((bin) => bin.right), null]
  const figure = chartFigure({
    caption: html`Calibration: the share of right labels against their probability`,
    alternative:
      `Line chart with ${bins.length} points. The expected calibration error is ${shownShare(error)}. ` +
      'Points on the dashed line are calibrated; below it, the model is too sure.',
    chart: {
      x,
      xLabel: 'mean probability of the predicted label',
      yLabel: 'share right',
      range: [0, 1],
      series: [
        { name: 'calibrated', color: 4, style: 'dashed', y: x },
        { name: 'model', color: 0, style: 'both', y: right },
      ],
    },
    tableRows: [],
    shape: 'square',
  })
  const body = bins.map((bin) => [
    `${shownShare(bin.from)} to ${shownShare(bin.to)}`,
    shownNumber(bin.rows),
    shownShare(bin.confidence),
    shownShare(bin.right),
  ])
  const head = ['probability', 'rows', 'mean', 'right']
  const caption = `Calibration in bins of the predicted label’s probability; expected error ${shownShare(error)}`
  return html`${figure}${table({ caption, head, body, isNumber: (i) => i > 0 })}`
}
