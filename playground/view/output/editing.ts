/** The editor of one's own points: what a click, a drag and a key do. A change begins a new run. */
import { computed, signal } from '@preact/signals'
import { CLASS_NAMES, inputsOf } from '../../data/make.js'
import type { Point } from '../../state/settings.js'
import { change, data, picture, settings } from '../page-state.js'
import { type Axes, moved, ownPoints, type Place, placeAt, pointAt } from './points.js'

/** What a click adds: a point of the class with this number; or it erases a point. */
export type Brush = number | 'erase'

export const brush = signal<Brush>(0)
/** The place of the keyboard's cursor; null before the first key. */
export const cursor = signal<Place | null>(null)
/** What the last change did, for screen readers. */
export const told = signal('')
/** The points while one of them is dragged. */
const draft = signal<readonly Point[] | null>(null)

export const isEditing = computed(() => settings.value.data.source === 'points')
export const points = computed(() => draft.value ?? settings.value.data.points)

/** The two inputs of the map. Points that cannot be trained with have them, too. */
export const axes = computed((): Axes => {
  const inputs = data.value?.inputs ?? inputsOf(settings.value.data.points)
  const [across, up] = picture.value.axes
  return [inputs[across], inputs[up]]
})

const commit = (next: readonly Point[]): boolean =>
  change({ ...settings.value, data: { ...settings.value.data, source: 'points', points: next } })

const nameOf = ([x, y, label]: Point): string => `${CLASS_NAMES[label]} at ${x}, ${y}`

function remove(index: number): void {
  const point = points.value[index]
  if (commit(points.value.filter((_, i) => i !== index))) told.value = `Removed the point of ${nameOf(point)}.`
}

/** Takes the rows of the data set as one's own points. */
export function takeRows(): void {
  const rows = ownPoints(data.value)
  if (rows !== null && commit(rows)) told.value = `These are ${rows.length} points of your own now.`
}

export function removeAll(): void {
  if (commit([])) told.value = 'Removed all points.'
}

/** The index of the dragged point, or -1. */
let dragged = -1

function placeOf({ currentTarget, clientX, clientY }: PointerEvent): Place {
  const { left, top, width, height } = (currentTarget as HTMLElement).getBoundingClientRect()
  return placeAt(axes.value, (clientX - left) / width, (clientY - top) / height)
}

export function pressed(event: PointerEvent): void {
  if (!isEditing.value || event.button !== 0) return
  const place = placeOf(event)
  const at = pointAt(points.value, axes.value, place)
  cursor.value = null
  if (brush.value === 'erase') {
    if (at >= 0) remove(at)
    return
  }
  const element = event.currentTarget as HTMLElement
  element.setPointerCapture(event.pointerId)
  const current = points.value
  dragged = at >= 0 ? at : current.length
  draft.value = at >= 0 ? current : [...current, [...place, brush.value]]
}

export function dragging(event: PointerEvent): void {
  const { value } = draft
  if (value !== null) draft.value = value.with(dragged, [...placeOf(event), value[dragged][2]])
}

export function released(): void {
  const { value } = draft
  draft.value = null
  // A click on a point, without a drag, changes nothing.
  if (value === null || value === settings.value.data.points) return
  const verb = value.length > settings.value.data.points.length ? 'Added a' : 'Moved the'
  if (commit(value)) told.value = `${verb} point of ${nameOf(value[dragged])}.`
}

export function cancelled(): void {
  draft.value = null
}

/** A step of the cursor as a share of the map; with Shift. */
const [STEP, SMALL_STEP] = [0.04, 0.01]
const ARROWS: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** Whether the key has a meaning in the editor. */
function use(key: string, isSmall: boolean): boolean {
  const arrow = ARROWS[key]
  const at = cursor.value ?? placeAt(axes.value, 0.5, 0.5)
  if (arrow !== undefined) {
    const step = isSmall ? SMALL_STEP : STEP
    cursor.value = moved(axes.value, at, step * arrow[0], step * arrow[1])
    told.value = `${cursor.value.join(', ')}`
  } else if (key === 'Enter' || key === ' ') {
    cursor.value = at
    if (brush.value === 'erase') return use('Delete', isSmall)
    const point: Point = [...at, brush.value]
    if (commit([...points.value, point])) told.value = `Added a point of ${nameOf(point)}.`
  } else if (key === 'Delete' || key === 'Backspace') {
    const index = pointAt(points.value, axes.value, at)
    if (index >= 0) remove(index)
    else told.value = 'There is no point here.'
  } else if (/^[1-4]$/.test(key)) {
    brush.value = Number(key) - 1
    told.value = CLASS_NAMES[Number(key) - 1]
  } else return false
  return true
}

export function typed(event: KeyboardEvent): void {
  if (!isEditing.value || event.ctrlKey || event.metaKey || event.altKey) return
  if (use(event.key, event.shiftKey)) event.preventDefault()
}
