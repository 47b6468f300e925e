/** The map of the model's outputs with the rows of the data, or of the spread of an ensemble. */
import { computed, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { useDrawn } from '../canvas.js'
import { data, picture, settings, snapshot } from '../page-state.js'
import { HorizontalAxis, VerticalAxis } from './axes.js'
import { drawPoints, drawRows } from './draw-rows.js'
import { axes, cancelled, cursor, dragging, isEditing, points, pressed, released, typed } from './editing.js'
import { Editor } from './editor.js'
import { Legend } from './legend.js'
import { MapImage, type Shown } from './map-image.js'
import { tickText } from './ticks.js'

const chosen = signal<Shown>('mean')
/** One member has no spread. */
const shown = computed((): Shown => (settings.value.members > 1 ? chosen.value : 'mean'))

export function Output() {
  return (
    <section class="panel" aria-labelledby="output">
      <div class="heading">
        <h2 id="output">Output</h2>
        <label class="choice">
          <input
            type="checkbox"
            disabled={settings.value.members === 1}
            checked={shown.value === 'spread'}
            onChange={({ currentTarget }) => {
              chosen.value = currentTarget.checked ? 'spread' : 'mean'
            }}
          />
          <span>spread of the members</span>
        </label>
      </div>
      <div class="plot">
        <VerticalAxis />
        <div class="square">
          <MapCanvas />
          <RowCanvas />
        </div>
        <HorizontalAxis />
      </div>
      <Legend shown={shown.value} />
      <Editor />
    </section>
  )
}

/** The map. It is all that is drawn for each snapshot. */
function MapCanvas() {
  const map = useMemo(() => new MapImage(), [])
  const canvas = useDrawn((element) => {
    const taken = snapshot.value
    if (taken !== null) map.paint(element, taken, shown.value)
    else element.getContext('2d')?.clearRect(0, 0, element.width, element.height)
  })
  return (
    <div class="map" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  )
}

/** The rows over the map. They are drawn when the data change. */
function RowCanvas() {
  const canvas = useDrawn((element, size) => {
    const made = data.value
    if (size.width === 0) return
    if (isEditing.value) drawPoints(element, size, axes.value, points.value, made, cursor.value)
    else if (made !== null) drawRows(element, size, made, picture.value.axes)
  })
  // The canvas stays the same one: only what it is to the keyboard and to screen readers changes.
  return (
    <div class={isEditing.value ? 'rows edited' : 'rows'} {...(isEditing.value ? editor() : image())}>
      <canvas ref={canvas} />
    </div>
  )
}

const image = () => ({ role: 'img' as const, 'aria-label': description() })

const editor = () => ({
  role: 'application' as const,
  tabIndex: 0,
  'aria-label': `Editor of your points. ${description()}`,
  'aria-describedby': 'keys',
  onPointerDown: pressed,
  onPointerMove: dragging,
  onPointerUp: released,
  onPointerCancel: cancelled,
  onKeyDown: typed,
})

/** What the map shows, without what changes while the training runs. */
function description(): string {
  const [across, up] = axes.value
  const rangeOf = ({ name, min, max }: typeof up): string => `${name} from ${tickText(min)} to ${tickText(max)}`
  const made = data.value
  const rows =
    made === null ? '' : ` ${made.training.count} training rows and ${made.validation.count} validation rows.`
  const what = shown.value === 'spread' ? 'the standard deviation of the members' : 'the output'
  return `Map of ${what}, ${rangeOf(across)}, ${rangeOf(up)}.${rows}`
}
