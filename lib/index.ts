export { type BackendInfo, backends } from './backend.js'
export type { Rows } from './data.js'
export { Ensemble, type EnsembleOptions, type EnsemblePrediction } from './ensemble.js'
export { DivergenceError } from './errors.js'
export type { EnsembleHistory, FitOptions, History } from './fitting.js'
export type { LayerInfo, LayerParameters } from './layers.js'
export {
  Network,
  type NetworkOptions,
  type PredictOptions,
  type SavedNetwork,
} from './network.js'
export type {
  ActivationName,
  BatchNormalizationOption,
  DenseOption,
  DropoutOption,
  EnsembleOptimizerOption,
  InitializerName,
  InitializerOption,
  LayerNormalizationOption,
  LayerOption,
  LayerType,
  LossName,
  OptimizerName,
  OptimizerOption,
} from './registry.js'
export { type Evaluated, type EvaluateOptions, type Fitted, Trainer, type TrainerOptions } from './trainer.js'
