export type { FileUrl, Path } from '../files/path-types.js'
export type { BooleanColumn, BooleanColumnOptions } from './columns/boolean.js'
export type { CategoryColumn, CategoryColumnOptions } from './columns/category.js'
export type { Column, ColumnOption } from './columns/column-types.js'
export type { SavedColumn } from './columns/columns.js'
export type { DateColumn, DateColumnOptions } from './columns/date.js'
export type { DatePart } from './columns/date-parts.js'
export type { NumberColumn, NumberColumnOptions } from './columns/number.js'
export type { ColumnReport, DroppedColumn, DropReason, Report, SkippedRecords } from './columns/report.js'
export type { ScalerChoice } from './columns/scaler-choice.js'
export type { CsvValue } from './csv/cell-readers.js'
export { type CsvBatch, type CsvRecord, csvBatches, type InferredRecord, readCsv } from './csv/csv.js'
export type {
  BatchOptions,
  CsvBatchOptions,
  CsvColumns,
  CsvFormatOptions,
  CsvInferOptions,
  CsvOptions,
  CsvType,
  CsvTypeOption,
  OnMissing,
} from './csv/csv-options.js'
export { type CellContent, csvText } from './csv/csv-text.js'
export {
  type JsonLinesBatch,
  type JsonRecord,
  type JsonValue,
  jsonLinesBatches,
  readJsonLines,
} from './csv/json-lines.js'
export type { TableSource, TextStream, WebStream } from './csv/text-source.js'
export { diagnose } from './diagnose/diagnose.js'
export type { Diagnosis, Finding, FindingName, FindingPlaces, Severity, SkippedCheck } from './diagnose/finding.js'
export type { DiagnoseOptions } from './diagnose/options.js'
export type { Category, Widened } from './encoding/categories.js'
export {
  type InverseOptions,
  LabelEncoder,
  type LabelEncoderOptions,
  labelEncoder,
  type SavedLabelEncoder,
} from './encoding/encoders.js'
export {
  type MissingCategory,
  OneHot,
  type OneHotOptions,
  oneHot,
  type SavedOneHot,
  type UnknownCategory,
} from './encoding/one-hot.js'
export { type SavedScaler, Scaler, type ScalerType } from './encoding/scaler.js'
export {
  type MinMaxScalerOptions,
  minMaxScaler,
  type QuantileScalerOptions,
  quantileScaler,
  type RobustScalerOptions,
  robustScaler,
  type ScalerMaker,
  type ScalerOptions,
  standardScaler,
} from './encoding/scalers.js'
export type {
  ModelDiagnoseOptions,
  ModelDiagnosis,
  ModelFinding,
  ModelFindingPlaces,
} from './model/diagnose-model.js'
export type { ModelImportanceOptions, ModelPartialDependenceOptions } from './model/explain.js'
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
  LabelSetPrediction,
  ModelKind,
  ModelPredictOptions,
  Prediction,
  WithIntervals,
} from './model/predictions.js'
export type { SavedHead, SavedModel } from './model/saved.js'
export type {
  CountEvaluation,
  EvaluatedRecords,
  IntervalEvaluation,
  LabelEvaluation,
  ModelEvaluation,
  NumberEvaluation,
  OrderedEvaluation,
  SetEvaluation,
} from './model/scores.js'
export type { TrainingSettings, TrainingSummary } from './model/training.js'
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
export type { ColumnImportance, ImportanceOptions } from './understanding/importance.js'
export type { PartialDependence, PartialDependenceOptions } from './understanding/partial-dependence.js'
