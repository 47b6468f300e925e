/** What the parameters have to do with the values: importance, parallel coordinates, and a chart for each of them. */
import { dataText, type Html, html } from '../../../page/html.js'
import { counted, shownNumber, shownShare } from '../../../page/numbers.js'
import { bar, type Section } from '../../../page/section.js'
import { andMore, table } from '../../../page/table.js'
import { countsOf, keyOfStates } from '../parts/counts.js'
import { type GatheredStudy, MAX_PARAMETERS } from '../parts/gather.js'
import { pathText } from '../parts/path-text.js'
import { plotFigure } from '../parts/plot.js'

const MAX_BARS = 40
/** The width of an axis of parallel coordinates, in rem. */
const AXIS_WIDTH = 5.5

export function importanceSection({ importance, study }: GatheredStudy): Section | null {
  if (importance.length === 0) return null
  const [{ importance: most }] = importance
  if (!(most > 0)) {
    const content = html`<p>The trials are too few, or too much alike, to say which parameters matter.</p>\n`
    return { id: 'importance', title: 'Importance of the parameters', content }
  }
  const shown = importance.slice(0, MAX_BARS)
  const content = [
    html`<p>How much a parameter alone decides whether a trial is among the best tenth of all
${counted(study.trials.length, 'trial')}. What two parameters decide together is in neither of them.</p>\n`,
    table({
      caption: 'Importance of the parameters',
      head: ['parameter', html`<span class="hidden">share of the largest</span>`, 'importance'],
      body: shown.map((one) => [pathText(one.parameter), bar(one.importance / most), shownShare(one.importance)]),
      isNumber: (column) => column === 2,
      className: 'bars',
    }),
    andMore(importance.length, shown.length, 'parameters'),
  ]
  return { id: 'importance', title: 'Importance of the parameters', content }
}

export function parallelSection({ study, parameters, data }: GatheredStudy): Section | null {
  if (parameters.length === 0 || study.trials.length === 0) return null
  const names = parameters.map(({ short }) => short)
  const counts = countsOf(study.trials)
  const content = [
    html`<p>Each line is a trial: its parameters, the most important first, and at the right its value. A parameter that a
trial does not have is below the axis.</p>\n`,
    moreParameters(study.space.parameters.length),
    plotFigure({
      kind: 'parallel',
      shape: 'tall',
      caption: 'Parameters and values of the trials',
      alternative: `Parallel coordinates of ${counted(data.numbers.length, 'trial')}, with an axis for each of: ${names.join(', ')}, ${study.metric}.`,
      key: [
        ...(data.top === 0 ? [] : [['top', `the best ${data.top}`] as const]),
        ...keyOfStates(counts),
        ['selected', 'chosen'],
      ],
      hint: 'Drag along an axis to choose a range, click a line to choose its trial.',
      minWidth: AXIS_WIDTH * (parameters.length + 1),
    }),
    html`<p class="script"><span id="brushed" aria-live="polite"></span>
<button type="button" id="unbrush" hidden>Show all trials</button></p>\n`,
    SELECTED,
  ]
  return { id: 'parallel', title: 'Parallel coordinates', content }
}

/** Where the script shows the trial that is chosen. */
const SELECTED = html`<div class="script" id="selected" role="region" aria-label="The chosen trial" hidden>
<h3 aria-live="polite"></h3>
<p><button type="button" data-by="-1">Next better</button> <button type="button" data-by="1">Next worse</button>
<button type="button" data-by="0">Best</button></p>
<dl class="facts"></dl>
<pre tabindex="0" aria-label="Its options"><code></code></pre>
</div>
`

const moreParameters = (count: number): Html | null => andMore(count, MAX_PARAMETERS, 'parameters')

export function slicesSection({ study, parameters, data }: GatheredStudy): Section | null {
  if (parameters.length === 0 || data.values.every((value) => value === null)) return null
  const { low, high } = data.valueAxis
  const figures = parameters.map(({ parameter: { name }, short }, place) =>
    plotFigure({
      ...{ kind: 'slice', place, key: [], shape: 'small' },
      caption: dataText(short),
      alternative: `Scatter chart of ${study.metric}, from ${shownNumber(low)} to ${shownNumber(high)}, against ${name}.`,
    }),
  )
  const content = [moreParameters(study.space.parameters.length), html`<div class="charts">${figures}</div>\n`]
  return { id: 'slices', title: 'Values by parameter', content }
}
