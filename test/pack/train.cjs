// A CommonJS module. scripts/pack-test.mjs compares its output with that of the same training elsewhere.
const { Network, Trainer } = require('lockstep-nn')
const { Model, readCsv } = require('lockstep-nn/data')

const x = Float64Array.from({ length: 40 * 3 }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y = Float64Array.from({ length: 40 }, (_, i) => x[i * 3] * x[i * 3 + 1] - x[i * 3 + 2])

const network = new Network({
  inputs: 3,
  layers: [{ units: 9, activation: 'tanh' }, { units: 5, activation: 'softplus' }, { units: 1 }],
  seed: 7,
})
const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })

trainer.fitSync(x, y, { epochs: 60, batchSize: 16, seed: 1 })
// The data entry: the same model from the same records.
const records = Array.from({ length: 40 }, (_, i) => ({
  height: x[i * 3],
  weight: x[i * 3 + 1],
  kind: y[i] > 0 ? 'more' : 'less',
}))
async function main() {
  const { loss } = await trainer.fit(x, y, { epochs: 60, batchSize: 16, seed: 2 })
  const model = await Model.fit(records, { target: 'kind', fit: { epochs: 3 } })
  const [{ a: csv }] = await readCsv('a\n"1 "" x"\n')
  const digest = `${network.digest()} ${model.digest()}`
  console.log(JSON.stringify({ ...trainer.backend, digest, csv, loss: loss[loss.length - 1] }))
}

main()
