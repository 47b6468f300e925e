/** The embedding layer of columns with many categories: it replaces the index of a category by a trained vector. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import type { LayerOption } from '../../checks/registry.js'
import { listed } from '../../checks/words.js'
import { exp } from '../../kernels/exp.js'
import { log } from '../../kernels/math.js'
import type { Network } from '../../network/network.js'
import { quoted } from '../records/checks.js'

const MAX_UNITS = 50

/** The length of a category's vector: min(50, ceil(1.6 n^0.56)), after fastai's emb_sz_rule (J. Howard, S. Gugger). */
export const vectorUnits = (categories: number): number =>
  Math.min(MAX_UNITS, Math.ceil(1.6 * exp(0.56 * log(categories))))

/** An input with the index of a category, from 0 to categories - 1. */
export interface EmbeddedInput {
  readonly name: string
  readonly column: number
  readonly categories: number
}

/** The first layer of a network for these inputs; none where no input has an index. */
export function embeddingLayers(inputs: readonly EmbeddedInput[], unitsOf: (name: string) => number): LayerOption[] {
  if (inputs.length === 0) return []
  const columns = inputs.map(({ name, column, categories }) => ({ column, categories, units: unitsOf(name) }))
  return [{ type: 'embedding', columns }]
}

/** The layers of a network: the embedding of the columns, then the caller's hidden layers. */
export function afterEmbedding(
  embedding: readonly LayerOption[],
  hidden: readonly LayerOption[],
  inputs: readonly EmbeddedInput[],
): LayerOption[] {
  const own = hidden[0] as { readonly type?: unknown } | undefined
  if (embedding.length > 0 && own?.type === 'embedding') {
    const names = listed(
      inputs.map(({ name }) => name),
      quoted,
    )
    const remedy = `The model has an embedding of ${names} already; maxOneHot in a column's options gives it one input per category.`
    throw wrongType('a layer that is no embedding', 'hidden[0]', own, remedy)
  }
  return [...embedding, ...hidden]
}

interface EmbeddingOfLayer {
  readonly column: number
  readonly categories: number
}

/** Checks that the network's first layer has a vector for each category of these inputs. */
export function checkEmbeddings(network: Network, inputs: readonly EmbeddedInput[]): void {
  const [first] = network.layers as readonly { readonly columns?: readonly EmbeddingOfLayer[] }[]
  for (const { name, column, categories } of inputs) {
    const found = first.columns?.find((one) => one.column === column)
    if (found?.categories === categories) continue
    const expected = `a first layer that is an embedding with ${categories} categories for input ${column}`
    const received = found === undefined ? 'one without it' : `one with ${found.categories}`
    const remedy = `Column ${quoted(name)} is embedded: its input is the index of a category.`
    throw wrongSize(expected, 'network', received, remedy)
  }
}
