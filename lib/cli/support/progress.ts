/** The progress of a training on stderr: a bar on a terminal, else a line now and then. */
import process from 'node:process'
import type { TrainingProgress } from '../../index.js'

export interface ProgressDisplay {
  readonly show: (progress: TrainingProgress) => void
  /** Leaves the terminal as it was. It may be called again. */
  readonly end: () => void
}

const NONE: ProgressDisplay = { show: () => {}, end: () => {} }
/** Milliseconds between two lines where there is no terminal. */
const LINE_EVERY = 5000

export async function progressDisplay(quiet: boolean): Promise<ProgressDisplay> {
  if (quiet) return NONE
  return process.stderr.isTTY ? await bar() : lines()
}

async function bar(): Promise<ProgressDisplay> {
  const { Presets, SingleBar } = (await import('cli-progress')).default
  const display = new SingleBar(
    {
      format: '{bar} {value}/{total} epochs  {losses}  {left}',
      stream: process.stderr,
      barsize: 24,
      gracefulExit: false,
      hideCursor: false,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  )
  let isShown = false
  return {
    show: (progress) => {
      const { epoch, epochs } = progress
      const values = { losses: losses(progress), left: left(progress) }
      if (isShown) display.update(epoch, values)
      else display.start(epochs, epoch, values)
      isShown = true
    },
    end: () => {
      if (isShown) display.stop()
      isShown = false
    },
  }
}

function lines(): ProgressDisplay {
  let last = -Infinity
  return {
    show: (progress) => {
      const now = performance.now()
      if (now - last < LINE_EVERY) return
      last = now
      const { epoch, epochs } = progress
      process.stderr.write(`epoch ${epoch} of ${epochs}, ${losses(progress)}, ${left(progress)}\n`)
    },
    end: () => {},
  }
}

function losses({ loss, validationLoss }: TrainingProgress): string {
  const validation = validationLoss === undefined ? '' : `, validation ${figure(validationLoss)}`
  return `loss ${figure(loss)}${validation}`
}

/** A number with four digits. */
export const figure = (value: number): string => String(Number(value.toPrecision(4)))

/** `1 row`, `2 rows`. */
export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

function left({ secondsLeft }: TrainingProgress): string {
  if (!Number.isFinite(secondsLeft)) return 'time left unknown'
  const seconds = Math.ceil(secondsLeft)
  if (seconds < 60) return `${seconds} s left`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
}
