/** What the colours and shapes of the map mean. */
import type { DataSet } from '../../data/data-set.js'
import { cleared, useDrawn } from '../canvas.js'
import { colourOf } from '../colours.js'
import { data } from '../page-state.js'
import { steady } from '../steady.js'
import type { Shown } from './map-image.js'
import { classColour, drawMark } from './marks.js'
import { spreadBound } from './spread.js'
import { tickText } from './ticks.js'

interface SwatchProps {
  /** The number of a class; none for rows of any class. */
  readonly label?: number
  readonly isValidation?: boolean
}

export function Swatch({ label, isValidation = false }: SwatchProps) {
  const canvas = useDrawn((element, size) => {
    if (size.width === 0) return
    const colour = label === undefined ? colourOf('--muted') : classColour(label)
    const context = cleared(element, size)
    drawMark(context, size.width / 2, size.height / 2, { colour, label: label ?? null, isValidation })
  })
  return (
    <span class="swatch" aria-hidden="true">
      <canvas ref={canvas} />
    </span>
  )
}

export function Legend({ shown }: { readonly shown: Shown }) {
  const made = data.value
  return (
    <ul class="legend">
      {made?.task === 'classes' &&
        made.classes.map((name, label) => (
          <li key={name}>
            <Swatch key={label} label={label} /> {name}
          </li>
        ))}
      <li>
        <Swatch /> training
      </li>
      <li>
        <Swatch isValidation /> validation
      </li>
      <Scale data={made} shown={shown} />
    </ul>
  )
}

/** The colours of the map, with the numbers at their ends. */
function Scale({ data: made, shown }: { readonly data: DataSet | null; readonly shown: Shown }) {
  const taken = steady.value
  if (made === null || taken === null) return <li class="scale" />
  const { low, high, count } = taken.outputs
  if (shown === 'spread') return <Ramp kind="spread" low={0} high={spreadBound(taken)} name="standard deviation" />
  if (count > 1) return <li class="scale">stronger colours: larger outputs</li>
  return <Ramp kind="signed" low={low} high={high} name={made.task === 'number' ? made.target.name : 'output'} />
}

interface RampProps {
  readonly kind: 'spread' | 'signed'
  readonly low: number
  readonly high: number
  readonly name: string
}

const Ramp = ({ kind, low, high, name }: RampProps) => (
  <li class="scale">
    {name} {tickText(low)} <span class={`ramp ${kind}`} /> {tickText(high)}
  </li>
)
