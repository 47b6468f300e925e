import assert from 'node:assert/strict'
import { backends } from 'lockstep-nn'
import { EPOCHS, fromHex, libraryPath, measure, type Path, run, SEEDS } from '../../bench/experiment/experiment.js'
import {
  CPP_RIVALS,
  cppRival,
  largestDifference,
  RIVAL_TOLERANCE,
  unrolledJavaScript,
} from '../../bench/experiment/rivals.js'
import { reference } from '../support/xor-reference.js'

/** The original's `exp` is its C library's: after 100,000 epochs the last digits differ, and only they. */
const TOLERANCE = 1e-8

const UNSOLVED = [10, 600, 1000]

function assertLikeOriginal(path: Path, tolerance: number): void {
  for (const expected of reference.runs) {
    const result = run(path, BigInt(expected.seed), EPOCHS)
    const distance = largestDifference(fromHex(result.final), fromHex(expected.final))
    assert.ok(distance <= tolerance, `seed ${expected.seed}: ${distance} from the original's weights`)
    assert.ok(Math.abs(result.loss - expected.loss) <= tolerance)
    assert.ok(result.predictions.every((value, i) => Math.abs(value - expected.predictions[i]) <= tolerance))
    assert.equal(result.solved, !UNSOLVED.includes(expected.seed))
  }
}

describe('the experiment', function () {
  this.timeout(120_000)

  it("has the original's seeds", () => {
    assert.deepEqual(
      SEEDS.map(Number),
      reference.runs.map(({ seed }) => seed),
    )
  })

  it("ends in the original's weights on the default backend", () => {
    const best = backends().find(({ available }) => available)
    assert.ok(best)
    assertLikeOriginal(libraryPath(best.name), TOLERANCE)
  })

  it("ends in the original's weights in hand-unrolled JavaScript", () => {
    assertLikeOriginal(unrolledJavaScript, TOLERANCE)
  })

  for (const name of CPP_RIVALS) {
    it(`ends in the library's weights and losses in ${name}`, function () {
      const rival = cppRival(name)
      if ('skipped' in rival) this.skip()
      assert.match(rival.built ?? '', /(g\+\+|clang|gcc|c\+\+).* -O3/i)
      const library = libraryPath('typescript')
      for (const seed of SEEDS) {
        const [theirs, ours] = [run(rival, seed, EPOCHS), run(library, seed, EPOCHS)]
        const distance = largestDifference(fromHex(theirs.final), fromHex(ours.final))
        assert.ok(distance <= RIVAL_TOLERANCE, `seed ${seed}: ${distance} from the library's weights`)
        assert.ok(Math.abs(theirs.loss - ours.loss) <= RIVAL_TOLERANCE)
      }
    })
  }
})

describe('the order of the trainings', () => {
  it('warms every backend up, then runs each seed on all backends, alternately forwards and backwards', async () => {
    const calls: string[] = []
    const paths = ['a', 'b', 'c'].map((name) => ({
      name,
      lockstep: true,
      train: (initial: Float64Array) => {
        calls.push(name)
        return { ms: 1, final: initial }
      },
    }))
    const rounds: bigint[] = []
    const runs = await measure(paths, [5n, 6n, 7n], 1, (seed) => rounds.push(seed))
    assert.equal(calls.join(''), 'aaaaabbbbbccccc' + 'abc' + 'cba' + 'abc')
    assert.deepEqual(rounds, [5n, 6n, 7n])
    assert.deepEqual(
      runs.map(({ seed }) => seed),
      [5, 5, 5, 6, 6, 6, 7, 7, 7],
    )
  })
})
