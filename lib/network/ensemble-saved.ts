/** Ensembles as JSON, and back: the saved networks of their members. */
import { newSha256 } from '#platform'
import { memberError, wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { parseJson } from '../checks/json-text.js'
import { elements, optionsObject } from '../checks/validate.js'
import { Network, type SavedNetwork } from './network.js'

/** The result of `toJSON`, and the argument of `fromJSON`. */
export interface SavedEnsemble {
  readonly format: 'lockstep-nn/ensemble'
  readonly version: 1
  /** At least one; all of one architecture. */
  readonly members: readonly SavedNetwork[]
  readonly digest: string
}

/** The same of a weighted ensemble, whose members may differ in their architectures. */
export interface SavedWeightedEnsemble {
  readonly format: 'lockstep-nn/weighted-ensemble'
  readonly version: 1
  readonly members: readonly SavedNetwork[]
  /** One for each member, above 0. */
  readonly weights: readonly number[]
  readonly digest: string
}

/** A saved form, and what errors call it. */
interface Form {
  readonly format: string
  readonly what: string
  readonly keys: readonly string[]
  /** The most members allowed. */
  readonly max: number
}

const ENSEMBLE: Form = {
  format: 'lockstep-nn/ensemble',
  what: 'the saved ensemble',
  keys: ['format', 'version', 'members', 'digest'],
  max: 2 ** 20,
}
export const WEIGHTED: Form = {
  format: 'lockstep-nn/weighted-ensemble',
  what: 'the saved weighted ensemble',
  keys: ['format', 'version', 'members', 'weights', 'digest'],
  max: 2 ** 20,
}

/** The formats of saved things, and what reads them. */
const READERS: Readonly<Record<string, string>> = {
  'lockstep-nn': 'It is a network: read it with Network.fromJSON.',
  'lockstep-nn/model': 'It is a model: read it with Model.fromJSON.',
  [ENSEMBLE.format]: 'It is an ensemble: read it with Ensemble.fromJSON.',
  [WEIGHTED.format]: 'It is a weighted ensemble: read it with WeightedEnsemble.fromJSON.',
}

/**
 * SHA-256, in hex, of the members' digests in order, and of their weights.
 * @param weights undefined: all are equal
 */
export const digestOfMembers = (digests: readonly string[], weights?: readonly number[]): string =>
  newSha256()
    .update(JSON.stringify({ members: digests, weights }))
    .hex()

export function savedEnsemble(networks: readonly Network[]): SavedEnsemble {
  const members = networks.map((network) => network.toJSON())
  return {
    format: 'lockstep-nn/ensemble',
    version: 1,
    members,
    digest: digestOfMembers(members.map(({ digest }) => digest)),
  }
}

export function savedWeighted(networks: readonly Network[], weights: readonly number[]): SavedWeightedEnsemble {
  const members = networks.map((network) => network.toJSON())
  const digest = digestOfMembers(
    members.map((member) => member.digest),
    weights,
  )
  return { format: 'lockstep-nn/weighted-ensemble', version: 1, members, weights: [...weights], digest }
}

/** The members of a saved ensemble, or of its JSON text, after all checks. */
export function readMembers(saved: unknown): Network[] {
  const networks = readNetworks(saved, ENSEMBLE).members
  for (const [i, network] of networks.entries()) {
    if (architectureOf(network) === architectureOf(networks[0])) continue
    const [first, other] = [nameOf(ENSEMBLE, 0), nameOf(ENSEMBLE, i)]
    throw wrongSize(`the architecture of ${first}`, other, 'another one', 'It is damaged or was edited.')
  }
  return networks
}

/** The members of a saved weighted ensemble, and the weights, which its constructor checks. */
export function readWeighted(saved: unknown): { readonly members: Network[]; readonly weights: readonly number[] } {
  const { members, given } = readNetworks(saved, WEIGHTED)
  return { members, weights: given.weights as number[] }
}

function readNetworks(saved: unknown, form: Form): { members: Network[]; given: Readonly<Record<string, unknown>> } {
  const given = typeof saved === 'string' ? parseJson(saved, form.what) : saved
  const digests = memberDigests(given, form)
  const { members, digest, weights } = given as SavedWeightedEnsemble
  // Checked before the members, which take longer.
  const numbers = form === WEIGHTED ? weightsIn(weights, form) : undefined
  const found = digestOfMembers(digests, numbers)
  if (found !== digest) throw wrongValue(`the digest ${found}`, form.what, digest, 'It is damaged or was edited.')
  return { members: members.map((member, i) => readMember(member, nameOf(form, i))), given: { weights: numbers } }
}

function weightsIn(given: unknown, { what }: Form): number[] {
  if (!Array.isArray(given)) throw wrongType('an array of numbers', `weights of ${what}`, given)
  return elements(given) as number[]
}

const nameOf = ({ what }: Form, i: number): string => `members[${i}] of ${what}`

const architectureOf = (network: Network): string => JSON.stringify(network.architecture())

/** The digests of the saved members, after a check of everything but the members. */
function memberDigests(saved: unknown, form: Form): string[] {
  const { format: expected, what, keys, max } = form
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) throw wrongType('an object', what, saved)
  const { format, version } = saved as Record<string, unknown>
  if (format !== expected) {
    const reader = typeof format === 'string' && Object.hasOwn(READERS, format) ? READERS[format] : undefined
    throw wrongValue(`"${expected}"`, `format of ${what}`, format, reader)
  }
  if (version !== 1) {
    throw wrongValue('version 1', `version of ${what}`, version, 'A newer lockstep-nn may read it.')
  }
  const { members } = optionsObject(saved, what, keys)
  if (!Array.isArray(members)) throw wrongType('an array of saved networks', `members of ${what}`, members)
  if (members.length === 0) throw wrongSize('at least one saved network', `members of ${what}`, 'an empty array')
  if (members.length > max) throw wrongSize(`at most ${max} members`, what, `${members.length}`)
  return Array.from(members, (member: unknown, i) => {
    const name = nameOf(form, i)
    if (typeof member !== 'object' || member === null) throw wrongType('a saved network', name, member)
    const { digest } = member as Record<string, unknown>
    if (typeof digest !== 'string') throw wrongType('a digest', `digest of ${name}`, digest)
    return digest
  })
}

function readMember(saved: SavedNetwork, name: string): Network {
  try {
    return Network.fromJSON(saved)
  } catch (error) {
    throw memberError(error, name)
  }
}
