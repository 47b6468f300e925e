export type { FileUrl, Path } from '../files/path-types.js'
export type { CategoryColumn, Column, NumberColumn, SavedColumn } from './columns/columns.js'
export type { ColumnOption, ScalerChoice } from './columns/specify.js'
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
export type { KindOf, ModelFitOptions, ModelTrainingOptions } from './model/fit-model.js'
export { Model, type ModelEvaluation, type ModelOptions, type ModelPredictOptions } from './model/model.js'
export type { LabelPrediction, Prediction } from './model/predictions.js'
export type { SavedModel, TrainingSummary } from './model/saved.js'
export type { LabelEvaluation, NumberEvaluation } from './model/scores.js'
export type { RecordObject } from './records/records.js'
export { type CrossValidated, type CrossValidateOptions, crossValidate } from './splits/cross-validate.js'
export {
  type FoldOptions,
  kFold,
  type Labels,
  type Split,
  type SplitOptions,
  stratifiedKFold,
  trainTestSplit,
} from './splits/splits.js'
export type { TargetOption } from './targets/specify-target.js'
export type { LabelTarget, NumberTarget, SavedTarget, Target, TargetType } from './targets/targets.js'
