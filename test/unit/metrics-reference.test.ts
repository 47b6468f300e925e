/** Every metric against scikit-learn's values for drawn targets and predictions: test/fixtures/scikit-learn. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type MetricName, metrics } from 'lockstep-nn'
import { rowTests } from '../support/rows.js'

type Expected = number | readonly number[] | Readonly<Record<string, number>>
type Table = Readonly<Record<string, Expected>> & {
  readonly targets: readonly number[] | readonly number[][]
  readonly predictions: readonly number[] | readonly number[][]
}

const file = new URL('../../../test/fixtures/scikit-learn/metrics.json', import.meta.url)
const { 'scikit-learn': version, ...groups } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Table[]>

function close(actual: number | Float64Array, expected: number | readonly number[], what: string): void {
  const ours = typeof actual === 'number' ? [actual] : [...actual]
  const theirs = typeof expected === 'number' ? [expected] : expected
  assert.equal(ours.length, theirs.length, what)
  ours.forEach((value, i) => {
    assert.ok(Math.abs(value - theirs[i]) <= 1e-12 * Math.max(1, Math.abs(theirs[i])), `${what}: ${value}`)
  })
}

function compare({ targets, predictions, ...expected }: Table, what: string): void {
  const call = (name: string, options: object) =>
    (metrics[name as MetricName] as (...given: unknown[]) => number | Float64Array)(targets, predictions, options)
  for (const [name, value] of Object.entries(expected)) {
    const options = name === 'topK' ? { k: 2 } : {}
    if (typeof value === 'number' || Array.isArray(value)) {
      close(call(name, options), value as number, `${what}, ${name}`)
      continue
    }
    const averages = Object.entries(value as Record<string, number>)
    for (const [average, one] of averages) close(call(name, { average }), one, `${what}, ${name}, ${average}`)
    const [, usual] = averages[0]
    // The first of them is the default: binary for two classes, else macro.
    close(call(name, {}), usual, `${what}, ${name}, by default`)
  }
}

const TITLES: Readonly<Record<string, string>> = {
  zeroOne: 'targets of 0 and 1',
  signs: 'targets of -1 and 1',
  classNumbers: 'class numbers',
  probabilities: 'a probability for each class',
  numbers: 'numbers, with one output and with several',
}

describe('metrics give what scikit-learn gives', () => {
  const row = rowTests()
  it('for the version that the fixture names', () => assert.match(String(version), /^\d+\.\d+\.\d+$/))

  for (const [group, tables] of Object.entries(groups)) {
    row('give what scikit-learn gives', TITLES[group], () => {
      assert.equal(tables.length, 20)
      for (const [i, table] of tables.entries()) compare(table, `${group}[${i}]`)
    })
  }
})
