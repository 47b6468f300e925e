/** The numbers and names of the map's axes. */
import type { Input } from '../../data/data-set.js'
import { axes } from './editing.js'
import { ticksOf, tickText } from './ticks.js'

const shareOf = ({ min, max }: Input, value: number): string => `${((value - min) / (max - min)) * 100}%`

export function VerticalAxis() {
  const [, up] = axes.value
  return (
    <div class="axis up" aria-hidden="true">
      <span class="name">{up.name}</span>
      {ticksOf(up.min, up.max).map((value) => (
        <span class="tick" key={value} style={{ bottom: shareOf(up, value) }}>
          {tickText(value)}
        </span>
      ))}
    </div>
  )
}

export function HorizontalAxis() {
  const [across] = axes.value
  return (
    <div class="axis across" aria-hidden="true">
      {ticksOf(across.min, across.max).map((value) => (
        <span class="tick" key={value} style={{ left: shareOf(across, value) }}>
          {tickText(value)}
        </span>
      ))}
      <span class="name">{across.name}</span>
    </div>
  )
}
