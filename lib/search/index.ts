/** `lockstep-nn/search`: finds the best options of networks by many trainings, and evolves networks without gradients. */

export type { BatchProgress } from './batches/batch-runner.js'
export type { ChosenEnsemble, StudyEnsembleOptions } from './ensemble/chosen-ensemble.js'
export type { ChosenTrial } from './ensemble/trained-ensemble.js'
export type { CrossoverOption } from './evolve/crossovers.js'
export { type BestMember, Evolution, type EvolutionEnd, type GenerationRecord } from './evolve/evolution.js'
export { evolve } from './evolve/evolve.js'
export type { EvolveOptions, Fitness, GenerationReport } from './evolve/evolve-options.js'
export type { MutationOption } from './evolve/mutations.js'
export type { Population, PopulationPredictOptions } from './evolve/population.js'
export type { SavedEvolution } from './evolve/saved-evolution.js'
export type { SelectionOption } from './evolve/selections.js'
export type { StrategyOption } from './evolve/strategies.js'
export { type JournalContent, type JournalTrial, mergeJournals, readJournal } from './journal/index.js'
export type { FoundModel } from './objectives/objective.js'
export type { PrunerName, PrunerOption } from './pruners/pruners.js'
export { type QueueOptions, queue, type SearchQueue } from './queue/queue.js'
export type { SamplerName, SamplerOption } from './samplers/samplers.js'
export { search } from './search.js'
export type {
  ArraySearchOptions,
  FoldValidation,
  RecordSearchOptions,
  RecordSearchSpace,
  SearchData,
  SearchOptions,
  SearchProgress,
  SearchSpace,
  SearchValidation,
} from './search-options.js'
export { choice, integer, logUniform, uniform } from './space/makers.js'
export type { Parameter } from './space/parameter.js'
export type { Drawn, Searchable } from './space/searchable.js'
export type { Distribution, Draw, ParameterSpec, Space, Trial, TrialState } from './space/trial.js'
export type { Importance } from './study/importance.js'
export type { TableRow } from './study/table.js'
export { type BestTrial, type EnsembleOf, type Stopped, Study } from './study.js'
export { type TableSpaceOptions, tableSpace } from './table-space.js'
export { runWorker, type WorkerBatch, type WorkerOptions } from './worker.js'
