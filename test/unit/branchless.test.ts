/** The functions that loops call have the bits of the activations. */
import { activations } from '#lib/kernels/activations.js'
import { functionsForLoops } from '#lib/kernels/codegen/branchless.js'
import { backwardLoopOf, forwardLoopOf } from '#lib/kernels/codegen/loops.js'
import { sameBits } from '../support/bits.js'
import { numbers } from '../support/values.js'

const VALUES = [0, -0, 1, -1, 5e-324, -5e-324, 3, 6, 6.5, -700, 1e308, -1e308, Infinity, -Infinity, Number.NaN]

describe('the loops over an activation', () => {
  const z = Float64Array.of(...VALUES.flatMap((value) => VALUES.map(() => value)), ...numbers(100, 1))
  const d = Float64Array.of(...VALUES.flatMap(() => VALUES), ...numbers(100, 2))
  for (const entry of Object.values(activations)) {
    if (entry.kind !== 'unit' || functionsForLoops(entry) === entry) continue
    const name = Object.keys(activations).find((key) => activations[key as keyof typeof activations] === entry)
    it(`have the bits of ${name}, whatever the numbers are`, () => {
      const options = Float64Array.of(0.3)
      const a = new Float64Array(z.length)
      forwardLoopOf(entry)(z, a, z.length, options)
      sameBits(
        a,
        z.map((value) => entry.value(value, options)),
        'values',
      )
      const gradients = d.slice()
      backwardLoopOf(entry)(z, a, gradients, z.length, options)
      sameBits(
        gradients,
        d.map((value, i) => entry.gradient(z[i], a[i], value, options)),
        'gradients',
      )
    })
  }
})
