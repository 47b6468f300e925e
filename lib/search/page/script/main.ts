/** Runs in the page of a study: draws its charts, and lets the reader choose trials, ranges, and the order of the table. */
import type { PageData } from '../parts/page-data.js'
import { Choice } from './choice.js'
import { lineOf, prepareChosen } from './chosen.js'
import { type Parallel, parallelDrawing } from './parallel.js'
import { prepareRows } from './rows.js'
import { rungsDrawing } from './rungs.js'
import { historyDrawing, sliceDrawing } from './scatter.js'
import { type Drawing, keepDrawn, View } from './view.js'

const byId = (id: string): HTMLElement | null => document.getElementById(id)

/** A drag of fewer pixels is a click. */
const LEAST_DRAG = 4

function drawingOf({ kind, place }: DOMStringMap, choice: Choice): Drawing {
  if (kind === 'history') return historyDrawing(choice)
  if (kind === 'parallel') return parallelDrawing(choice)
  if (kind === 'rungs') return rungsDrawing(choice)
  return sliceDrawing(choice.data.parameters[Number(place)], choice)
}

/** A click chooses the trial below the pointer; the line below a chart is about it. */
function watchPointer(view: View, choice: Choice): void {
  const readout = view.element.closest('figure')?.querySelector('.readout')
  view.on('click', (event) => {
    const trial = view.drawing.trialAt(...view.placeOf(event))
    if (trial >= 0) choice.choose(trial)
  })
  if (!readout) return
  view.on('pointermove', (event) => {
    const trial = view.drawing.trialAt(...view.placeOf(event))
    readout.textContent = trial < 0 ? '' : lineOf(choice.data, trial)
  })
  view.on('pointerleave', () => {
    readout.textContent = ''
  })
}

/** A drag along an axis chooses a range of it; a click on the axis ends the range. Touches scroll instead. */
function watchRanges(view: View, drawing: Parallel, choice: Choice): void {
  const button = byId('unbrush')
  let drag: { axis: number; from: number; y: number } | null = null
  const show = (): void => choice.setRanges(drawing.inRanges())
  view.on('pointerdown', (event) => {
    if (event.pointerType === 'touch') return
    const [x, y] = view.placeOf(event)
    const [axis, from] = drawing.axisAt(x, y)
    if (axis < 0) return
    drag = { axis, from, y }
    view.capture(event)
  })
  view.on('pointermove', (event) => {
    if (drag === null) return
    const [x, y] = view.placeOf(event)
    if (Math.abs(y - drag.y) < LEAST_DRAG) return
    const [, to] = drawing.axisAt(x, y)
    const { axis, from } = drag
    drawing.ranges.set(axis, { axis, low: Math.min(from, to), high: Math.max(from, to) })
    show()
  })
  view.on('pointerup', (event) => {
    if (drag === null) return
    const [, y] = view.placeOf(event)
    if (Math.abs(y - drag.y) < LEAST_DRAG && drawing.ranges.delete(drag.axis)) show()
    drag = null
  })
  button?.addEventListener('click', () => {
    drawing.ranges.clear()
    show()
  })
}

function run(data: PageData): void {
  const choice = new Choice(data)
  const views = [...document.querySelectorAll<HTMLElement>('.plot')].map(
    (element) => new View(element, drawingOf(element.dataset, choice)),
  )
  for (const view of views) {
    watchPointer(view, choice)
    if (view.element.dataset.kind === 'parallel') watchRanges(view, view.drawing as Parallel, choice)
  }
  const [rows, chosen] = [byId('rows'), byId('selected')]
  if (rows !== null) prepareRows(rows, choice)
  if (chosen !== null) prepareChosen(chosen, choice)
  const [brushed, unbrush] = [byId('brushed'), byId('unbrush')]
  choice.onChange(() => {
    const { inRanges } = choice
    const count = inRanges?.filter(Boolean).length
    if (brushed !== null) brushed.textContent = count === undefined ? '' : `${count} of ${data.numbers.length} trials`
    if (unbrush !== null) unbrush.hidden = count === undefined
  })
  // Several changes before a frame are drawn once.
  let isWaiting = false
  choice.onChange(() => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(() => {
      isWaiting = false
      for (const view of views) view.drawMarks()
    })
  })
  keepDrawn(views)
  if (data.best >= 0) choice.choose(data.best)
}

const source = byId('data')
if (source !== null) run(JSON.parse(source.textContent ?? ''))
