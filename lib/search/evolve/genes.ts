/** What evolution changes: the parameters that training changes, and the normal deviates that it adds. */
import { normalQuantile } from '../../data/encoding/normal.js'
import type { NetworkPlan } from '../../kernels/plan.js'
import type { Random } from '../../kernels/random.js'

/** The parameters `from` … `end - 1`. */
export interface GeneRange {
  readonly from: number
  readonly end: number
}

/**
 * The parameters that training changes, by layer of the network; a block is one layer. Layers without any are omitted,
 * such as those with `trainable: false`, and so are moving statistics.
 */
export function genesByLayer({ layers }: NetworkPlan): GeneRange[][] {
  const byLayer = new Map<string, GeneRange[]>()
  for (const { scope, tensors } of layers) {
    const [layer] = scope.split('.')
    for (const { trained, offset, rows, columns } of tensors) {
      if (trained === 0) continue
      const ranges = byLayer.get(layer) ?? []
      ranges.push({ from: offset, end: offset + rows * columns })
      byLayer.set(layer, ranges)
    }
  }
  return [...byLayer.values()]
}

/** A normal deviate of mean 0 and standard deviation 1, from one draw of 32 bits: at most 6.4. */
export const normal = (random: Random): number => normalQuantile((random.next() + 0.5) * 2 ** -32)
