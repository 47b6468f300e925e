// An ES module that is given objects of a CommonJS module: their types are the same. scripts/pack/consumers.mjs runs it.
import { Network, Trainer } from 'lockstep-nn'
import { type Scaler, standardScaler } from 'lockstep-nn/data'
import { network, scaler } from './made.cjs'

const trainer: Trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' })
const given: Scaler = scaler
trainer.fitSync([[1], [2]], [[2], [4]])

declare const console: { log(line: string): void }
console.log(
  JSON.stringify({
    taken: network instanceof Network,
    same: JSON.stringify(given) === JSON.stringify(standardScaler.fit([[1], [2]])),
  }),
)
