export type { FileUrl, Path } from '../files/path-types.js'
export type { CategoryColumn, Column, NumberColumn, SavedColumn } from './columns/columns.js'
export type { ColumnOption, ScalerChoice } from './columns/specify.js'
export { type CsvOptions, type CsvRecord, type CsvType, type OnMissing, readCsv } from './csv/csv.js'
export type { CsvSource } from './csv/csv-source.js'
export type { Category, Widened } from './encoding/categories.js'
export {
  type InverseOptions,
  LabelEncoder,
  type LabelEncoderOptions,
  labelEncoder,
  OneHot,
  type OneHotOptions,
  oneHot,
  type SavedLabelEncoder,
  type SavedOneHot,
} from './encoding/encoders.js'
export {
  type MinMaxScalerOptions,
  minMaxScaler,
  type RobustScalerOptions,
  robustScaler,
  type SavedScaler,
  Scaler,
  type ScalerMaker,
  type ScalerOptions,
  type ScalerType,
  standardScaler,
} from './encoding/scalers.js'
export type {
  ClassWeight,
  KindOf,
  KindsOf,
  ModelFitOptions,
  ModelTrainingOptions,
  SeveralFitOptions,
  TargetList,
} from './model/fit-settings.js'
export { Model } from './model/model.js'
export type { ModelOptions } from './model/parts.js'
export type {
  IntervalPrediction,
  LabelPrediction,
  ModelKind,
  ModelPredictOptions,
  Prediction,
  WithIntervals,
} from './model/predictions.js'
export type { SavedHead, SavedModel } from './model/saved.js'
export type { LabelEvaluation, ModelEvaluation, NumberEvaluation } from './model/scores.js'
export type { TrainingSummary } from './model/training.js'
export type { RecordObject } from './records/records.js'
export * as scores from './scores/functions.js'
export type { CalibrationBin } from './scores/labels.js'
export { type CrossValidated, type CrossValidateOptions, crossValidate } from './splits/cross-validate.js'
export { type FoldOptions, kFold, stratifiedKFold } from './splits/folds.js'
export type { Split } from './splits/items.js'
export { type SplitOptions, trainTestSplit } from './splits/splits.js'
export type { Labels } from './splits/strata.js'
export { type TimeSeriesOptions, timeSeriesSplit } from './splits/time-series.js'
export type { Times } from './splits/times.js'
export type { ValidationOptions } from './splits/validation.js'
export { type WindowOptions, type Windows, windows } from './splits/windows.js'
export type { CountTarget } from './targets/count.js'
export type { LabelTarget } from './targets/label.js'
export type { NumberTarget } from './targets/number.js'
export type { OrderedTarget } from './targets/ordered.js'
export type { TargetOption } from './targets/specify-target.js'
export type { SavedTarget, Target, TargetType } from './targets/targets.js'
