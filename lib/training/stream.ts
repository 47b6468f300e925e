/** `trainer.stream`: a fit as an asynchronous iterator. */
import { wrongType } from '../checks/errors.js'
import type { TrainingProgress } from './history.js'

interface Options {
  readonly signal?: AbortSignal
  readonly onProgress?: unknown
}

/** The progress of a fit that `start` begins, with the options given and the iterator's own `signal` and `onProgress`. */
export async function* streamOf<Given extends Options, Result>(
  start: (options: Given) => Promise<Result>,
  options: Given,
): AsyncGenerator<TrainingProgress, Result, void> {
  const { onProgress, signal } = (options ?? {}) as Options
  if (onProgress !== undefined) {
    throw wrongType('nothing', 'onProgress', onProgress, 'stream gives the progress itself: leave it out, or use fit.')
  }
  const controller = new AbortController()
  let latest: TrainingProgress | null = null
  let wake = (): void => {}
  const news = (progress: TrainingProgress): void => {
    latest = progress
    wake()
  }
  let ended = false
  const both = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal])
  const fitted = start({ ...options, signal: both, onProgress: news })
  const settled = fitted
    .catch(() => {})
    .then(() => {
      ended = true
      wake()
    })
  try {
    for (;;) {
      if (latest !== null) {
        const progress: TrainingProgress = latest
        latest = null
        yield progress
      } else if (ended) {
        return await fitted
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    controller.abort()
    await settled
  }
}
