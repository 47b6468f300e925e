export { type BackendInfo, backends } from './backend.js'
export type { Rows } from './data.js'
export { Ensemble, type EnsembleOptions, type EnsemblePrediction } from './ensemble.js'
export { DivergenceError } from './errors.js'
export type { EnsembleHistory, FitOptions, History } from './fitting.js'
export {
  type LayerInfo,
  Network,
  type NetworkOptions,
  type PredictOptions,
  type SavedNetwork,
} from './network.js'
export type {
  ActivationAlias,
  ActivationName,
  EnsembleOptimizerOption,
  InitializerName,
  InitializerOption,
  LayerOption,
  LossName,
  LossOption,
  OptimizerName,
  OptimizerOption,
} from './registry.js'
export { type Evaluated, type Fitted, Trainer, type TrainerOptions } from './trainer.js'
