/** From a draw to options. What no parameter changes is made and frozen once, and shared by all trials. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { objectOf, type ParameterNode, type SpaceNode } from './tree.js'
import type { Distribution, Draw } from './trial.js'

type Resolver = (draw: Draw) => unknown

/** What a node becomes: the same in each trial, or something of the draw. */
type Resolved = { readonly fixed: true; readonly value: unknown } | { readonly fixed: false; readonly of: Resolver }

const fixed = (value: unknown): Resolved => ({ fixed: true, value })

/** Whether a number is a value of the distribution; of a choice, an index. */
function isValue(distribution: Distribution): (value: number) => boolean {
  if (distribution.kind === 'choice') {
    const count = distribution.values.length
    return (index) => index >= 0 && index < count && Number.isInteger(index)
  }
  const { low, high } = distribution
  if (distribution.kind !== 'integer') return (value) => value >= low && value <= high
  const { step } = distribution
  return (value) => value >= low && value <= high && Number.isInteger((value - low) / step)
}

function wrongDraw(name: string, distribution: Distribution, value: unknown): Error {
  const expected =
    distribution.kind === 'choice'
      ? `an index from 0 to ${distribution.values.length - 1}`
      : `a value of the parameter, from ${distribution.low} to ${distribution.high},`
  const where = `${name} of the draw`
  return typeof value === 'number' ? wrongValue(expected, where, value) : wrongType(expected, where, value)
}

function resolvedParameter({ spec: { name, distribution }, branches }: ParameterNode): Resolved {
  const suits = isValue(distribution)
  const of = (draw: Draw): number => {
    const value = draw[name]
    // Also an inherited property, such as `constructor`, is no value.
    if (typeof value !== 'number' || !suits(value)) throw wrongDraw(name, distribution, value)
    return value
  }
  if (distribution.kind !== 'choice') return { fixed: false, of }
  const values = branches.map(resolvedNode)
  return {
    fixed: false,
    of(draw) {
      const value = values[of(draw)]
      return value.fixed ? value.value : value.of(draw)
    },
  }
}

/**
 * Copies of a template with the drawn parts in their places. They belong to one trial and are not frozen, which would
 * take most of the time; nor is the template, as copies of frozen objects are slow.
 */
function filled<Key extends number | string>(
  copy: () => Record<Key, unknown>,
  parts: readonly (readonly [key: Key, of: Resolver])[],
): Resolved {
  return {
    fixed: false,
    of(draw) {
      // The template has all keys, so that an assignment never meets a setter of a prototype.
      const made = copy()
      for (const [key, of] of parts) made[key] = of(draw)
      return made
    },
  }
}

function drawnParts<Key>(parts: readonly (readonly [key: Key, made: Resolved])[]): [key: Key, of: Resolver][] {
  return parts.flatMap(([key, made]) => (made.fixed ? [] : [[key, made.of] as [Key, Resolver]]))
}

const templateValue = (made: Resolved): unknown => (made.fixed ? made.value : undefined)

function resolvedNode(node: SpaceNode): Resolved {
  if (node.kind === 'leaf') return fixed(node.value)
  if (node.kind === 'parameter') return resolvedParameter(node)
  if (node.kind === 'array') {
    const made = node.items.map(resolvedNode)
    const template = made.map(templateValue)
    const drawn = drawnParts(made.map((one, i) => [i, one] as const))
    return drawn.length === 0 ? fixed(Object.freeze(template)) : filled<number>(() => template.slice(), drawn)
  }
  const made = node.entries.map(([key, child]) => [key, resolvedNode(child)] as const)
  const template = objectOf(made.map(([key, one]) => [key, templateValue(one)]))
  const drawn = drawnParts(made)
  return drawn.length === 0 ? fixed(Object.freeze(template)) : filled<string>(() => ({ ...template }), drawn)
}

/** The function from a draw to the options of its trial. */
export function resolverOf(node: SpaceNode): Resolver {
  const made = resolvedNode(node)
  return made.fixed ? () => made.value : made.of
}
