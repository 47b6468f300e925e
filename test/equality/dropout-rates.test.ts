/** Members of a group whose rates of dropout differ: each with the bits of its network trained alone. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { memberLayerOptions } from '#lib/kernels/training/members.js'
import { Group } from '#lib/search/engine/group.js'
import { type GroupMember, makeGroupJob } from '#lib/training/group-job.js'
import { cases } from '../support/arbitraries.js'
import { sameBits, sameNumber } from '../support/bits.js'
import { type Case, type Data, dataOf, normalizable, parameterCountOf } from '../support/case.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { paths } from '../support/paths.js'

const MOST_PARAMETERS = 3000
const MOST_ROWS = 30

/** A drawn training whose members have other rates in the same layers. */
interface Drawn {
  readonly common: Case
  /** Where a layer of dropout is put, as far as there are layers. */
  readonly at: number
  /** For each member and layer; used again from the beginning where there are more layers. */
  readonly rates: readonly (readonly number[])[]
  readonly threads: number
  readonly isValidated: boolean
}

const rate = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 5e-324, 1 - 2 ** -53, 0.5) },
  { weight: 3, arbitrary: fc.double({ min: 0, max: 0.9, noNaN: true }) },
)

const drawn: fc.Arbitrary<Drawn> = fc.record({
  common: cases
    .filter((one) => parameterCountOf(one) <= MOST_PARAMETERS && 'seed' in one.start)
    .map((one) => {
      const fit = { ...one.fit, epochs: Math.min(one.fit.epochs, 3) }
      return normalizable({ ...one, rows: 2 + (one.rows % MOST_ROWS), fit })
    }),
  at: fc.nat(9),
  rates: fc.array(fc.array(rate, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 7 }),
  threads: fc.integer({ min: 1, max: 3 }),
  isValidated: fc.boolean(),
})

/** The layers with one of dropout more, all of them with these rates in order. */
function layersWith(layers: readonly LayerOption[], place: number, rates: readonly number[]): LayerOption[] {
  // An embedding is the first layer, a dense one the last.
  const at = Math.max(layers[0].type === 'embedding' ? 1 : 0, place % layers.length)
  let next = 0
  const rated = (one: LayerOption): LayerOption => {
    if (one.type === 'dropout') return { ...one, rate: rates[next++ % rates.length] }
    return 'layers' in one && one.layers !== undefined
      ? ({ ...one, layers: one.layers.map(rated) } as LayerOption)
      : one
  }
  const dropout = { type: 'dropout', rate: 0 } as const
  return [...layers.slice(0, at), dropout, ...layers.slice(at)].map(rated)
}

const fitOf = ({ common, isValidated }: Drawn) => ({
  ...common.fit,
  ...(isValidated ? { validationSplit: 0.4, earlyStopping: { patience: 1, restoreBest: true } } : {}),
})

const metricOf = ({ isValidated }: Drawn) => (isValidated ? 'validationLoss' : 'loss')

function membersOf({ common, at, rates }: Drawn): GroupMember[] {
  const { inputs, start, optimizer, fit, layers } = common
  return rates.map((own, i) => ({
    network: {
      inputs,
      layers: layersWith(layers, at, own),
      initializer: 'seed' in start ? start.initializer : undefined,
    },
    networkSeed: 7 * i,
    fitSeed: (fit.seed + i) % Number.MAX_SAFE_INTEGER,
    optimizer,
    name: `member ${i}`,
  }))
}

/** The parameters and the value of a member trained alone; null: it diverges. */
function alone(one: Drawn, { network, networkSeed, fitSeed, optimizer }: GroupMember, { x, y }: Data) {
  const own = new Network({ ...network, seed: networkSeed } as never)
  const trainer = new Trainer(own, { loss: one.common.loss, optimizer: optimizer as never, backend: 'typescript' })
  try {
    const history = trainer.fitSync(x, y, { ...fitOf(one), seed: fitSeed })
    const last = history.bestEpoch ?? history.epochs - 1
    return { parameters: own.parameters, value: (one.isValidated ? history.validationLoss : history.loss)?.[last] }
  } catch (error) {
    if (error instanceof DivergenceError) return null
    throw error
  }
}

/** Trains the members as a group, and compares each. Returns how many have not diverged. */
async function check(one: Drawn, backend: string): Promise<number> {
  const data = dataOf(one.common)
  const members = membersOf(one)
  const trainer = { loss: one.common.loss, threads: one.threads, backend }
  const job = makeGroupJob({ trainer, fit: fitOf(one) }, members, data.x, data.y)
  const { layerOptions, plan } = job.compiled
  assert.equal(layerOptions.length, members.length * memberLayerOptions(plan).length)
  const group = new Group(job, metricOf(one))
  let finite = 0
  try {
    await group.runTo(group.epochs)
    members.forEach((member, i) => {
      const expected = alone(one, member, data)
      assert.equal(group.ending(i) === 'diverged', expected === null, `${backend}, member ${i}`)
      if (expected === null) return
      finite++
      const { values, from, length } = group.parametersOf(i)
      sameBits(values.slice(from, from + length), expected.parameters, `${backend}, member ${i}`)
      sameNumber(group.value(i), expected.value ?? NaN, `${backend}, value of member ${i}`)
    })
  } finally {
    group.close()
  }
  return finite
}

describe('members whose rates of dropout differ', () => {
  it('have the bits of networks trained alone, with any layers, on every backend', async () => {
    let finite = 0
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        for (const backend of paths) finite += await check(one, backend)
      }),
      { numRuns: drawCount(160) },
    )
    assert.ok(finite >= leastCount(300), `${finite} members were compared`)
  })

  it('have rates that change their parameters', async () => {
    const layers: LayerOption[] = [{ units: 8 }, { type: 'dropout', rate: 0.25 }, { units: 1 }]
    const member = { networkSeed: 1, fitSeed: 2, optimizer: 'sgd' }
    const members = [0.25, 0.5, 0.25].map((own, i) => {
      const [first, , last] = layers
      const network = { inputs: 2, layers: [first, { type: 'dropout', rate: own }, last] }
      return { ...member, network, name: `member ${i}` }
    })
    const x = Float64Array.of(0, 1, 1, 0, 1, 1)
    for (const backend of paths) {
      const options = { trainer: { loss: 'meanSquaredError', backend }, fit: { epochs: 3 } }
      const group = new Group(makeGroupJob(options, members, x, Float64Array.of(1, 0, 1)), 'loss')
      await group.runTo(3)
      const [a, b, c] = members.map((_, i) => {
        const { values, from, length } = group.parametersOf(i)
        return values.slice(from, from + length)
      })
      group.close()
      sameBits(c, a, backend)
      assert.notDeepEqual(b, a, backend)
    }
  })
})
