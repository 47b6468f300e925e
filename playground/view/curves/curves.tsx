/** The losses and accuracies of training and validation over the epochs, as charts and in words. */
import type { SpreadSeries } from '../../training/loss-series.js'
import { Line } from '../line.js'
import { data } from '../page-state.js'
import { steady } from '../steady.js'
import { AccuracySeries } from './accuracy-series.js'
import type { Columns } from './chart.js'
import { Plot } from './plot.js'
import { summaryOf } from './summary.js'

const accuracies = new AccuracySeries()

/** NaN where there is no validation. */
function lossColumns(): Columns {
  const losses = steady.value?.losses
  if (losses === undefined) return Array.from({ length: 7 }, () => new Float64Array(0))
  const { epochs, training, validation } = losses
  const none = new Float64Array(epochs.length).fill(NaN)
  const of = ({ low, high }: SpreadSeries): Columns => (low.length === 0 ? [none, none] : [low, high])
  const mean = validation.mean.length === 0 ? none : validation.mean
  return [epochs, training.mean, mean, ...of(training), ...of(validation)]
}

function accuracyColumns(): Columns {
  const taken = steady.value
  if (taken === null) accuracies.clear()
  else accuracies.add(taken)
  return accuracies.all()
}

export function Curves() {
  return (
    <section class="panel" aria-labelledby="curves">
      <div class="heading">
        <h2 id="curves">Curves</h2>
        <Key />
      </div>
      <Plot label="loss" height={200} hasBands columns={lossColumns} />
      {data.value?.task !== 'number' && (
        <Plot label="accuracy (%)" height={150} hasBands={false} range={[0, 100]} columns={accuracyColumns} />
      )}
      <Summary />
    </section>
  )
}

const Key = () => (
  <p class="key" aria-hidden="true">
    <Line colour="--text" dashes="" /> training <Line colour="--fourth" dashes="7 4" /> validation
  </p>
)

const Summary = () => <p class="note summary">{summaryOf(steady.value)}</p>
