/** Links: settings, the epoch reached and the digest, as compressed JSON in the hash of the page's address. */
import { messageOf, wrongType } from '#lib/checks/errors.js'
import { integer, optionsObject } from '#lib/checks/validate.js'
import { checkSettings } from './check.js'
import type { Settings } from './settings.js'
import { compressed, decompressed, fromBase64Url, toBase64Url } from './text.js'

export interface Link {
  readonly settings: Settings
  /** The number of epochs that the sender has trained. */
  readonly epoch: number
  /** Of the model after these epochs. */
  readonly digest: string
  /** The version of the library. Another version may end in other bits. */
  readonly version: string
}

/** What the hash of an address holds: a link, nothing, or a sentence about what is wrong with it. */
export type ReadLink =
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly problem: string }

/** The form of the text after it; another form will have another number. */
const PREFIX = '#1.'

/** The most characters of a link: chat programs and browsers cut longer ones. */
export const MAX_LINK = 100_000
/** The most bytes of the JSON of a link. */
const MAX_JSON = 2 ** 22

const DIGEST = /^[0-9a-f]{64}$/
const VERSION = /^\d+\.\d+\.\d+[-.\w]{0,40}$/

/**
 * The hash of a link, with `#`.
 * @throws RangeError if it would be longer than `MAX_LINK`
 */
export async function writeLink(link: Link): Promise<string> {
  const hash = PREFIX + toBase64Url(await compressed(JSON.stringify(link)))
  if (hash.length > MAX_LINK) {
    throw new RangeError(
      `The data need a link of ${hash.length} characters, of which browsers keep about ${MAX_LINK}. ` +
        'Use fewer points or rows.',
    )
  }
  return hash
}

export async function readLink(hash: string): Promise<ReadLink> {
  if (hash === '' || hash === '#') return { kind: 'none' }
  try {
    return { kind: 'link', link: checkLink(JSON.parse(await textOf(hash))) }
  } catch (error) {
    const why = error instanceof SyntaxError ? 'It is cut off, or was changed.' : messageOf(error)
    return { kind: 'broken', problem: `This link is broken. ${why}` }
  }
}

async function textOf(hash: string): Promise<string> {
  if (!hash.startsWith(PREFIX)) throw new SyntaxError('another form')
  if (hash.length > MAX_LINK) throw new RangeError(`It has more than ${MAX_LINK} characters.`)
  const text = await decompressed(fromBase64Url(hash.slice(PREFIX.length)), MAX_JSON)
  if (text === null) throw new SyntaxError('not compressed text')
  return text
}

function checkLink(value: unknown): Link {
  const given = optionsObject(value, 'the link', ['settings', 'epoch', 'digest', 'version'])
  return {
    settings: checkSettings(given.settings),
    epoch: integer(given.epoch, 'epoch', 0, Number.MAX_SAFE_INTEGER),
    digest: matching(given.digest, 'digest', DIGEST, 'a digest: 64 hexadecimal digits'),
    version: matching(given.version, 'version', VERSION, 'a version of the library'),
  }
}

function matching(value: unknown, name: string, pattern: RegExp, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw wrongType(expected, name, value)
  return value
}
