/** Evolutions: what they find, what they report, when they end, and going on from a saved state. */
import assert from 'node:assert/strict'
import { Ensemble, type LayerOption, Trainer } from 'lockstep-nn'
import {
  type EvolveOptions,
  evolve,
  type GenerationReport,
  type Population,
  type SavedEvolution,
} from 'lockstep-nn/search'
import { sameBits } from '../support/bits.js'
import { ensembleOf, nearHalf, xorFitness } from '../support/evolutions.js'

const genetic: Partial<EvolveOptions> = { seed: 3, mutation: { name: 'gaussian', decay: 0.97 } }
const es: Partial<EvolveOptions> = { seed: 3, strategy: { name: 'openaiES', deviation: 0.05 } }
const STRATEGIES = [
  ['genetic', genetic],
  ['openaiES', es],
] as const

describe('an evolution', () => {
  for (const [name, options] of STRATEGIES) {
    it(`finds the best parameters of a known function: ${name}`, async () => {
      const { best, history } = await evolve(ensembleOf(31), { fitness: nearHalf, generations: 150, ...options })
      assert.ok(history[0].best < -2, `${history[0].best}`)
      assert.ok(best.fitness > -0.02, `${best.fitness}`)
      assert.equal(nearHalf({ members: [best.network] } as never)[0], best.fitness)
    })

    it(`goes on from each state to the same bits: ${name}`, async () => {
      const whole = { ...options, fitness: xorFitness, generations: 6 }
      const states: SavedEvolution[] = []
      const ensemble = ensembleOf(5)
      const onGeneration = (report: GenerationReport) => void states.push(report.save())
      const evolution = await evolve(ensemble, { ...whole, onGeneration })
      assert.deepEqual(states.at(-1), evolution.toJSON())
      for (const [i, state] of states.entries()) {
        // Members other than the first ones: those of the state count.
        const other = new Ensemble({
          inputs: 2,
          layers: [{ units: 3, activation: 'tanh' }, { units: 2 }],
          seeds: [9, 8, 7, 6, 5],
        })
        const continued = await evolve(other, { ...whole, state: i % 2 === 0 ? state : JSON.stringify(state) })
        assert.equal(continued.digest(), evolution.digest())
        assert.deepEqual(continued.history, evolution.history)
        assert.equal(continued.best.network.digest(), evolution.best.network.digest())
        assert.equal(other.digest(), ensemble.digest())
      }
    })
  }

  it('reports the best, the mean and the worst fitness of each generation', async () => {
    const given = [
      [1, 4, 1],
      [NaN, 2, 0],
      [NaN, NaN, NaN],
      [5, -1, 5],
    ]
    const reports: object[] = []
    const evolution = await evolve(ensembleOf(3), {
      fitness: ({ generation }) => given[generation],
      generations: 4,
      onGeneration: ({ save, ...report }) => void reports.push(report),
    })
    const expected = [
      { generation: 0, best: 4, mean: 2, worst: 1 },
      { generation: 1, best: 2, mean: 1, worst: 0 },
      { generation: 2, best: NaN, mean: NaN, worst: NaN },
      { generation: 3, best: 5, mean: 3, worst: -1 },
    ]
    assert.deepEqual(evolution.history, expected)
    assert.deepEqual(
      reports,
      expected.map((record) => ({ ...record, generations: 4 })),
    )
    assert.deepEqual([...evolution.fitness], [5, -1, 5])
    assert.deepEqual([evolution.best.generation, evolution.best.member, evolution.best.fitness], [3, 0, 5])
    assert.equal(evolution.stopped, 'generations')
  })

  it('keeps the best member of all generations, in a network of its own', async () => {
    const ensemble = ensembleOf(3)
    const first = ensemble.members[2].digest()
    const fitness = ({ generation }: Population) => [0, 0, generation === 0 ? 9 : 1]
    const { best } = await evolve(ensemble, { fitness, generations: 3, elite: 0 })
    assert.deepEqual([best.generation, best.member, best.network.digest()], [0, 2, first])
    assert.notEqual(ensemble.members[2].digest(), first)
  })

  it('takes NaN for the worst fitness', async () => {
    const ensemble = ensembleOf(3)
    const kept = ensemble.members[1].digest()
    const { best } = await evolve(ensemble, { fitness: () => [NaN, -Infinity, NaN], generations: 2 })
    assert.equal(best.network.digest(), kept)
    assert.equal(ensemble.members[0].digest(), kept)
  })

  it('changes what training changes only', async () => {
    const layers: LayerOption[] = [
      { units: 3, trainable: false },
      { type: 'batchNormalization' },
      { type: 'residual', layers: [{ units: 3, activation: 'tanh' }] },
      { units: 1 },
    ]
    for (const [, options] of STRATEGIES) {
      const ensemble = ensembleOf(3, layers)
      for (const { parameters } of ensemble.members) parameters.set(ensemble.members[0].parameters)
      const before = ensemble.parameters.slice()
      await evolve(ensemble, { fitness: nearHalf, generations: 3, ...options })
      const { parameterCount } = ensemble
      const changed = Array.from({ length: parameterCount }, (_, j) => {
        const at = parameterCount + j
        return ensemble.parameters[at] !== before[at]
      })
      // 9 of the fixed layer; gamma and beta; the moving mean and variance; the block and the last layer.
      const expected = [9, 6, 6, 16].flatMap((count, i) => Array.from({ length: count }, () => i % 2 === 1))
      assert.deepEqual(changed, expected)
    }
  })

  it('leaves a parameter as it is where its mutation is not finite', async () => {
    const layers: LayerOption[] = [{ units: 1 }]
    for (const options of [
      { mutation: { name: 'gaussian', scale: 1e308 } },
      { strategy: { name: 'openaiES', deviation: 1e308 } },
    ] as const) {
      const ensemble = ensembleOf(51, layers)
      await evolve(ensemble, { fitness: () => new Float64Array(51), generations: 2, ...options })
      assert.ok(ensemble.parameters.every(Number.isFinite))
    }
  })

  it('ends at a target, by a callback, or by a signal, with the generations that were done', async () => {
    const fitness = ({ generation, members }: Population) => members.map(() => generation)
    const common = { fitness, generations: 9 }
    const byTarget = await evolve(ensembleOf(2), { ...common, target: 3 })
    assert.deepEqual([byTarget.stopped, byTarget.history.length], ['target', 4])
    const onGeneration = async ({ generation }: GenerationReport) => generation < 1
    const byCallback = await evolve(ensembleOf(2), { ...common, onGeneration })
    assert.deepEqual([byCallback.stopped, byCallback.history.length], ['onGeneration', 2])
    const controller = new AbortController()
    const ensemble = ensembleOf(2)
    let kept = ''
    const aborting = await evolve(ensemble, {
      ...common,
      signal: controller.signal,
      fitness: async (population) => {
        if (population.generation === 2) {
          controller.abort()
          controller.signal.throwIfAborted()
        }
        kept = ensemble.digest()
        return fitness(population)
      },
    })
    assert.deepEqual([aborting.stopped, aborting.history.length, ensemble.digest()], ['aborted', 2, kept])
    const resumed = await evolve(ensembleOf(2), { ...common, state: aborting.toJSON() })
    assert.equal(resumed.digest(), (await evolve(ensembleOf(2), common)).digest())
  })

  it('is rejected with the reason of a signal that aborts before the first generation is done', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(evolve(ensembleOf(2), { fitness: nearHalf, generations: 1, signal }), /^Error: enough$/)
  })

  it('excludes another training of the ensemble meanwhile, and none afterwards', async () => {
    const ensemble = ensembleOf(2)
    const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'sgd' })
    const step = () => trainer.step([[0, 0]], [[0, 0]])
    const fitness = () => {
      assert.throws(step, /^Error: This network is being trained already/)
      return [0, 1]
    }
    await evolve(ensemble, { fitness, generations: 1 })
    step()
  })

  it('leaves the members of the last generation that was done where the fitness throws', async () => {
    const ensemble = ensembleOf(3)
    let before = ''
    const fitness = ({ generation }: Population) => {
      if (generation === 2) throw new Error('no fitness')
      before = ensemble.digest()
      return [1, 2, 3]
    }
    await assert.rejects(evolve(ensemble, { fitness, generations: 5 }), /^Error: no fitness$/)
    assert.equal(ensemble.digest(), before)
    new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'sgd' }).step([[0, 0]], [[0, 0]])
  })
})

