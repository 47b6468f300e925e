/** A training that ends in one process and continues in another: the same bits as one that never stopped. */
import assert from 'node:assert/strict'
import { script } from '../support/child.js'
import { newTrainer, type Setup, task } from '../support/learning.js'
import { paths } from '../support/paths.js'

/** Trains up to an epoch in a process of its own, from the files of another one, and returns its own. */
function upTo(epoch: number, setup: Setup, left: string): string {
  const source = `
    import { Network, Trainer } from 'lockstep-nn'
    import { newTrainer, task } from './out/test/support/learning.js'
    const setup = ${JSON.stringify(setup)}
    const left = ${JSON.stringify(left)}
    const { x, y } = task(23)
    const validation = { x: x.map((value) => -value), y }
    const saved = left === '' ? null : JSON.parse(left)
    const fresh = newTrainer(setup)
    const { optimizer, backend, schedule } = setup
    const network = saved === null ? fresh.network : Network.fromJSON(saved.network)
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer, backend, schedule })
    const bits = (text) => new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
    if (saved !== null) {
      trainer.optimizerState = bits(saved.optimizerState)
      trainer.scheduleState = bits(saved.scheduleState)
    }
    const initialEpoch = saved === null ? 0 : saved.epoch
    const fit = { batchSize: 4, seed: 2 ** 40 + 7, initialEpoch, epochs: ${epoch} - initialEpoch, validationData: validation }
    await trainer.partialFit(x, y, fit)
    const text = (values) => Buffer.from(values.slice().buffer).toString('base64')
    console.log(JSON.stringify({
      network: network.toJSON(),
      epoch: trainer.epoch,
      optimizerState: text(trainer.optimizerState),
      scheduleState: text(trainer.scheduleState),
    }))`
  const { status, stdout, stderr } = script(source)
  assert.equal(status, 0, stderr)
  return stdout.trim()
}

describe('a training that continues in another process', () => {
  for (const schedule of [
    { name: 'cosine', epochs: 5, restarts: true, warmup: 1 },
    { name: 'reduceOnPlateau', patience: 0, threshold: 0.2 },
  ] as const) {
    it(`ends in the same bits, with a schedule ${schedule.name}`, async () => {
      const { x, y } = task(23)
      const setup = { optimizer: { name: 'adam', learningRate: 0.05 }, schedule } as const
      const whole = newTrainer(setup)
      const validationData = { x: x.map((value) => -value), y }
      const fit = { epochs: 9, batchSize: 4, seed: 2 ** 40 + 7, validationData }
      const { learningRate } = await whole.fit(x, y, fit)
      assert.ok(new Set(learningRate).size > 2, String(learningRate))
      const [first, last] = [paths[0], paths[paths.length - 1]]
      const left = upTo(7, { ...setup, backend: last }, upTo(3, { ...setup, backend: first }, ''))
      const { network } = JSON.parse(upTo(9, { ...setup, backend: first }, left)) as { network: { digest: string } }
      assert.equal(network.digest, whole.network.digest())
    }).timeout(120_000)
  }
})
