/** An ensemble as JSON, and back: the saved networks of its members. */
import { newSha256 } from '#platform'
import { memberError, wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { parseJson } from '../checks/json-text.js'
import { optionsObject } from '../checks/validate.js'
import { Network, type SavedNetwork } from './network.js'

/** The result of `toJSON`, and the argument of `fromJSON`. */
export interface SavedEnsemble {
  readonly format: 'lockstep-nn/ensemble'
  readonly version: 1
  /** At least one; all of one architecture. */
  readonly members: readonly SavedNetwork[]
  readonly digest: string
}

const FORMAT = 'lockstep-nn/ensemble'
const KEYS: readonly (keyof SavedEnsemble)[] = ['format', 'version', 'members', 'digest']
const WHAT = 'the saved ensemble'

/** The formats of other saved things, and what reads them. */
const OTHERS: Readonly<Record<string, string>> = {
  'lockstep-nn': 'It is a network: read it with Network.fromJSON.',
  'lockstep-nn/model': 'It is a model: read it with Model.fromJSON.',
}

/** SHA-256, in hex, of the members' digests in order. */
export const digestOfMembers = (digests: readonly string[]): string =>
  newSha256()
    .update(JSON.stringify({ members: digests }))
    .hex()

export function savedEnsemble(networks: readonly Network[]): SavedEnsemble {
  const members = networks.map((network) => network.toJSON())
  return { format: FORMAT, version: 1, members, digest: digestOfMembers(members.map(({ digest }) => digest)) }
}

/**
 * The members of a saved ensemble, or of its JSON text, after all checks.
 * @param max the most members allowed
 */
export function readMembers(saved: unknown, max: number): Network[] {
  const given = typeof saved === 'string' ? parseJson(saved, WHAT) : saved
  const digests = memberDigests(given, max)
  const { members, digest } = given as SavedEnsemble
  // Checked before the members, which take longer.
  const found = digestOfMembers(digests)
  if (found !== digest) throw wrongValue(`the digest ${found}`, WHAT, digest, 'It is damaged or was edited.')
  const networks: Network[] = []
  for (const [i, member] of members.entries()) {
    const network = readMember(member, nameOf(i))
    if (i > 0 && architectureOf(network) !== architectureOf(networks[0])) {
      throw wrongSize(`the architecture of ${nameOf(0)}`, nameOf(i), 'another one', 'It is damaged or was edited.')
    }
    networks.push(network)
  }
  return networks
}

const nameOf = (i: number): string => `members[${i}] of ${WHAT}`

const architectureOf = (network: Network): string => JSON.stringify(network.architecture())

/** The digests of the saved members, after a check of everything but the members. */
function memberDigests(saved: unknown, max: number): string[] {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) throw wrongType('an object', WHAT, saved)
  const { format, version } = saved as Record<string, unknown>
  if (format !== FORMAT) {
    const other = typeof format === 'string' && Object.hasOwn(OTHERS, format) ? OTHERS[format] : undefined
    throw wrongValue(`"${FORMAT}"`, `format of ${WHAT}`, format, other)
  }
  if (version !== 1) {
    throw wrongValue('version 1', `version of ${WHAT}`, version, 'A newer lockstep-nn may read it.')
  }
  const { members } = optionsObject(saved, WHAT, KEYS)
  if (!Array.isArray(members)) throw wrongType('an array of saved networks', `members of ${WHAT}`, members)
  if (members.length === 0) throw wrongSize('at least one saved network', `members of ${WHAT}`, 'an empty array')
  if (members.length > max) throw wrongSize(`at most ${max} members`, WHAT, `${members.length}`)
  return Array.from(members, (member: unknown, i) => {
    if (typeof member !== 'object' || member === null) throw wrongType('a saved network', nameOf(i), member)
    const { digest } = member as Record<string, unknown>
    if (typeof digest !== 'string') throw wrongType('a digest', `digest of ${nameOf(i)}`, digest)
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
