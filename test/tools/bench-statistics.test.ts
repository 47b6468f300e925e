import assert from 'node:assert/strict'
import type { Run } from '../../bench/experiment/experiment.js'
import { disagreements, summarize } from '../../bench/experiment/summary.js'
import { interval95, medianInterval95, medianRatio, studentT95 } from '../../bench/harness/statistics.js'

const run = (name: string, seed: number, ms: number, final: string[] = []): Run => ({
  name,
  seed,
  ms,
  loss: 0,
  solved: seed !== 3,
  predictions: [],
  digest: '',
  initial: [],
  final,
})

const close = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual}, not ${expected}`)

describe('statistics of the bench', () => {
  it("have the printed values of Student's t", () => {
    const printed = { 1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 10: 2.228, 30: 2.042, 120: 1.98 }
    for (const [degrees, t] of Object.entries(printed)) close(studentT95(Number(degrees)), t, 6e-4)
  })

  it('give an interval around the geometric mean that widens with the spread', () => {
    const [low, high] = interval95([2, 8])
    close(Math.sqrt(low * high), 4, 1e-9)
    close(Math.log(high / 4), 12.7062 * Math.LN2, 1e-3)
    assert.deepEqual(
      interval95([4, 4, 4]).map((bound) => Math.round(bound * 1e9) / 1e9),
      [4, 4],
    )
  })

  it('give an interval of the median between two of the values, as the binomial distribution has it', () => {
    const values = (n: number) => Array.from({ length: n }, (_, i) => ((i * 7) % n) + 1)
    assert.equal(medianInterval95(values(5)), null)
    assert.deepEqual(medianInterval95(values(6)), [1, 6])
    assert.deepEqual(medianInterval95(values(9)), [2, 8])
    assert.deepEqual(medianInterval95(values(15)), [4, 12])
    assert.deepEqual(medianInterval95(values(100)), [40, 61])
  })

  it('take quotients within a round, so that a slow round changes nothing', () => {
    assert.equal(medianRatio([1, 20, 3], [2, 40, 6]), 0.5)
  })

  it('pair the times of a seed', () => {
    const runs = [run('typescript', 1, 40), run('fast', 1, 10), run('fast', 3, 5), run('typescript', 3, 20)]
    const [fast, typescript] = summarize(runs, ['fast', 'typescript'])
    const { avg, max, min, median, ratio, interval, solved, seeds } = fast
    assert.deepEqual(
      { avg, max, min, median, solved, seeds },
      { avg: 7.5, max: 10, min: 5, median: 7.5, solved: 1, seeds: 2 },
    )
    close(ratio ?? 0, 4, 1e-9)
    close(interval?.[0] ?? 0, 4, 1e-9)
    assert.equal(typescript.ratio, 1)
    assert.equal(typescript.interval, null)
  })

  it('have no ratio without TypeScript and no interval with one seed', () => {
    assert.equal(summarize([run('fast', 1, 10)], ['fast'])[0].ratio, null)
    const [fast] = summarize([run('fast', 1, 10), run('typescript', 1, 20)], ['fast', 'typescript'])
    assert.equal(fast.ratio, 2)
    assert.equal(fast.interval, null)
  })

  it('name the seeds whose bits differ', () => {
    const runs = [run('a', 1, 1, ['00']), run('b', 1, 1, ['00']), run('a', 2, 1, ['00']), run('b', 2, 1, ['01'])]
    assert.deepEqual(disagreements(runs, ['a', 'b']), [2])
    assert.deepEqual(disagreements(runs, ['a']), [])
  })
})
