/** The progress of work, such as a training, on stderr: a bar on a terminal, else a line now and then. */
import process from 'node:process'
import type { TrainingProgress } from '../../index.js'

export interface ProgressDisplay<Progress = TrainingProgress> {
  readonly show: (progress: Progress) => void
  /** Leaves the terminal as it was. It may be called again. */
  readonly end: () => void
}

/** What a display shows of the progress of some work. */
export interface ProgressForm<Progress> {
  /** What is counted, such as `epochs`. */
  readonly unit: string
  /** How many are done, and how many there are. */
  readonly counts: (progress: Progress) => readonly [done: number, all: number]
  readonly values: (progress: Progress) => string
  readonly secondsLeft: (progress: Progress) => number
  /** The counts in a line of text. */
  readonly line: (done: number, all: number) => string
}

const TRAINING: ProgressForm<TrainingProgress> = {
  unit: 'epochs',
  counts: ({ epoch, epochs }) => [epoch, epochs],
  values: losses,
  secondsLeft: ({ secondsLeft }) => secondsLeft,
  line: (done, all) => `epoch ${done} of ${all}`,
}

/** Milliseconds between two lines where there is no terminal. */
const LINE_EVERY = 5000

export const progressDisplay = (quiet: boolean): Promise<ProgressDisplay> => displayOf(TRAINING, quiet)

export async function displayOf<Progress>(
  form: ProgressForm<Progress>,
  quiet: boolean,
): Promise<ProgressDisplay<Progress>> {
  if (quiet) return { show: () => {}, end: () => {} }
  return process.stderr.isTTY ? await bar(form) : lines(form)
}

async function bar<Progress>(form: ProgressForm<Progress>): Promise<ProgressDisplay<Progress>> {
  const { Presets, SingleBar } = (await import('cli-progress')).default
  const display = new SingleBar(
    {
      format: `{bar} {value}/{total} ${form.unit}  {values}  {left}`,
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
      const [done, all] = form.counts(progress)
      const texts = { values: form.values(progress), left: left(form.secondsLeft(progress)) }
      if (isShown) display.update(done, texts)
      else display.start(all, done, texts)
      isShown = true
    },
    end: () => {
      if (isShown) display.stop()
      isShown = false
    },
  }
}

function lines<Progress>(form: ProgressForm<Progress>): ProgressDisplay<Progress> {
  let last = -Infinity
  return {
    show: (progress) => {
      const now = performance.now()
      if (now - last < LINE_EVERY) return
      last = now
      const counts = form.line(...form.counts(progress))
      process.stderr.write(`${counts}, ${form.values(progress)}, ${left(form.secondsLeft(progress))}\n`)
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

function left(secondsLeft: number): string {
  if (!Number.isFinite(secondsLeft)) return 'time left unknown'
  const seconds = Math.ceil(secondsLeft)
  if (seconds < 60) return `${seconds} s left`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
}
