/** The links of the playground: they hold all settings, and a broken one gets a sentence. */
import assert from 'node:assert/strict'
import { checkSettings } from '../../playground/state/check.js'
import { type Link, MAX_LINK, readLink, writeLink } from '../../playground/state/link.js'
import { DEFAULT_SETTINGS, type Point } from '../../playground/state/settings.js'
import { compressed, toBase64Url } from '../../playground/state/text.js'
import { errorOf } from '../support/error-of.js'
import { layerOf, STATEFUL, settingsWith } from '../support/playground-settings.js'
import { rowTests } from '../support/rows.js'

const DIGEST = 'ab'.repeat(32)
const LINK: Link = { settings: DEFAULT_SETTINGS, epoch: 12, digest: DIGEST, version: '0.1.0' }

/** The hash of any JSON, in the form of a link. */
const hashOf = async (value: unknown): Promise<string> => `#1.${toBase64Url(await compressed(JSON.stringify(value)))}`

/** Default settings in which one place has another value. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(DEFAULT_SETTINGS) as unknown as Record<string, unknown>
  const keys = path.split('.')
  let at = copy
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[keys[keys.length - 1]] = value
  return copy
}

async function problemOf(hash: string): Promise<string> {
  const read = await readLink(hash)
  if (read.kind !== 'broken') throw new Error(`Expected a broken link but received ${JSON.stringify(read)}`)
  return read.problem
}

describe('a link of the playground', () => {
  const row = rowTests()

  const points = Array.from({ length: 1000 }, (_, i): Point => [Math.sin(i), Math.cos(i * i) / 3, i % 4])
  const settings = [
    ['the default', DEFAULT_SETTINGS],
    ['a training with a state', settingsWith({ ...STATEFUL, members: 32, seed: 2 ** 53 - 33 })],
    ['1000 points', settingsWith({ data: { source: 'points', points } })],
    ['no hidden layer', settingsWith({ network: { layers: [], output: { name: 'leakyRelu', alpha: 0.25 } } })],
    ['eight layers', settingsWith({ network: { layers: Array(8).fill(layerOf({ dropout: 0.1 + 0.2 })) } })],
  ] as const
  for (const [name, one] of settings) {
    row('gives back all settings, bit by bit', name, async () => {
      const link = { ...LINK, settings: one }
      const hash = await writeLink(link)
      assert.match(hash, /^#1\.[-\w]+$/)
      assert.deepEqual(await readLink(hash), { kind: 'link', link })
    })
  }

  it('of the default has less than 700 characters', async () => {
    const { length } = await writeLink(LINK)
    assert.ok(length < 700, `${length} characters`)
  })

  it('is nothing where the address has no hash', async () => {
    assert.deepEqual(await readLink(''), { kind: 'none' })
    assert.deepEqual(await readLink('#'), { kind: 'none' })
  })

  const CUT = 'This link is broken. It is cut off, or was changed.'
  const broken: readonly (readonly [name: string, hash: () => Promise<string>, problem: string])[] = [
    ['other text', async () => '#settings', CUT],
    ['no base64url', async () => '#1.%%%', CUT],
    ['no deflate', async () => '#1.AAAA', CUT],
    ['cut in the middle', async () => (await writeLink(LINK)).slice(0, 200), CUT],
    ['cut by one character', async () => (await writeLink(LINK)).slice(0, -2), CUT],
    ['no JSON', async () => `#1.${toBase64Url(await compressed('{'))}`, CUT],
    ['text that grows', async () => `#1.${toBase64Url(await compressed(' '.repeat(2 ** 23)))}`, CUT],
    [
      'too long',
      async () => `#1.${'A'.repeat(MAX_LINK)}`,
      `This link is broken. It has more than ${MAX_LINK} characters.`,
    ],
    ['null', () => hashOf(null), 'This link is broken. Expected an object for the link but received null.'],
    [
      'a digest of another kind',
      () => hashOf({ ...LINK, digest: '<b>' }),
      'This link is broken. Expected a digest: 64 hexadecimal digits for digest but received "<b>" of type string.',
    ],
    [
      'a negative epoch',
      () => hashOf({ ...LINK, epoch: -1 }),
      'This link is broken. Expected an integer from 0 to 9007199254740991 for epoch but received -1 of type number.',
    ],
    [
      'wrong settings',
      () => hashOf({ ...LINK, settings: changed('members', 33) }),
      'This link is broken. Expected an integer from 1 to 32 for members but received 33 of type number.',
    ],
  ]
  for (const [name, hash, problem] of broken) {
    row('that is broken gets a sentence', name, async () => assert.equal(await problemOf(await hash()), problem))
  }

  it('that was changed in any character gets a sentence, or is the link of other settings', async () => {
    const hash = await writeLink(LINK)
    for (let i = 3; i < hash.length; i += 5) {
      const other = hash[i] === 'A' ? 'B' : 'A'
      const read = await readLink(hash.slice(0, i) + other + hash.slice(i + 1))
      if (read.kind === 'link') assert.notDeepEqual(read.link, LINK)
      else assert.match(read.kind === 'broken' ? read.problem : '', /^This link is broken\. .*\.$/)
    }
  })

  it('of too many data is refused with its length', async () => {
    // Digits that hardly compress.
    const many = Array.from({ length: 6000 }, (_, i): Point => [Math.sin(i * i), Math.sin(i ** 3), 0])
    const settings = settingsWith({ data: { points: many } })
    const error = await errorOf(() => writeLink({ ...LINK, settings }))
    assert.match(
      String(error),
      /^RangeError: The data need a link of \d+ characters, of which browsers keep about 100000\./,
    )
  })
})

describe('settings of the playground', () => {
  const row = rowTests()

  const wrong: readonly (readonly [path: string, value: unknown, message: string])[] = [
    ['data', null, 'Expected an object for data but received null.'],
    ['data.source', 'circle', 'for data.source but received "circle" of type string.'],
    ['data.rows', 9, 'Expected an integer from 10 to 2000 for data.rows but received 9 of type number.'],
    ['data.rows', 10.5, 'Expected an integer from 10 to 2000 for data.rows but received 10.5 of type number.'],
    ['data.noise', '0', 'Expected a number from 0 to 1 for data.noise but received "0" of type string.'],
    ['data.validation', 1, 'Expected a number from 0 to 0.9 for data.validation but received 1 of type number.'],
    ['data.points', [[0, 1]], 'Expected [x, y, class] for data.points[0] but received an array of length 2.'],
    [
      'data.points',
      [[0, 11, 0]],
      'Expected a number from -10 to 10 for data.points[0][1] but received 11 of type number.',
    ],
    [
      'data.points',
      [[0, 1, 4]],
      'Expected an integer from 0 to 3 for data.points[0][2] but received 4 of type number.',
    ],
    ['data.colour', 1, 'Unknown option "colour" in data.'],
    ['network.layers', {}, 'Expected an array of 0 to 8 elements for network.layers'],
    ['network.layers', Array(9).fill(layerOf()), 'for network.layers but received an array of length 9.'],
    [
      'network.layers',
      [{ ...layerOf(), units: 65 }],
      'Expected an integer from 1 to 64 for network.layers[0].units but',
    ],
    [
      'network.layers',
      [{ ...layerOf(), dropout: 1 }],
      'Expected a number from 0 to under 1 for network.layers[0].dropout but',
    ],
    [
      'network.layers',
      [layerOf({ activation: { name: 'softmax' } })],
      'for network.layers[0].activation.name but received "softmax" of type string.',
    ],
    [
      'network.output',
      'linear',
      'Expected an object with a name for network.output but received "linear" of type string.',
    ],
    ['trainer.optimizer', { name: 'adam', momentum: 1 }, 'Unknown option "momentum" in trainer.optimizer.'],
    ['trainer.optimizer', { name: 'adam', beta1: 1 }, 'for trainer.optimizer.beta1 but received 1 of type number.'],
    [
      'trainer.schedule',
      { name: 'cosine' },
      'Expected a number above 0 for trainer.schedule.epochs but received undefined.',
    ],
    [
      'trainer.schedule',
      { name: 'cosine', epochs: 0 },
      'Expected a number above 0 for trainer.schedule.epochs but received 0',
    ],
    ['trainer.l2', -1, 'Expected a finite number of at least 0 for trainer.l2 but received -1 of type number.'],
    ['trainer.l1', Infinity, 'Expected a finite number of at least 0 for trainer.l1 but received Infinity'],
    ['trainer.batchSize', 0, 'Expected an integer from 1 to 2000 for trainer.batchSize but received 0 of type number.'],
    ['members', undefined, 'Expected an integer from 1 to 32 for members but received undefined.'],
    ['seed', -1, 'for seed but received -1 of type number.'],
  ]
  for (const [path, value, message] of wrong) {
    row('that are wrong are refused with the name of the setting', `${path} ${JSON.stringify(value)}`, async () => {
      const error = await errorOf(() => checkSettings(changed(path, value)))
      assert.ok(error instanceof TypeError || error instanceof RangeError, String(error))
      assert.ok(error.message.includes(message), error.message)
    })
  }

  it('that are right are the same after the check', () => {
    for (const one of [DEFAULT_SETTINGS, settingsWith(STATEFUL)]) assert.deepEqual(checkSettings(one), one)
  })
})