describe('a population', () => {
  it('predicts rows of its own for each member, into an array that it reuses', async () => {
    const ensemble = ensembleOf(4)
    for (const rows of [1, 3]) {
      const x = Float64Array.from({ length: 4 * rows * 2 }, (_, i) => Math.sqrt(i) - 2)
      await evolve(ensemble, {
        generations: 2,
        fitness: (population) => {
          const outputs = population.predict(x)
          for (const [i, member] of ensemble.members.entries()) {
            const expected = member.predict(x.subarray(i * rows * 2, (i + 1) * rows * 2))
            sameBits(outputs.slice(i * rows * 2, (i + 1) * rows * 2), expected, `member ${i}`)
          }
          assert.equal(population.predict(x.map((value) => -value)), outputs)
          return [1, 2, 3, 4]
        },
      })
    }
  })

  it('skips members that are not active', async () => {
    await evolve(ensembleOf(3), {
      generations: 1,
      fitness: (population) => {
        const rows = [
          [1, 2],
          [3, 4],
          [5, 6],
        ]
        const before = population.predict(rows).slice()
        const other = rows.map(([a, b]) => [-a, -b])
        for (const active of [[true, false, true], Uint8Array.of(1, 0, 1)]) {
          population.predict(rows)
          const after = population.predict(other, { active }).slice()
          const all = population.predict(other)
          assert.deepEqual([...after], [...all.slice(0, 2), ...before.slice(2, 4), ...all.slice(4)])
        }
        return [0, 0, 0]
      },
    })
  })

  it('predicts from its last predictions, and after the caller has transferred these', async () => {
    await evolve(ensembleOf(3), {
      generations: 1,
      fitness: (population) => {
        const first = population.predict(Float64Array.of(1, 2, 3, 4, 5, 6))
        const copy = first.slice()
        const second = population.predict(first).slice()
        assert.deepEqual(first, copy)
        assert.deepEqual(population.predict(copy), second)
        structuredClone(population.predict(copy), { transfer: [population.predict(copy).buffer as ArrayBuffer] })
        assert.deepEqual(population.predict(copy), second)
        return [0, 0, 0]
      },
    })
  })

  it('refuses to predict with parameters or samples whose buffer was transferred', async () => {
    const ensemble = ensembleOf(2)
    const x = new Float64Array(4)
    const fitness = (population: Population) => {
      population.predict(x)
      structuredClone(x, { transfer: [x.buffer as ArrayBuffer] })
      assert.throws(() => population.predict(x), /^TypeError: .*attached buffer for x/)
      structuredClone(ensemble.parameters, { transfer: [ensemble.parameters.buffer as ArrayBuffer] })
      assert.throws(
        () => population.predict(new Float64Array(4)),
        /^TypeError: .*attached buffer for ensemble.parameters/,
      )
      return [0, 0]
    }
    await assert.rejects(evolve(ensemble, { generations: 1, fitness }), /ensemble.parameters/)
  })

  it('has the same random numbers in a generation, whatever was drawn before', async () => {
    const drawn = (count: (generation: number) => number) => {
      const seen: number[] = []
      const fitness = (population: Population) => {
        const values = Array.from({ length: count(population.generation) }, () => population.random())
        seen.push(values[0])
        return [0, 0]
      }
      return evolve(ensembleOf(2), { fitness, generations: 3, seed: 2 ** 40 }).then(() => seen)
    }
    const seen = await drawn(() => 1)
    assert.deepEqual(await drawn((generation) => 5 - generation), seen)
    assert.equal(new Set(seen).size, 3)
    assert.ok(seen.every((value) => value >= 0 && value < 1))
  })
})
