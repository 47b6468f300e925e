/** The canonical text of plain data, by which a search compares options. */
import assert from 'node:assert/strict'
import { canonicalText, ValueNames } from '../../lib/search/engine/canonical-text.js'

const textOf = (value: unknown): string => canonicalText(value, 'value')

describe('the canonical text of plain data', () => {
  it('is the same whatever the order of keys, and without keys that are undefined', () => {
    assert.equal(textOf({ b: [1, { d: 2, c: 3 }], a: 'x' }), textOf({ a: 'x', e: undefined, b: [1, { c: 3, d: 2 }] }))
  })

  it('differs between any two of these values', () => {
    const values = [0, -0, NaN, 1, '1', true, null, [], {}, '', [0], [-0], [NaN], [[0]], { 0: 0 }, new Date(0)]
    const arrays = [[], [0], [-0], [NaN], [0, -0], [-0, 0]].map((numbers) => Float64Array.from(numbers))
    const texts = [...values, ...arrays].map(textOf)
    assert.equal(new Set(texts).size, texts.length, texts.join(' '))
  })

  it('refuses a function, with its place', () => {
    assert.throws(() => textOf({ a: [() => 0] }), /value\.a\[0\]/)
  })
})

describe('the short names of values', () => {
  it('are equal for equal data, and differ for arrays that differ in the sign of zero', () => {
    const names = new ValueNames()
    const [zero, again, negative] = [[0], [0], [-0]].map((numbers) => names.of(Float64Array.from(numbers), 'value'))
    assert.equal(zero, again)
    assert.notEqual(zero, negative)
  })
})
