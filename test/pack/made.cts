// A CommonJS module that makes objects for an ES module. scripts/pack/consumers.mjs compiles and runs it.
import { Network } from 'lockstep-nn'
import { standardScaler } from 'lockstep-nn/data'

export const network: Network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
export const scaler = standardScaler.fit([[1], [2]])
