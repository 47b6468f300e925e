/** Reads a space: a tree of objects, arrays and values with parameters anywhere in it. */
import { isFloat64Array, typedArrayKind } from '../../checks/arrays.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { elements, float64Array } from '../../checks/validate.js'
import { branchPath, itemPath, propertyPath, ROOT } from './names.js'
import { isParameter, jsonForm, Parameter } from './parameter.js'
import { resolverOf } from './resolve.js'
import { MAX_DEPTH, objectOf, type SpaceNode } from './tree.js'
import type { ParameterSpec, Space } from './trial.js'

/** A space with what it was made of. */
export interface ReadSpace extends Space {
  /** A copy of what the caller gave, frozen, with the keys of objects in alphabetical order. */
  readonly given: unknown
}

/** How many values, objects and arrays a space may have. */
const MAX_PARTS = 1_000_000

const EXPECTED = 'a value, an array, a plain object or a parameter'
const ALLOWED =
  'A space may contain numbers, texts, true, false, null, Float64Arrays, arrays, plain objects and parameters, so that it ' +
  'can be written to a file and sent to another machine.'

/** Whether its prototype is that of all objects, of any realm, or null. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Of two keys, in order of code units, which is the same everywhere. */
const alphabetical = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A node as a caller would write it, frozen; parameters are in their places. */
function givenOf(node: SpaceNode): unknown {
  if (node.kind === 'leaf') return node.value
  if (node.kind === 'array') return Object.freeze(node.items.map(givenOf))
  if (node.kind === 'object') return Object.freeze(objectOf(node.entries.map(([key, child]) => [key, givenOf(child)])))
  return new Parameter(node.spec.distribution)
}

class Reader {
  readonly parameters: ParameterSpec[] = []
  private parts = 0

  constructor(private readonly name: string) {}

  /** @param path the path of the value, in the names of parameters */
  read(value: unknown, path: string, condition: ParameterSpec['condition'], depth: number): SpaceNode {
    const where = this.where(path)
    this.parts++
    if (this.parts > MAX_PARTS) throw wrongSize(`at most ${MAX_PARTS} values`, this.name, 'more')
    if (depth > MAX_DEPTH) {
      throw wrongSize(
        `at most ${MAX_DEPTH} levels of objects and arrays`,
        this.name,
        'more',
        'No object may contain itself.',
      )
    }
    if (typeof value !== 'object' || value === null) {
      if (['number', 'string', 'boolean', 'undefined'].includes(typeof value) || value === null) {
        return { kind: 'leaf', value: value as string | number | boolean | null | undefined }
      }
      throw wrongType(EXPECTED, where, value, ALLOWED)
    }
    if (isParameter(value, where)) return this.parameter(value, path, condition, depth)
    if (Array.isArray(value)) {
      const items = elements(value).map((item, i) => this.read(item, itemPath(path, i), condition, depth + 1))
      return { kind: 'array', items }
    }
    if (isFloat64Array(value)) return { kind: 'leaf', value: float64Array(value, where).slice() }
    if (typedArrayKind(value) !== undefined) {
      throw wrongType(EXPECTED, where, value, `Convert it with Float64Array.from() or Array.from(). ${ALLOWED}`)
    }
    if (!isPlainObject(value)) throw wrongType(EXPECTED, where, value, ALLOWED)
    return this.object(value, path, condition, depth)
  }

  private object(
    value: Record<string, unknown>,
    path: string,
    condition: ParameterSpec['condition'],
    depth: number,
  ): SpaceNode {
    // A fixed order: equal spaces have equal trials, whatever wrote their keys.
    const keys = Object.keys(value).sort(alphabetical)
    const entries = keys.flatMap((key) => {
      const one = value[key]
      // An option that is undefined is missing.
      if (one === undefined) return []
      return [[key, this.read(one, propertyPath(path, key), condition, depth + 1)] as const]
    })
    return { kind: 'object', entries }
  }

  private parameter(
    { distribution }: Parameter,
    path: string,
    condition: ParameterSpec['condition'],
    depth: number,
  ): SpaceNode {
    const name = path === '' ? ROOT : path
    const at = this.parameters.length
    if (distribution.kind !== 'choice') {
      const spec = Object.freeze({ name, distribution, condition })
      this.parameters.push(spec)
      return { kind: 'parameter', spec, branches: [] }
    }
    // Its place is before the parameters of its values.
    this.parameters.length++
    const branches = distribution.values.map((value, index) =>
      this.read(value, branchPath(name, index), Object.freeze({ parameter: name, index }), depth + 1),
    )
    const values = Object.freeze(branches.map(givenOf))
    const spec = Object.freeze({ name, distribution: Object.freeze({ kind: 'choice' as const, values }), condition })
    this.parameters[at] = spec
    return { kind: 'parameter', spec, branches }
  }

  /** A path in errors. */
  private where(path: string): string {
    if (path === '') return this.name
    return path.startsWith('[') ? `${this.name}${path}` : `${this.name}.${path}`
  }
}

/**
 * Reads and checks a space. Whether the options suit a network or a trainer is found when a trial is made.
 *
 * The parameters are in the order of the space, keys of an object in alphabetical order. Their names are their paths:
 * `trainer.optimizer.learningRate`; those within value 1 of the choice `network.layers` begin with `network.layers#1`.
 * One parameter in two places is two parameters.
 * @param name what errors call the space
 * @throws TypeError for what a space may not contain, RangeError where it is too deep or too large
 */
export function readSpace(given: unknown, name: string): ReadSpace {
  const reader = new Reader(name)
  const tree = reader.read(given, '', null, 0)
  return Object.freeze({
    parameters: Object.freeze(reader.parameters),
    resolve: resolverOf(tree),
    given: givenOf(tree),
  })
}

/**
 * A space as one text, for digests: equal for equal spaces, whatever the order of keys. It is the JSON form, which
 * `spaceFromJson` reads.
 */
export const canonicalSpace = ({ given }: ReadSpace): string => JSON.stringify(jsonForm(given))
