/** The network as docs/numerics describes it, written again for the tests: its layers, one after the other, and those with lists. */
import {
  added,
  type Built,
  type Draw,
  dense,
  dropout,
  type Forward,
  normalization,
  type ReferenceEmbedding,
  type ReferenceLayer,
  type ReferenceResidual,
  sum,
  type Take,
  tensorOf,
} from './reference-layers.js'

/** Its input gets the derivative of the sum first, then what the layers add to it. */
function residual({ layers }: ReferenceResidual, inputs: number, take: Take): Built {
  const inner = buildAll(layers, inputs, take)
  return {
    units: inputs,
    tensors: inner.flatMap(({ tensors }) => tensors),
    count: inner.reduce((sum, { count }) => sum + count, 1),
    forward(x, draw, l) {
      const { a, backward } = forwardAll(inner, x, draw, l)
      return { a: added(x, a), backward: (d, start) => backward(d, added(d, start)) }
    },
  }
}

function embedding({ columns: embedded }: ReferenceEmbedding, inputs: number, take: Take): Built {
  const tensors = embedded.map(({ categories, units }) => tensorOf(take(categories, units), true))
  const others = Array.from({ length: inputs }, (_, k) => k).filter((k) => !embedded.some(({ column }) => column === k))
  return {
    units: embedded.reduce((sum, { units }) => sum + units, others.length),
    tensors,
    count: 1,
    forward(x) {
      const a = x.map((row) => [
        ...others.map((k) => row[k]),
        ...embedded.flatMap(({ column }, i) => tensors[i].values[row[column]]),
      ])
      return {
        a,
        backward(d) {
          let at = others.length
          for (const [i, { column, units }] of embedded.entries()) {
            for (const [category, gradients] of tensors[i].gradients.entries()) {
              const rows = d.filter((_, r) => x[r][column] === category)
              for (let j = 0; j < units; j++) gradients[j] = sum(rows.map((row) => row[at + j]))
            }
            at += units
          }
          return d
        },
      }
    },
  }
}

function build(layer: ReferenceLayer, inputs: number, take: Take): Built {
  if (layer.kind === 'dense') return dense(layer, inputs, take)
  if (layer.kind === 'dropout') return dropout(layer, inputs)
  if (layer.kind === 'residual') return residual(layer, inputs, take)
  return layer.kind === 'embedding' ? embedding(layer, inputs, take) : normalization(layer, inputs, take)
}

function buildAll(layers: readonly ReferenceLayer[], inputs: number, take: Take): Built[] {
  let width = inputs
  return layers.map((layer) => {
    const built = build(layer, width, take)
    width = built.units
    return built
  })
}

/** One layer after the other. */
export function forwardAll(layers: readonly Built[], x: number[][], draw: Draw, first: number): Forward {
  let a = x
  let l = first
  const done = layers.map((layer) => {
    const one = layer.forward(a, draw, l)
    a = one.a
    l += layer.count
    return one
  })
  return {
    a,
    backward: (d, start) => done.reduceRight((above, one, i) => one.backward(above, i === 0 ? start : undefined), d),
  }
}

/** The layers of a network with these parameters, which are in the order of `Network.parameters`. */
export function buildLayers(layers: readonly ReferenceLayer[], inputs: number, parameters: Float64Array): Built[] {
  let at = 0
  return buildAll(layers, inputs, (rows, width) =>
    Array.from({ length: rows }, () => Array.from({ length: width }, () => parameters[at++])),
  )
}
