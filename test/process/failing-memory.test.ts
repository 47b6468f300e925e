/** Failed allocations and threads in the addon: each gives an error, changes nothing in part, and never crashes. */
import assert from 'node:assert/strict'
import { report } from 'node:process'
import { type Ended, script } from '../support/child.js'
import { DRAWS_ALL } from '../support/drawn.js'
import { buildHelper, helperObstacle, testUnless } from '../support/native-helper.js'
import { nativePaths } from '../support/paths.js'

const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
const obstacle = header.glibcVersionRuntime === undefined ? 'it needs glibc' : helperObstacle()

/** Runs a program with the library preloaded that makes calls of the addon fail. */
function program(source: string, variables: Record<string, string> = {}): Ended {
  const helper = buildHelper('failing-memory', 'node')
  return script(source, { variables: { ...variables, LD_PRELOAD: helper, HELPER: helper } })
}

const SETUP = `
  import { createRequire } from 'node:module'
  import { Ensemble, Network, Trainer } from 'lockstep-nn'
  const { failAllocation, failThread } = createRequire(import.meta.url)(process.env.HELPER)
  const backend = '${nativePaths[0]}'
  const x = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i))
  const y = Float64Array.from({ length: 40 }, (_, i) => Math.cos(i))
  const layersOf = (units) => [{ units, activation: 'tanh' }, { units: 2 }]
  const modelOf = (many, units) =>
    many
      ? new Ensemble({ inputs: 3, layers: layersOf(units), seeds: Array.from({ length: 20 }, (_, i) => i) })
      : new Network({ inputs: 3, layers: layersOf(units), seed: 4 })
  const trainerOf = (many, threads, backend, units = 17) =>
    new Trainer(modelOf(many, units), { loss: 'meanSquaredError', optimizer: 'adam', backend, threads })
  // Epochs enough for another thread: short fits run on the main thread.
  const options = { epochs: 20, batchSize: 8, shuffle: true, seed: 1 }
  const modelIn = (trainer) => trainer.network ?? trainer.ensemble
  const bitsOf = (trainer) => {
    const model = modelIn(trainer)
    const members = model instanceof Ensemble ? model.members : [model]
    return members.map((one) => one.digest()).join() + '|' + Array.from(trainer.optimizerState ?? []).join()
  }
  const trained = (trainer, fit) => {
    trainer.fitSync(x, y, fit)
    return trainer
  }
  const wholeFits = {}
  const expected = {}
  for (const many of [false, true]) {
    expected[many] = bitsOf(trained(trainerOf(many, 1, 'typescript'), options))
  }
`

// Each round is fresh, so that it allocates what a first call does: \`units\` is a new architecture.
const SCENARIOS: readonly (readonly [title: string, round: string])[] = [
  [
    'a first prediction',
    `({ round }) => {
      const network = new Network({ inputs: 3, layers: layersOf(20 + round), seed: 1 })
      const act = () => network.predict(x, { backend }).join()
      return { act, right: network.predict(x, { backend: 'typescript' }).join(), same: () => network.digest() }
    }`,
  ],
  ...[1, 3].map(
    (threads) =>
      [
        `predictAsync of an ensemble, threads: ${threads}`,
        `({ round }) => {
          const seeds = [1, 2, 3]
          const ensemble = new Ensemble({ inputs: 3, layers: layersOf(20 + (round % 40)), seeds })
          const output = (predictions) => [predictions.mean, ...predictions.members].join()
          const act = async () => output(await ensemble.predictAsync(x, { backend, threads: ${threads} }))
          return { act, right: output(ensemble.predict(x, { backend: 'typescript' })), same: () => ensemble.digest() }
        }`,
      ] as const,
  ),
  [
    'first gradients',
    `({ round }) => {
      const network = new Network({ inputs: 3, layers: layersOf(20 + round), seed: 1 })
      const dOutput = network.predict(x, { backend: 'typescript' })
      const act = () => network.gradients(x, dOutput, { backend }).parameters.join()
      const right = network.gradients(x, dOutput, { backend: 'typescript' }).parameters.join()
      return { act, right, same: () => network.digest() }
    }`,
  ],
  [
    'a step with given gradients',
    `() => {
      const [trainer, other] = [backend, 'typescript'].map((one) => trainerOf(false, 1, one))
      const gradients = trainer.network.parameters.map(Math.sin)
      other.applyGradients(gradients)
      const act = () => {
        trainer.applyGradients(gradients)
        return bitsOf(trainer)
      }
      return { act, right: bitsOf(other), same: () => bitsOf(trainer) }
    }`,
  ],
  [
    'an evaluation',
    `() => {
      const trainer = trainerOf(false, 1, backend)
      const right = trainerOf(false, 1, 'typescript').evaluate(x, y).loss
      return { act: () => trainer.evaluate(x, y).loss, right, same: () => bitsOf(trainer) }
    }`,
  ],
  ...[false, true].map(
    (many) =>
      [
        `fitSync of ${many ? 'an ensemble' : 'a network'} with a validation after each epoch, up to its last whole epoch`,
        `() => {
          const fit = { ...options, epochs: 5, validationData: [x, y] }
          const right = wholeFits[${many}] ??= bitsOf(trained(trainerOf(${many}, 1, 'typescript'), fit))
          const trainer = trainerOf(${many}, 1, backend)
          // What failed continues from its state: with the parameters, the state and the number of the last whole epoch.
          const act = () => {
            const left = 5 - trainer.epoch
            if (left > 0) trainer.partialFitSync(x, y, { ...fit, epochs: left })
            return bitsOf(trainer)
          }
          return { act, right, same: () => '' }
        }`,
      ] as const,
  ),
  ...[false, true].flatMap((many) =>
    ['fitSync', 'fit'].flatMap((method) =>
      [1, 2].map(
        (threads) =>
          [
            `${method} of ${many ? 'an ensemble' : 'a network'}, threads: ${threads}`,
            `() => {
              const trainer = trainerOf(${many}, ${threads}, backend)
              const act = async () => {
                await trainer.${method}(x, y, options)
                return bitsOf(trainer)
              }
              return { act, right: expected[${many}], same: () => bitsOf(trainer) }
            }`,
          ] as const,
      ),
    ),
  ),
]

