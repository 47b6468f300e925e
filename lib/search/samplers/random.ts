/** Random search: each trial is drawn from the distributions of its parameters (Bergstra and Bengio, JMLR 13, 2012). */
import { searchStreams } from '../space/random.js'
import { scaleOf } from '../space/scale.js'
import { drawOf } from './active.js'
import type { Sampler } from './sampler.js'

/** The most trials of a batch whose trials do not depend on earlier ones: enough to fill all lanes and threads. */
export const LARGE_BATCH = 1000

export const random = {
  options: {},
  usualBatch: (trials) => Math.min(trials, LARGE_BATCH),
  draws({ space, seed, first, count }) {
    const scales = space.parameters.map(({ distribution }) => scaleOf(distribution))
    const streams = searchStreams(seed, 'random')
    return Array.from({ length: count }, (_, i) => {
      const stream = streams(first + i)
      return drawOf(space, (at) => scales[at](stream.uniform()))
    })
  },
} satisfies Sampler
