/** Sets of labels: how often they have the label of new records, and what they hold. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'
import { type LabelSetPrediction, labelEncoder, Model, type TargetOption } from 'lockstep-nn/data'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { rowTests } from '../support/rows.js'

const targets: Readonly<Record<string, TargetOption<'sold' | 'state'>>> = {
  'three labels': { column: 'state', type: 'label' },
  'two labels': { column: 'sold', type: 'label' },
  'ordered labels': { column: 'state', type: 'ordered', labels: STATES },
}

/** The share of drawn tables' new records whose label is in the set, and the mean size of sets. */
async function coverageOf(target: TargetOption<'sold' | 'state'>, interval: number, tables: number, kept: number) {
  let [within, size] = [0, 0]
  for (let table = 0; table < tables; table++) {
    const model = (await Model.fit(houses(40, 3 * table), {
      target,
      columns: INPUTS,
      hidden: [3],
      seed: table,
      // New records, which have no part in the choice of the epoch, as the theorem wants.
      validation: houses(kept, 3 * table + 1),
      temperature: false,
      trainer: { optimizer: { name: 'adam', learningRate: 0.03 } },
      fit: { epochs: 15, earlyStopping: false },
    })) as unknown as Model<'label'>
    const { coverage, meanSize } = model.evaluate(houses(100, 3 * table + 2), { interval })
    within += coverage / tables
    size += meanSize / tables
  }
  return { within, size }
}

describe('sets of labels', () => {
  const row = rowTests()
  for (const [what, target] of Object.entries(targets)) {
    row('have the label of the asked share of new records, over many drawn tables', what, async () => {
      const [tables, kept] = [60, 39]
      let before = 0
      for (const interval of [0.6, 0.9, 0.95]) {
        const { within, size } = await coverageOf(target, interval, tables, kept)
        // The coverage of a table has a beta distribution, from which its 100 new records are drawn: four standard
        // deviations of the mean. Sets always have the most probable label, which is right more often than in 60 %.
        const spread = 4 * Math.sqrt((interval * (1 - interval) * (1 / (kept + 2) + 1 / 100)) / tables)
        assert.ok(within > interval - spread, `${within} for ${interval}`)
        if (interval > 0.6) assert.ok(within < interval + 1 / (kept + 1) + spread, `${within} for ${interval}`)
        assert.ok(size >= before && size <= (what === 'two labels' ? 2 : 3))
        before = size
      }
      assert.ok(before > 1.2, `sets of ${before} labels are tested`)
    })

    row('have the most probable label, and those of a lower share', what, async () => {
      const records = houses(300, 3)
      const model = (await Model.fit(records, {
        target,
        columns: INPUTS,
        hidden: [4],
        validation: 0.4,
        fit: { epochs: 8 },
      })) as unknown as Model<'label'>
      const plain = model.predict(records)
      const [narrow, wide] = [0.5, 0.95].map((interval) => model.predict(records, { interval }))
      for (const [i, { label, probabilities, labels }] of wide.entries()) {
        assert.deepEqual({ label, probabilities }, plain[i])
        assert.ok(labels.includes(label) && narrow[i].labels.every((one) => labels.includes(one)))
        assert.deepEqual(
          labels,
          model.labels.filter((one) => labels.includes(one)),
        )
      }
      assert.ok(wide.some(({ labels }) => labels.length > 1))
      const copy = Model.fromJSON<'label'>(JSON.stringify(model))
      assert.equal(copy.digest(), model.digest())
      assert.deepEqual(copy.predict(records[0], { interval: 0.95 }), wide[0])
    })
  }

  // Six records of each value of a, and probabilities that are those of a: the network passes its inputs on.
  const passing = (target: object, layer: 'softmax' | 'sigmoid', units: number) => {
    const parameters = new Float64Array(2 * units)
    for (let k = 0; k < units; k++) parameters[k] = k
    const network = new Network({ inputs: 1, layers: [{ units, activation: layer }], parameters })
    return new Model<'label'>({
      network,
      columns: [{ name: 'a', type: 'number', scaler: null }],
      target: target as never,
    })
  }
  const encoder = labelEncoder.fit(['low', 'middle', 'high', 'top'], { labels: ['low', 'middle', 'high', 'top'] })
  const setsOf = (model: Model<'label'>, a: number, interval: number) =>
    (model.predict({ a }, { interval }) as LabelSetPrediction).labels

  it('are the labels with a probability of at least 1 less the quantile of the residuals', () => {
    const residuals = [0.25, 0.5, 0.75]
    const model = passing({ name: 'y', type: 'label', encoder, residuals }, 'softmax', 4)
    // a = ln 2: probabilities of 1/15, 2/15, 4/15, 8/15.
    const a = Math.LN2
    assert.deepEqual(setsOf(model, a, 0.75), ['high', 'top'])
    assert.deepEqual(setsOf(model, a, 0.5), ['top'])
    assert.deepEqual(setsOf(model, a, 0.1), ['top'])
    assert.deepEqual(setsOf(model, 0, 0.75), ['low', 'middle', 'high', 'top'])
  })

  it('of ordered labels are neighbours, also where a label between has a small probability', () => {
    // Above low with 1/2, above middle and high with 0.45: low 0.5, middle 0.05, high 0, top 0.45.
    const logit = Math.log(0.45 / 0.55)
    const network = new Network({
      inputs: 1,
      layers: [{ units: 3, activation: 'sigmoid' }],
      parameters: Float64Array.of(0, 0, 0, 0, logit, logit),
    })
    const setWith = (type: 'label' | 'ordered', residual: number, own: Network) => {
      const target = { name: 'y', type, encoder, residuals: new Array<number>(9).fill(residual) } as const
      const columns = [{ name: 'a', type: 'number', scaler: null }] as const
      return setsOf(new Model<'label'>({ network: own, columns, target }), 1, 0.9)
    }
    assert.deepEqual(setWith('ordered', 0.6, network), ['low'])
    assert.deepEqual(setWith('ordered', 0.96, network), ['low', 'middle'])
    assert.deepEqual(setWith('ordered', 1, network), ['low', 'middle', 'high', 'top'])
    const softmax = new Network({
      inputs: 1,
      layers: [{ units: 4, activation: 'softmax' }],
      parameters: Float64Array.of(0, 0, 0, 0, Math.log(50), Math.log(5), Math.log(1), Math.log(44)),
    })
    assert.deepEqual(setWith('label', 0.6, softmax), ['low', 'top'])
  })

  it('have the residuals of the validation records: 1 less the probability of their label', async () => {
    const kept = houses(9, 7)
    const options = { columns: INPUTS, hidden: [3], validation: kept, fit: { epochs: 5 } } as const
    const model = await Model.fit(houses(50, 6), { ...options, target: 'state' })
    const expected = model.predict(kept).map(({ probabilities }, i) => 1 - probabilities[kept[i].state])
    assert.deepEqual(
      model.target.residuals,
      expected.sort((a, b) => a - b),
    )
    const places = (state: string) => STATES.indexOf(state)
    const ordered = await Model.fit(houses(50, 6), {
      ...options,
      target: { column: 'state', type: 'ordered', labels: STATES },
    })
    const ofOrdered = ordered.predict(kept).map(({ label, probabilities }, i) => {
      const [from, to] = [places(String(label)), places(kept[i].state)].sort()
      return 1 - Math.min(...STATES.slice(from, to + 1).map((state) => probabilities[state]))
    })
    assert.deepEqual(
      ordered.target.residuals,
      ofOrdered.sort((a, b) => a - b),
    )
  })
})
