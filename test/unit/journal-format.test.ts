/** The texts of a journal: distributions and numbers as Optuna writes them. */
import assert from 'node:assert/strict'
import { decodeDistribution, encodeDistribution, labelOf } from '#lib/search/journal/distribution.js'
import { floatText, parsePythonJson } from '#lib/search/journal/format.js'
import type { Distribution } from '#lib/search/space/trial.js'
import { rowTests } from '../support/rows.js'

const float = (low: string, high: string, log: boolean) =>
  `{"name": "FloatDistribution", "attributes": {"step": null, "low": ${low}, "high": ${high}, "log": ${log}}}`
const whole = (low: number, high: number, step: number, log: boolean) =>
  `{"name": "IntDistribution", "attributes": {"log": ${log}, "step": ${step}, "low": ${low}, "high": ${high}}}`
const choices = (list: string) => `{"name": "CategoricalDistribution", "attributes": {"choices": [${list}]}}`
const integer = (low: number, high: number, step = 1, log = false): Distribution => ({
  kind: 'integer',
  low,
  high,
  step,
  log,
})

describe('a distribution in a journal', () => {
  const row = rowTests()
  const texts: readonly (readonly [Distribution, string])[] = [
    [{ kind: 'uniform', low: 0, high: 1 }, float('0.0', '1.0', false)],
    [{ kind: 'uniform', low: -1e21, high: 2.5 }, float('-1e+21', '2.5', false)],
    [{ kind: 'logUniform', low: 1e-7, high: 100 }, float('1e-7', '100.0', true)],
    [integer(8, 64), whole(8, 64, 1, false)],
    [integer(-3, 10, 4), whole(-3, 9, 4, false)],
    [integer(1, 100, 1, true), whole(1, 100, 1, true)],
    // Optuna has no such logarithmic integers.
    [integer(0, 100, 1, true), whole(0, 100, 1, false)],
    [integer(2, 10, 2, true), whole(2, 10, 2, false)],
    [{ kind: 'choice', values: [16, 0.5, null, true, 'a "b"'] }, choices('16, 0.5, null, true, "a \\"b\\""')],
    [{ kind: 'choice', values: [1e300, -0, NaN, Infinity] }, choices('1e+300, 0, "NaN", "Infinity"')],
  ]
  for (const [distribution, text] of texts) {
    row('is written as Optuna writes it', text, () => {
      assert.equal(encodeDistribution(distribution), text)
      // As a reader without the space writes it.
      const read = decodeDistribution(JSON.parse(text))
      assert.equal(encodeDistribution(read as Distribution), text)
    })
  }

  const labels: readonly (readonly [value: unknown, label: unknown])[] = [
    [[{ units: 1, activation: 'relu' }], '[{"activation":"relu","units":1}]'],
    [{ b: { d: 1, c: 2 }, a: [undefined, null] }, '{"a":[null,null],"b":{"c":2,"d":1}}'],
    [undefined, 'undefined'],
    [Float64Array.of(1, 2), '[1,2]'],
    [{ a: NaN, b: 3n }, '{"a":"NaN","b":"3"}'],
    [{ toJSON: () => ({ $uniform: [0, 1] }) }, '{"$uniform":[0,1]}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ]
  for (const [value, label] of labels) {
    row('shows other choices as JSON text with sorted keys', String(label), () => {
      assert.equal(labelOf(value), label)
      assert.equal(labelOf(labelOf(value)), label)
    })
  }

  it('that this library does not have is none', () => {
    for (const found of [null, 3, {}, { name: 'a' }, { name: 'FloatDistribution', attributes: { low: 'a' } }]) {
      assert.equal(decodeDistribution(found), null)
    }
  })

  it('of an earlier Optuna is read', () => {
    const old = { name: 'LogUniformDistribution', attributes: { low: 1, high: 2 } }
    assert.deepEqual(decodeDistribution(old), { kind: 'logUniform', low: 1, high: 2 })
    const steps = { name: 'IntUniformDistribution', attributes: { low: 1, high: 9, step: 2 } }
    assert.deepEqual(decodeDistribution(steps), integer(1, 9, 2))
  })
})

describe('a number in a journal', () => {
  it('is read with its bits, by JSON and as Python writes it', () => {
    for (const value of [0, -0, 1, -7, 0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 1e21, 123456789012345680000]) {
      const text = floatText(value)
      assert.ok(Object.is(JSON.parse(text), value), text)
      // A whole number without a point would be an integer in Python.
      assert.match(text, /[.e]/)
    }
  })

  it('may be a word of Python, but not in a text', () => {
    assert.deepEqual(parsePythonJson('{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN \\"Infinity","NaN":-1}'), {
      a: 'NaN',
      b: [Infinity, -Infinity],
      c: 'NaN "Infinity',
      NaN: -1,
    })
    for (const wrong of ['NaNs', '{"a":nan}', '{"a":"NaN}', 'Infinity1', '']) {
      assert.throws(() => parsePythonJson(wrong), SyntaxError)
    }
  })
})
