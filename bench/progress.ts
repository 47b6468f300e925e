/** Shows how far the run is: a bar where a person watches, a line a seed where the output is kept. */
import { SingleBar } from 'cli-progress'
import type { Run } from './experiment.js'

export interface Progress {
  /** Tells of a seed that every path has trained. */
  round(seed: bigint, runs: readonly Run[]): void
  stop(): void
}

export function startProgress(rounds: number): Progress {
  return process.stderr.isTTY ? progressBar(rounds) : progressLines(rounds)
}

function progressBar(rounds: number): Progress {
  const bar = new SingleBar({
    format: '{bar} {value} of {total} seeds  {latest}',
    clearOnComplete: true,
    hideCursor: true,
  })
  bar.start(rounds, 0, { latest: 'warming up' })
  return {
    round: (seed, runs) => bar.increment(1, { latest: describe(seed, runs) }),
    stop: () => bar.stop(),
  }
}

function progressLines(rounds: number): Progress {
  let done = 0
  return {
    round: (seed, runs) => console.error(`${++done} of ${rounds}  ${describe(seed, runs)}`),
    stop: () => {},
  }
}

function describe(seed: bigint, runs: readonly Run[]): string {
  return `seed ${seed}: ${runs.map((run) => `${run.name} ${run.ms.toFixed(1)} ms`).join(', ')}`
}
