/** The digests by which `npm run test:platforms` compares platforms, compared between the backends of this one. */
import assert from 'node:assert/strict'
import { allDigests, type BackendDigests } from '../platforms/digests.js'
import { wayOf } from '../platforms/ways.js'

describe('the trainings that platforms are compared by', () => {
  let all: readonly BackendDigests[]

  before(async function () {
    this.timeout(120_000)
    all = await allDigests()
  })

  it('end in the same bits on every backend', () => {
    const reference = all.find(({ name }) => name === 'typescript')!
    assert.ok(Object.keys(reference.digests).length > 150)
    for (const { name, digests } of all) assert.deepEqual(digests, reference.digests, name)
  })

  it('end in the same bits in every way to train', () => {
    for (const { name, digests } of all) {
      const byShape = new Map<string, string>()
      for (const [title, digest] of Object.entries(digests)) {
        const shape = wayOf(title)
        if (shape === null) continue
        assert.equal(digest, byShape.get(shape) ?? digest, `${name}, ${title}`)
        byShape.set(shape, digest)
      }
      assert.equal(new Set(byShape.values()).size, byShape.size)
      assert.ok(byShape.size >= 8)
    }
  })

  it('have digests of their own, except for two losses that are equal where targets are one-hot', () => {
    const { digests } = all[0]
    const alike = new Map<string, string[]>()
    for (const [title, digest] of Object.entries(digests)) {
      if (wayOf(title) === null) alike.set(digest, [...(alike.get(digest) ?? []), title])
    }
    assert.deepEqual(
      [...alike.values()].filter((titles) => titles.length > 1),
      [['loss sparseCategoricalCrossentropy', 'loss kullbackLeiblerDivergence']],
    )
  })
})
