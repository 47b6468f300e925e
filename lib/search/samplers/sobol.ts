/**
 * Sobol's sequence: points that fill the space more evenly than random ones. Each parameter has a dimension of its own,
 * also where it is active in some trials only; those after the last dimension are drawn at random.
 */
import { choice } from '../../kernels/option-table.js'
import { searchStreams } from '../space/random.js'
import { scaleOf } from '../space/scale.js'
import { drawOf } from './active.js'
import { BITS, DIMENSIONS, directionNumbers } from './direction-numbers.js'
import type { Sampler } from './sampler.js'

const SCRAMBLES = ['owen', 'shift', 'none'] as const

/**
 * Point `index` of a dimension: the sum (exclusive or) of the numbers of the bits of its Gray code (Antonov and Saleev,
 * 1979).
 */
export function sobolPoint(directions: Uint32Array, index: number): number {
  let bits = index ^ (index >>> 1)
  let point = 0
  for (let i = 0; bits !== 0; i++, bits >>>= 1) if (bits & 1) point ^= directions[i]
  return point >>> 0
}

function reversed(bits: number): number {
  let x = bits
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return ((x >>> 16) | (x << 16)) >>> 0
}

/**
 * Owen's nested scrambling (1995), by a hash: each bit is changed or not, depending on the bits above it and the seed
 * (Burley, Journal of Computer Graphics Techniques 9, 2020; the hash with the constants of N. Vegdahl, 2021). On
 * reversed bits these are multiplications by odd and additions, in which a bit depends on lower bits only.
 */
export function owenScrambled(point: number, seed: number): number {
  let x = reversed(point)
  x ^= Math.imul(x, 0x3d20adea)
  x = (x + seed) | 0
  x = Math.imul(x, (seed >>> 16) | 1)
  x ^= Math.imul(x, 0x05526c56)
  x ^= Math.imul(x, 0x53a22864)
  return reversed(x)
}

const SCALE = 2 ** -BITS

export const sobol = {
  options: {
    /**
     * How the seed changes the points: `owen` (nested scrambling), `shift` (the same exclusive or for all points of a
     * dimension), or `none`: the plain sequence, the same for each seed, whose first point has the lowest value of each
     * parameter. Default owen.
     */
    scramble: choice('owen', SCRAMBLES),
  },
  // The points fill the space evenly after each power of two.
  usualBatch: (trials) => Math.min(trials, 2 ** 10),
  draws({ space, seed, first, count }, [scramble]) {
    const scales = space.parameters.map(({ distribution }) => scaleOf(distribution))
    const directions = scales.slice(0, DIMENSIONS).map((_, dimension) => directionNumbers(dimension))
    const streams = searchStreams(seed, 'sobol')
    const seeds = directions.map((_, dimension) => streams(dimension).next())
    const rest = searchStreams(seed, 'random')
    const scrambled = (point: number, dimension: number): number => {
      const mode = SCRAMBLES[scramble]
      if (mode === 'owen') return owenScrambled(point, seeds[dimension])
      return mode === 'shift' ? (point ^ seeds[dimension]) >>> 0 : point
    }
    return Array.from({ length: count }, (_, i) => {
      const random = directions.length < scales.length ? rest(first + i) : null
      return drawOf(space, (at) => {
        if (at >= directions.length && random !== null) return scales[at](random.uniform())
        return scales[at](scrambled(sobolPoint(directions[at], first + i), at) * SCALE)
      })
    })
  },
} satisfies Sampler
