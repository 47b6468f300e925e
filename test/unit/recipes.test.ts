/** `recipe` of Model.fit: the caller's data in the model file. */
import assert from 'node:assert/strict'
import { Model, type ModelOptions } from 'lockstep-nn/data'
import { errorOf } from '../support/error-of.js'
import { handmade, pets, QUICK } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

describe('the recipe of a model', () => {
  const row = rowTests()

  it('is saved with the model and read back', async () => {
    const recipe = { zoo: 'north', epochs: 5, parts: [1, 'a', true, null, { deep: -1.5 }] }
    const model = await Model.fit(pets, { target: 'kind', ...QUICK, recipe })
    assert.deepEqual(model.training?.recipe, recipe)
    const text = JSON.stringify(model)
    assert.deepEqual(Model.fromJSON(text).training?.recipe, recipe)
    assert.equal(JSON.stringify(Model.fromJSON(text)), text)
  })

  it('gives the same file whatever the order of its keys', () => {
    const withRecipe = (recipe: object) =>
      JSON.stringify(new Model(handmade({ training: { recipe } } as Partial<Record<keyof ModelOptions, unknown>>)))
    assert.equal(withRecipe({ b: 1, a: { d: 2, c: 3 } }), withRecipe({ a: { c: 3, d: 2 }, b: 1 }))
  })

  it('does not change the digest, on which predictions depend', async () => {
    const plain = await Model.fit(pets, { target: 'kind', ...QUICK })
    const noted = await Model.fit(pets, { target: 'kind', ...QUICK, recipe: { a: 1 } })
    assert.equal(noted.digest(), plain.digest())
  })

  const wrong = { list: [1], text: 'a', absent: null, undefined: { a: undefined }, date: { a: new Date(0) } }
  for (const [name, recipe] of Object.entries({
    ...wrong,
    infinite: { a: [Infinity] },
    minusZero: { a: -0 },
    call: { a() {} },
  })) {
    row('is refused before any work where JSON would not keep it', name, async () => {
      const options = { target: 'kind', ...QUICK, recipe: recipe as object } as const
      const error = await errorOf(() => Model.fit(pets, options))
      assert.match((error as Error).message, /^Expected an object of plain JSON data for recipe but received /)
    })
  }
})
