/**
 * The starting weights of the original experiment: equal seeds give equal weights.
 *
 * Its program draws from a PCG XSL-RR 128/64 generator (rand_pcg 0.3's `Pcg64`) seeded with `seed_from_u64`, through
 * `Uniform::new(0, 1)` of rand 0.8. All three are published algorithms, written here with integers. Nothing else in
 * the project uses them: the library has its own generator.
 */

const MASK_32 = (1n << 32n) - 1n
const MASK_64 = (1n << 64n) - 1n
const MASK_128 = (1n << 128n) - 1n

// The multiplier of the 128-bit linear congruential step.
const MULTIPLIER_128 = 0x2360ed051fc65da44385df649fccf645n

// PCG32, which expands a 64-bit seed to the generator's 256 bits.
const MULTIPLIER_64 = 6364136223846793005n
const INCREMENT_64 = 11634580027462260723n

/** One more than the largest seed. */
export const SEED_LIMIT = 1n << 64n

/** The weights and biases of the 2-2-1 network: W0 (row-major), b0, W1, b1, in the order they are drawn. */
export function initialWeights(seed: bigint): Float64Array {
  const next = pcg64(seed)
  return Float64Array.from({ length: 9 }, () => uniform(next()))
}

/** The generator for a seed: each call gives the next 64 bits. */
export function pcg64(seed: bigint): () => bigint {
  const words = expandSeed(seed)
  // Little-endian: word 0 is the lowest. The increment has to be odd.
  const increment = join(words.slice(4)) | 1n
  const step = (s: bigint): bigint => (s * MULTIPLIER_128 + increment) & MASK_128
  let state = step((join(words.slice(0, 4)) + increment) & MASK_128)
  return () => {
    state = step(state)
    return rotateRight((state >> 64n) ^ (state & MASK_64), state >> 122n, 64n)
  }
}

/** rand_core 0.6's `seed_from_u64`: 32 bytes as eight outputs of PCG32, its state stepped before each output. */
function expandSeed(seed: bigint): bigint[] {
  let state = seed
  return Array.from({ length: 8 }, () => {
    state = (state * MULTIPLIER_64 + INCREMENT_64) & MASK_64
    return rotateRight((((state >> 18n) ^ state) >> 27n) & MASK_32, state >> 59n, 32n)
  })
}

const join = (words: bigint[]): bigint => words.reduceRight((value, word) => (value << 32n) | word, 0n)

function rotateRight(value: bigint, by: bigint, width: bigint): bigint {
  return ((value >> by) | (value << (width - by))) & ((1n << width) - 1n)
}

/** The top 52 bits as the fraction of a number in [1, 2), less 1: both exact, so that a product by 2^-52 gives the same. */
const uniform = (bits: bigint): number => Number(bits >> 12n) * 2 ** -52