// Every allocation, or some of them where fewer cases are drawn.
const STEP = DRAWS_ALL ? 1 : 11

describe('an allocation that fails inside the addon', () => {
  for (const [title, round] of SCENARIOS) {
    testUnless(obstacle, `is an error that leaves everything as it was: each one of ${title}`, () => {
      const { status, signal, stdout, stderr } = program(`${SETUP}
        const roundOf = ${round}
        let failures = 0
        let errors = 0
        for (let round = 1; ; round += ${STEP}) {
          const { act, right, same } = roundOf({ round })
          const before = same()
          let error = null
          let result
          failAllocation(round)
          try {
            result = await act()
          } catch (thrown) {
            error = thrown
          }
          const calls = failAllocation(0)
          if (error === null) {
            if (result !== right) console.log('allocation', round, 'changed the result')
          } else {
            errors++
            if (!(error instanceof Error) || error.message === '') console.log('no error:', error)
            if (same() !== before) console.log('allocation', round, 'left something half done')
            if ((await act()) !== right) console.log('allocation', round, 'spoiled the next call')
          }
          if (calls < round) break
          failures++
        }
        console.log(failures > 0, errors > 0)`)
      assert.deepEqual([status, signal], [0, null], stderr)
      assert.equal(stdout, 'true true\n')
    })
  }

  testUnless(obstacle, 'leaves the other backends where the addon cannot be loaded: each one of loading', () => {
    const source = `${SETUP}
      import { loadAddon } from '#lib/backend/addon.js'
      const addon = loadAddon()
      const calls = failAllocation(0)
      const trainer = trainerOf(false, 1, 'auto')
      trainer.fitSync(x, y, options)
      console.log(JSON.stringify({ calls, loaded: addon !== null, path: trainer.backend.name, right: bitsOf(trainer) === expected[false] }))`
    let failed = 0
    for (let number = 1; ; number++) {
      const { status, signal, stdout, stderr } = program(source, { LOCKSTEP_TEST_FAILING_ALLOCATION: `${number}` })
      assert.deepEqual([status, signal], [0, null], `allocation ${number}: ${stderr}`)
      const { calls, loaded, path, right } = JSON.parse(stdout) as Record<string, unknown>
      assert.ok(right, `allocation ${number}`)
      assert.equal(loaded, (path as string).startsWith('native/'))
      if (!loaded) failed++
      if ((calls as number) < number) break
    }
    assert.notEqual(failed, 0)
  }).timeout(180_000)
})

describe('a thread that cannot be started', () => {
  testUnless(obstacle, 'is an error for the first asynchronous training, and the next one trains', () => {
    const { status, signal, stdout, stderr } = program(`${SETUP}
      const trainer = trainerOf(false, 1, backend)
      failThread(1)
      const error = await trainer.fit(x, y, options).then(() => null, (thrown) => thrown)
      console.log(failThread(0), error instanceof Error, error?.message)
      await trainer.fit(x, y, options)
      console.log(bitsOf(trainer) === expected[false])`)
    assert.deepEqual([status, signal], [0, null], stderr)
    const [first, second] = stdout.split('\n')
    assert.match(first, /^1 true This call of the addon failed: .+\. It has changed nothing\.$/)
    assert.equal(second, 'true')
  })

  testUnless(obstacle, 'leaves trainings to the threads that are there', () => {
    const { status, signal, stdout, stderr } = program(`${SETUP}
      for (let number = 1; number < 5; number++) {
        for (const [many, threads] of [[false, 2], [false, 3], [true, 4]]) {
          for (const method of ['fitSync', 'fit']) {
            const trainer = trainerOf(many, threads, backend)
            // The queue has its thread by now.
            await trainerOf(false, 1, backend).fit(x, y, options)
            failThread(number)
            await trainer[method](x, y, options)
            failThread(0)
            if (bitsOf(trainer) !== expected[many]) console.log(number, many, threads, method)
          }
        }
      }
      console.log('done')`)
    assert.deepEqual([status, signal, stdout], [0, null, 'done\n'], stderr)
  })
})
