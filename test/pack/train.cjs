// As a CommonJS module. What it prints is compared with what the same training prints elsewhere.
const { Network, Trainer } = require('lockstep-nn')

const x = Float64Array.from({ length: 40 * 3 }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y = Float64Array.from({ length: 40 }, (_, i) => x[i * 3] * x[i * 3 + 1] - x[i * 3 + 2])

const network = new Network({
  inputs: 3,
  layers: [{ units: 9, activation: 'tanh' }, { units: 5, activation: 'softplus' }, { units: 1 }],
  seed: 7,
})
const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })

trainer.fitSync(x, y, { epochs: 60, batchSize: 16, seed: 1 })
trainer.fit(x, y, { epochs: 60, batchSize: 16, seed: 2 }).then(({ loss }) => {
  console.log(JSON.stringify({ ...trainer.backend, digest: network.digest(), loss: loss[loss.length - 1] }))
})
