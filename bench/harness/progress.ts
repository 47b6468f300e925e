/** Shows the progress of a run: a bar on a terminal, otherwise a line per step. No line is wider than 80 columns. */
import { SingleBar } from 'cli-progress'
import { clip, WIDTH } from './text.js'

export interface Progress {
  /** A step is done; `latest` names it in a few words. */
  step(latest: string): void
  stop(): void
}

export function startProgress(steps: number, unit: string): Progress {
  return process.stderr.isTTY ? progressBar(steps, unit) : progressLines(steps)
}

const BAR_SIZE = 20

function progressBar(steps: number, unit: string): Progress {
  const bar = new SingleBar({
    format: `{bar} {value} of {total} ${unit}  {latest}`,
    barsize: BAR_SIZE,
    clearOnComplete: true,
    hideCursor: true,
  })
  const widest = `${steps} of ${steps} ${unit}  `.length + BAR_SIZE + 1
  bar.start(steps, 0, { latest: 'warming up' })
  return {
    step: (latest) => bar.increment(1, { latest: clip(latest, WIDTH - widest) }),
    stop: () => bar.stop(),
  }
}

function progressLines(steps: number): Progress {
  let done = 0
  return {
    step: (latest) => console.error(clip(`${++done} of ${steps}  ${latest}`)),
    stop: () => {},
  }
}
