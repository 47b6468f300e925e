/** Seeded numbers of the library's own generator, which initializes a layer with them: the same bits in every engine. */
import { type InitializerOption, Network } from 'lockstep-nn'

function drawn(weightsInitializer: InitializerOption, count: number, seed: number): Float64Array {
  const network = new Network({ inputs: count, layers: [{ units: 1, weightsInitializer }], seed })
  return network.getLayer(0).weights as Float64Array
}

/** Numbers in [0, 1). */
export const uniforms = (count: number, seed: number): Float64Array =>
  drawn({ name: 'uniform', min: 0, max: 1 }, count, seed)

/** Numbers of mean 0 and standard deviation 1. */
export const normals = (count: number, seed: number): Float64Array =>
  drawn({ name: 'normal', mean: 0, stddev: 1 }, count, seed)

/** 0 to count - 1 in a drawn order. */
export function drawnOrder(count: number, seed: number): number[] {
  const keys = uniforms(count, seed)
  return Array.from(keys, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b)
}
