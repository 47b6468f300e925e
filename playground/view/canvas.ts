/** Canvases that are drawn when what they show has changed: signals, their size, or the colour scheme. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { onScheme } from './colours.js'

/** The size of a canvas in pixels of the style sheet. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * A reference for a canvas. `draw` is called after each change of the signals that it reads.
 * The size is observed instead of read, so that a frame needs no layout.
 */
export function useDrawn(draw: (canvas: HTMLCanvasElement, size: Size) => void) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useRef<Size>({ width: 0, height: 0 })
  const again = () => {
    if (canvas.current !== null) draw(canvas.current, size.current)
  }
  useSignalEffect(again)
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    const observer = new ResizeObserver(() => {
      size.current = { width: element.clientWidth, height: element.clientHeight }
      again()
    })
    observer.observe(element)
    const ended = onScheme(again)
    return () => {
      observer.disconnect()
      ended()
    }
  }, [])
  return canvas
}

/** An empty canvas of the size, whose units are pixels of the style sheet. */
export function cleared(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D {
  const ratio = devicePixelRatio
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down]
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}
