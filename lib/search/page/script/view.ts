/** A chart on the page: a canvas that is drawn again when its width, the colours or the chosen trials change. */
import { PRINTED } from '../../../page/printed.js'

export interface Pen {
  readonly context: CanvasRenderingContext2D
  /** In CSS pixels, as all places. */
  readonly width: number
  readonly height: number
  /** A colour of the style sheet. */
  color(name: string): string
}

export interface Drawing {
  /** Draws all that does not change while the page is used. */
  base(pen: Pen): void
  /** Draws the chosen trial and the like above it. */
  marks(pen: Pen): void
  /** Says which trial is at a place; -1: none. */
  trialAt(x: number, y: number): number
}

/** How much finer a printed chart is. */
const PRINTED_SCALE = 2

const root = document.documentElement
export const isPrinted = (): boolean => 'printed' in root.dataset

export class View {
  private readonly canvas = document.createElement('canvas')
  private readonly below = document.createElement('canvas')
  private width = 0
  private height = 0
  private scale = 1

  constructor(
    readonly element: HTMLElement,
    readonly drawing: Drawing,
  ) {
    element.append(this.canvas)
  }

  /** Draws everything. */
  draw(): void {
    const { clientWidth, clientHeight } = this.element
    ;[this.width, this.height] = isPrinted() ? this.printedSize() : [clientWidth, clientHeight]
    this.scale = isPrinted() ? PRINTED_SCALE : Math.min(devicePixelRatio, 3)
    for (const canvas of [this.canvas, this.below]) {
      canvas.width = Math.max(1, Math.round(this.width * this.scale))
      canvas.height = Math.max(1, Math.round(this.height * this.scale))
    }
    this.drawing.base(this.penOn(this.below))
    this.drawMarks()
  }

  private printedSize(): readonly [width: number, height: number] {
    const { classList } = this.element.closest('figure') as HTMLElement
    return classList.contains('small') ? PRINTED.small : classList.contains('tall') ? PRINTED.tall : PRINTED.wide
  }

  /** Draws the marks again. */
  drawMarks(): void {
    const { canvas, below } = this
    const pen = this.penOn(canvas)
    pen.context.save()
    pen.context.setTransform(1, 0, 0, 1, 0, 0)
    pen.context.clearRect(0, 0, canvas.width, canvas.height)
    pen.context.drawImage(below, 0, 0)
    pen.context.restore()
    this.drawing.marks(pen)
  }

  /** The place of a pointer in the chart. */
  placeOf({ clientX, clientY }: MouseEvent): [x: number, y: number] {
    const { left, top } = this.canvas.getBoundingClientRect()
    return [clientX - left, clientY - top]
  }

  on(type: 'click' | 'pointermove' | 'pointerleave' | 'pointerdown' | 'pointerup', use: (event: PointerEvent) => void) {
    this.canvas.addEventListener(type, (event) => use(event as PointerEvent))
  }

  /** Further events of a pointer come to this chart, wherever it is moved. */
  capture(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId)
  }

  private penOn(canvas: HTMLCanvasElement): Pen {
    const { width, height, scale } = this
    const context = canvas.getContext('2d') as CanvasRenderingContext2D
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.font = '12px system-ui, sans-serif'
    context.lineWidth = 1
    const style = getComputedStyle(root)
    return { context, width, height, color: (name) => style.getPropertyValue(`--${name}`).trim() }
  }
}

/** Draws views again when the width or the colours change, and for print. */
export function keepDrawn(views: readonly View[]): void {
  const byElement = new Map<Element, View>(views.map((view) => [view.element, view]))
  const widths = new Map<Element, number>()
  const drawAll = (): void => {
    for (const view of views) view.draw()
  }
  // It reports each element once at the beginning.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (isPrinted() || widths.get(target) === target.clientWidth) continue
      widths.set(target, target.clientWidth)
      byElement.get(target)?.draw()
    }
  })
  for (const { element } of views) observer.observe(element)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  addEventListener('beforeprint', () => {
    root.dataset.printed = ''
    drawAll()
  })
  addEventListener('afterprint', () => {
    delete root.dataset.printed
    drawAll()
  })
}
