/** A chart in the page: it follows the width and the colour scheme. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { onScheme } from '../colours.js'
import { type Columns, newChart } from './chart.js'

interface PlotProps {
  readonly label: string
  readonly height: number
  readonly hasBands: boolean
  readonly range?: [number, number]
  /** The columns. It reads signals, after whose changes the chart is drawn. */
  readonly columns: () => Columns
}

export function Plot({ label, height, hasBands, range, columns }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  useEffect(() => {
    const element = host.current as HTMLDivElement
    const made = newChart(element, { height, label, hasBands, range })
    made.setData(columns() as uPlot.AlignedData)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resized.observe(element)
    const ended = onScheme(() => made.redraw(false, true))
    return () => {
      plot.current = null
      ended()
      resized.disconnect()
      made.destroy()
    }
  }, [])
  useSignalEffect(() => {
    const values = columns() as uPlot.AlignedData
    plot.current?.setData(values)
  })
  return <div class="chart" ref={host} style={{ height: `${height}px` }} aria-hidden="true" />
}
