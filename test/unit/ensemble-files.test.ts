/** An ensemble as JSON: exact, whole or refused. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { Ensemble, type LayerOption, Network, type SavedEnsemble } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'

const layers: readonly LayerOption[] = [
  { units: 3, activation: 'leakyRelu', alpha: 0.125, l2: 0.5 },
  { type: 'batchNormalization', activation: 'tanh', trainable: false },
  { type: 'dropout', rate: 0.25 },
  { units: 2, activation: 'softmax' },
]
const made = () => new Ensemble({ inputs: 2, layers, seeds: [5, 6, 7] })
const small = () => new Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: [1, 2] })

/** Reverses the keys of every object, as a database may return them. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  )
}

describe('a saved ensemble', () => {
  it('is restored with every bit, from an object and from text', () => {
    const ensemble = made()
    ensemble.parameters.set([-0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2])
    const saved = ensemble.toJSON()
    const text = JSON.stringify(ensemble)
    for (const given of [saved, text, `\uFEFF${text}`, JSON.stringify(ensemble, null, 2), JSON.parse(text)]) {
      const again = Ensemble.fromJSON(given as SavedEnsemble)
      sameBits(again.parameters, ensemble.parameters, 'parameters')
      assert.deepEqual(again.toJSON(), saved)
      assert.equal(again.digest(), ensemble.digest())
      assert.equal(again.members[0].parameters.buffer, again.parameters.buffer)
      const x = [[0.5, -1]]
      sameBits(again.predict(x).mean, ensemble.predict(x).mean, 'predictions')
    }
  })

  it('holds the saved networks of its members', () => {
    const ensemble = made()
    const { members, format, version } = JSON.parse(JSON.stringify(ensemble)) as SavedEnsemble
    assert.deepEqual([format, version, members.length], ['lockstep-nn/ensemble', 1, 3])
    members.forEach((saved, i) => {
      assert.equal(Network.fromJSON(saved).digest(), ensemble.members[i].digest())
    })
  })

  it('has the digest of the digests of its members, in their order', () => {
    const ensemble = made()
    const digests = ensemble.members.map((member) => member.digest())
    const expected = createHash('sha256')
      .update(JSON.stringify({ members: digests }))
      .digest('hex')
    assert.equal(ensemble.digest(), expected)
    assert.equal(ensemble.toJSON().digest, expected)
    const other = made()
    other.parameters.set(ensemble.members[1].parameters, 0)
    other.parameters.set(ensemble.members[0].parameters, ensemble.parameterCount)
    assert.notEqual(other.digest(), ensemble.digest())
  })

  it('is read with its own keys in any order', () => {
    const saved = made().toJSON()
    const { digest, members, version, format } = saved
    assert.equal(Ensemble.fromJSON({ digest, members, version, format }).digest(), digest)
    assert.deepEqual(Object.keys(reversed(saved) as object), ['digest', 'members', 'version', 'format'])
  })

  it('is refused with any one character changed, wherever it is', () => {
    const ensemble = small()
    const text = JSON.stringify(ensemble)
    const change = fc.record({ at: fc.nat({ max: text.length - 1 }), to: fc.constantFrom(...'Aa0{,"') })
    let refused = 0
    fc.assert(
      fc.property(change, ({ at, to }) => {
        const changed = text.slice(0, at) + to + text.slice(at + 1)
        let again: Ensemble
        try {
          again = Ensemble.fromJSON(changed)
        } catch (error) {
          assert.ok(error instanceof TypeError || error instanceof RangeError, String(error))
          assert.match(error.message, /^(Expected .* for .* but received .*\.|Unknown option )/s)
          refused++
          return
        }
        sameBits(again.parameters, ensemble.parameters, `place ${at}, ${to}`)
      }),
      { numRuns: 500 },
    )
    assert.ok(refused > 300, `${refused}`)
  })
})

const good = small().toJSON()
const [first, second] = good.members
const other = new Network({ inputs: 1, layers: [{ units: 1, l2: 1 }], seed: 9 }).toJSON()
const digestOf = (...members: { digest: string }[]): string =>
  createHash('sha256')
    .update(JSON.stringify({ members: members.map(({ digest }) => digest) }))
    .digest('hex')
const flipped = { ...second, parameters: second.parameters.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }

const WRONG: readonly (readonly [title: string, saved: unknown, error: string, message: string | RegExp])[] = [
  ['nothing', undefined, 'TypeError', 'Expected an object for the saved ensemble but received undefined.'],
  ['an array', [], 'TypeError', 'Expected an object for the saved ensemble but received an array of length 0.'],
  [
    'text that is cut off',
    JSON.stringify(good).slice(0, -9),
    'TypeError',
    /^Expected JSON text for the saved ensemble but received ".*" of type string\. It is damaged: /,
  ],
  [
    'a network',
    first,
    'RangeError',
    'Expected "lockstep-nn/ensemble" for format of the saved ensemble but received "lockstep-nn" of type string. It is a network: read it with Network.fromJSON.',
  ],
  [
    'a model',
    { format: 'lockstep-nn/model' },
    'RangeError',
    'Expected "lockstep-nn/ensemble" for format of the saved ensemble but received "lockstep-nn/model" of type string. It is a model: read it with Model.fromJSON.',
  ],
  [
    'a later version',
    { ...good, version: 2 },
    'RangeError',
    'Expected version 1 for version of the saved ensemble but received 2 of type number. A newer lockstep-nn may read it.',
  ],
  [
    'an unknown key',
    { ...good, seeds: [1] },
    'TypeError',
    'Unknown option "seeds" in the saved ensemble. Known: format, version, members, digest.',
  ],
  [
    'members that are no array',
    { ...good, members: { 0: first } },
    'TypeError',
    'Expected an array of saved networks for members of the saved ensemble but received an object.',
  ],
  [
    'no members',
    { ...good, members: [] },
    'RangeError',
    'Expected at least one saved network for members of the saved ensemble but received an empty array.',
  ],
  [
    'a member that is null',
    { ...good, members: [first, null] },
    'TypeError',
    'Expected a saved network for members[1] of the saved ensemble but received null.',
  ],
  [
    'a member without a digest',
    { ...good, members: [{}, second] },
    'TypeError',
    'Expected a digest for digest of members[0] of the saved ensemble but received undefined.',
  ],
  [
    'a member that is left out',
    { ...good, members: [first] },
    'RangeError',
    /^Expected the digest [0-9a-f]{64} for the saved ensemble but received "[0-9a-f]{40}…" of type string\. It is damaged or was edited\.$/,
  ],
  [
    'members in another order',
    { ...good, members: [second, first] },
    'RangeError',
    /^Expected the digest [0-9a-f]{64} for the saved ensemble but received /,
  ],
  [
    'a changed parameter',
    { ...good, members: [first, flipped] },
    'RangeError',
    /^Expected .* It is damaged or was edited\. This is members\[1\] of the saved ensemble\.$/,
  ],
  [
    'a member of another architecture',
    { ...good, members: [first, other], digest: digestOf(first, other) },
    'RangeError',
    'Expected the architecture of members[0] of the saved ensemble for members[1] of the saved ensemble but received another one. It is damaged or was edited.',
  ],
]

describe('Ensemble.fromJSON refuses', () => {
  for (const [title, saved, name, message] of WRONG) {
    it(title, () => assert.throws(() => Ensemble.fromJSON(saved as SavedEnsemble), { name, message }))
  }
})
