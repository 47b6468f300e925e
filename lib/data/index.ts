export type { FileUrl, Path } from '../files/path-types.js'
export type { Category, Widened } from './categories.js'
export type {
  CategoryColumn,
  Column,
  LabelTarget,
  NumberColumn,
  NumberTarget,
  SavedColumn,
  SavedTarget,
  Target,
  TargetType,
} from './columns.js'
export { type CrossValidated, type CrossValidateOptions, crossValidate } from './cross-validate.js'
export { type CsvOptions, type CsvRecord, type CsvType, type OnMissing, readCsv } from './csv.js'
export type { CsvSource } from './csv-source.js'
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
} from './encoders.js'
export type { KindOf, ModelFitOptions, ModelTrainingOptions } from './fit-model.js'
export { Model, type ModelEvaluation, type ModelOptions, type ModelPredictOptions } from './model.js'
export type { LabelPrediction, Prediction } from './predictions.js'
export type { RecordObject } from './records.js'
export type { SavedModel, TrainingSummary } from './saved.js'
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
} from './scalers.js'
export type { LabelEvaluation, NumberEvaluation } from './scores.js'
export type { ColumnOption, ScalerChoice, TargetOption } from './specify.js'
export {
  type FoldOptions,
  kFold,
  type Labels,
  type Split,
  type SplitOptions,
  stratifiedKFold,
  trainTestSplit,
} from './splits.js'
