/** The losses of training and validation over the epochs. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { colourOf } from '../colours.js'
import { snapshot } from '../page-state.js'

const HEIGHT = 220

function chart(host: HTMLElement): uPlot {
  const axis = { stroke: () => colourOf('--text'), grid: { stroke: () => colourOf('--line') } }
  const line = (label: string, colour: string, dash: number[] = []) => ({
    label,
    stroke: () => colourOf(colour),
    width: 2,
    dash,
    points: { show: false },
  })
  return new uPlot(
    {
      width: host.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false } },
      axes: [{ ...axis, label: 'epoch' }, axis],
      series: [{ label: 'epoch' }, line('training', '--first'), line('validation', '--second', [6, 3])],
    },
    [[], [], []],
    host,
  )
}

export function Curves() {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  useEffect(() => {
    const element = host.current as HTMLDivElement
    const made = chart(element)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [])
  useSignalEffect(() => {
    const losses = snapshot.value?.losses
    if (losses === undefined) return
    const { epochs, training, validation } = losses
    const validated = validation.mean.length === 0 ? new Float64Array(epochs.length).fill(NaN) : validation.mean
    plot.current?.setData([epochs, training.mean, validated])
  })
  return (
    <section class="panel" aria-labelledby="curves">
      <h2 id="curves">Loss</h2>
      <div class="chart" ref={host} />
    </section>
  )
}
