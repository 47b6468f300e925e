/** The map of the model's outputs with the data, or of the spread of an ensemble. */
import { signal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { onScheme } from '../colours.js'
import { data, picture, settings, snapshot } from '../page-state.js'
import { paint, type Shown } from './paint.js'

const shown = signal<Shown>('mean')

function draw(canvas: HTMLCanvasElement | null): void {
  const [taken, made] = [snapshot.value, data.value]
  const mode = settings.value.members > 1 ? shown.value : 'mean'
  if (canvas !== null && taken !== null && made !== null) paint(canvas, taken, made, picture.value, mode)
}

export function Output() {
  const canvas = useRef<HTMLCanvasElement>(null)
  useSignalEffect(() => draw(canvas.current))
  useEffect(() => onScheme(() => draw(canvas.current)), [])
  return (
    <section class="panel" aria-labelledby="output">
      <h2 id="output">Output</h2>
      <canvas class="map" ref={canvas} role="img" aria-label="Map of the outputs, with the rows of the data" />
      <p class="note">Discs are training rows, rings are validation rows.</p>
      <label>
        <input
          type="checkbox"
          disabled={settings.value.members === 1}
          checked={shown.value === 'spread'}
          onChange={(event) => {
            shown.value = event.currentTarget.checked ? 'spread' : 'mean'
          }}
        />{' '}
        Show where the members differ
      </label>
    </section>
  )
}
