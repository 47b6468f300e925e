/**
 * The one random number generator: sfc32 (C. Doty-Humphrey, PractRand), 128 bits of state, 32-bit operations only. A
 * seed, a purpose and an index (such as the epoch of a shuffle) select a stream, so that any epoch's order can be
 * computed without the epochs before it. native/kernels/random.inl follows this file.
 */

/** The purposes of streams; each purpose has its own. */
export const WEIGHTS_STREAM = 1
export const SHUFFLE_STREAM = 2
/** The stream of layer 0; layer l has DROPOUT_STREAM + l. */
export const DROPOUT_STREAM = 3

const WARM_UP = 15

export class Random {
  private a: number
  private b: number
  private c: number
  private counter: number

  constructor(seedLow: number, seedHigh: number, stream: number, index: number) {
    this.a = seedLow | 0
    this.b = seedHigh | 0
    this.c = index | 0
    this.counter = stream | 0
    for (let i = 0; i < WARM_UP; i++) this.next()
  }

  /** The next 32 bits, as an integer from 0 to 2^32 - 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2^-53: 27 high bits, then 26 low bits. */
  uniform(): number {
    const high = this.next() >>> 5
    const low = this.next() >>> 6
    return (high * 67108864 + low) * 2 ** -53
  }
}

/** Permutes `order`; every permutation is equally likely (Fisher and Yates; Durstenfeld's form, from the end). */
export function permute(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
}

/** Fills `order` with 0 … rows - 1 in the order in which epoch `epoch` visits the rows. */
export function shuffleOrder(order: Int32Array, rows: number, seedLow: number, seedHigh: number, epoch: number): void {
  for (let i = 0; i < rows; i++) order[i] = i
  permute(order.subarray(0, rows), new Random(seedLow, seedHigh, SHUFFLE_STREAM, epoch))
}
