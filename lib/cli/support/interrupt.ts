/** SIGINT (Ctrl-C) and SIGTERM: the first one ends the work in order, a second one ends the process at once. */
import { constants } from 'node:os'
import process from 'node:process'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
type Signal = (typeof SIGNALS)[number]

/** As shells have it: 130 after Ctrl-C, 143 after SIGTERM. */
const statusAfter = (signal: Signal): number => 128 + constants.signals[signal]

/** The signal that interrupted the work, if one did. */
export interface Interruption {
  /** The exit status to end with; null where there was no signal. */
  readonly status: number | null
}

/**
 * Does work during which the first signal only calls `stop`.
 * @param atOnce called before a second signal ends the process: it cannot wait for anything
 */
export async function interruptible<Result>(
  work: (interruption: Interruption) => Promise<Result>,
  stop: () => void,
  atOnce: () => void = () => {},
): Promise<Result> {
  let status: number | null = null
  const listener = (signal: Signal): void => {
    if (status !== null) {
      atOnce()
      process.exit(statusAfter(signal))
    }
    status = statusAfter(signal)
    stop()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  try {
    return await work({
      get status() {
        return status
      },
    })
  } finally {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}
