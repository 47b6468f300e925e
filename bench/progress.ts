/** Shows how far the run is: a bar where a person watches, a line a step where the output is kept. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** Tells of a step that is done. */
  step(latest: string): void
  stop(): void
}

export function startProgress(steps: number, unit: string): Progress {
  return process.stderr.isTTY ? progressBar(steps, unit) : progressLines(steps)
}

function progressBar(steps: number, unit: string): Progress {
  const bar = new SingleBar({
    format: `{bar} {value} of {total} ${unit}  {latest}`,
    clearOnComplete: true,
    hideCursor: true,
  })
  bar.start(steps, 0, { latest: 'warming up' })
  return {
    step: (latest) => bar.increment(1, { latest }),
    stop: () => bar.stop(),
  }
}

function progressLines(steps: number): Progress {
  let done = 0
  return {
    step: (latest) => console.error(`${++done} of ${steps}  ${latest}`),
    stop: () => {},
  }
}
