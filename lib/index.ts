export { type BackendInfo, backends } from './backend.js'
export type { Rows } from './data.js'
export { Ensemble, type EnsembleOptions, type EnsemblePrediction } from './ensemble.js'
export type { SavedEnsemble } from './ensemble-saved.js'
export { DivergenceError } from './errors.js'
export type { EnsembleEvaluation, Evaluated, EvaluateOptions, Evaluation } from './fitting/evaluation.js'
export type {
  ByMetric,
  EnsembleHistory,
  EnsembleProgress,
  EpochReport,
  History,
  Progress,
  Stopped,
} from './fitting/history.js'
export type { FitOptions, ValidationData } from './fitting/options.js'
export { type CheckGradientsOptions, checkGradients, type GradientCheck } from './gradients.js'
export type { LayerInfo, LayerParameters } from './layers.js'
export type { MetricOption } from './metrics/choose.js'
export * as metrics from './metrics/functions.js'
export type { MetricName, ScalarMetricName } from './metrics/table.js'
export type { EarlyStoppingOptions, MonitorName } from './monitor.js'
export {
  Network,
  type NetworkOptions,
  type PredictOptions,
  type SavedNetwork,
} from './network.js'
export type {
  ActivationAlias,
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
  LossOption,
  OptimizerName,
  OptimizerOption,
} from './registry.js'
export type { ScheduleFunction, ScheduleName, ScheduleOption } from './schedules.js'
export { type Fitted, type ProgressOf, Trainer, type TrainerOptions } from './trainer.js'
