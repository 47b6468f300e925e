export { useAddon } from './backend/addon.js'
export { type BackendInfo, backends } from './backend/choose.js'
export { loadWasm, type WasmResponse, type WasmSource } from './backend/wasm/load.js'
export type { Signal } from './checks/abort.js'
export type {
  ActivationAlias,
  ActivationName,
  BatchNormalizationOption,
  DenseOption,
  DropoutOption,
  EmbeddingColumn,
  EmbeddingOption,
  EnsembleOptimizerOption,
  InitializerName,
  InitializerOption,
  InnerLayerOption,
  LayerNormalizationOption,
  LayerOption,
  LayerType,
  LossName,
  LossOption,
  OptimizerName,
  OptimizerOption,
  ResidualOption,
} from './checks/registry.js'
export type { Rows } from './checks/rows.js'
export type { MetricOption } from './metrics/choose.js'
export * as metrics from './metrics/functions.js'
export type { MetricName, ScalarMetricName } from './metrics/table.js'
export { Ensemble, type EnsembleOptions, type EnsemblePrediction } from './network/ensemble.js'
export type { SavedEnsemble, SavedWeightedEnsemble } from './network/ensemble-saved.js'
export type { GradientsOf, GradientsOptions } from './network/gradients.js'
export type { LayerInfo, LayerParameters } from './network/layer-info.js'
export { Network, type PredictAsyncOptions, type PredictOptions, type SavedNetwork } from './network/network.js'
export type { NetworkOptions } from './network/shape.js'
export { WeightedEnsemble, type WeightedEnsembleOptions } from './network/weighted-ensemble.js'
export { type CheckGradientsOptions, checkGradients, type GradientCheck } from './training/check-gradients.js'
export type { CheckpointOptions } from './training/checkpoint/options.js'
export type { EarlyStoppingOptions, MonitorName } from './training/early-stopping.js'
export type { EnsembleEvaluation, Evaluated, EvaluateOptions, Evaluation } from './training/evaluate.js'
export type { FitOptions, ValidationData } from './training/fit-options.js'
export type {
  ByMetric,
  EnsembleHistory,
  EnsembleProgress,
  EpochReport,
  History,
  Progress,
  Stopped,
  TrainingProgress,
} from './training/history.js'
export { DivergenceError } from './training/history.js'
export type { MemoryOptions } from './training/memory.js'
export type { ScheduleFunction, ScheduleName, ScheduleOption } from './training/schedules.js'
export type { StepOptions } from './training/step.js'
export { Trainer } from './training/trainer.js'
export type { Fitted, ProgressOf, TrainerOptions } from './training/trainer-options.js'
