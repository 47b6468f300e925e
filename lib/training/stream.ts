/** `trainer.stream`: a fit as an asynchronous iterator. */
import { abortSignal, onAbort } from '../checks/abort.js'
import { wrongType } from '../checks/errors.js'
import { fitOptions } from './fit-options.js'
import type { TrainingProgress } from './history.js'

/** The progress of a fit that `start` begins, with the options given and the iterator's own `signal` and `onProgress`. */
export async function* streamOf<Result>(
  start: (options: object) => Promise<Result>,
  options: unknown,
): AsyncGenerator<TrainingProgress, Result, void> {
  const { onProgress, ...given } = fitOptions(options)
  const signal = abortSignal(given.signal)
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
  const abort = (): void => controller.abort(signal?.reason)
  if (signal?.aborted) abort()
  const forget = signal === null ? null : onAbort(signal, abort)
  const fitted = start({ ...given, signal: controller.signal, onProgress: news })
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
    forget?.()
    controller.abort()
    await settled
  }
}
