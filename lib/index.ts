export { type BackendInfo, backends } from './backend.js'
export type { Rows } from './data.js'
export { DivergenceError } from './errors.js'
export {
  type LayerInfo,
  Network,
  type NetworkOptions,
  type PredictOptions,
  type SavedNetwork,
} from './network.js'
export type {
  ActivationName,
  InitializerName,
  InitializerOption,
  LayerOption,
  LossName,
  OptimizerName,
  OptimizerOption,
} from './registry.js'
export { type FitOptions, type History, Trainer, type TrainerOptions } from './trainer.js'
