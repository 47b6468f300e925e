/** The model that a search writes: that of its best trial or an ensemble, with what `verify` needs to train it again. */
import { Model } from '../../data/index.js'
import type { ChosenEnsemble, Study } from '../../search/index.js'
import { jsonForm } from '../../search/space/parameter.js'
import type { SearchFlags } from './search-plan.js'
import type { Recipe } from './training.js'

export interface Found {
  readonly model: Model
  /** Null: the model is that of the best trial. */
  readonly ensemble: ChosenEnsemble<Model> | null
}

/** @throws Error where no trial is complete */
export async function foundModel(study: Study<Model>, recipe: Recipe, flags: SearchFlags): Promise<Found> {
  const { members, candidates } = flags
  if (members === undefined) {
    const model = withRecipe(study.model, { ...recipe, options: optionsOf(study.best.options) })
    return { model, ensemble: null }
  }
  const ensemble = await study.ensemble({ members, ...(candidates === undefined ? {} : { candidates }) })
  const trials = ensemble.trials.map(({ number, weight, options }) => ({ number, weight, options: optionsOf(options) }))
  return { model: withRecipe(ensemble.model, { ...recipe, trials }), ensemble }
}

/** The options of Model.fit of a trial, in the JSON form of spaces. */
const optionsOf = (options: unknown): object => jsonForm((options as { model: object }).model) as object

/** The same model with a recipe in its summary. */
function withRecipe(model: Model, recipe: Recipe): Model {
  const { networks, columns, training, report } = model
  const { heads, ignored } = model.forExport()
  return new Model({
    heads: heads.map(({ targets }, i) => ({ network: networks[i], targets: targets.map(({ target }) => target) })),
    ...{ columns, ignored, report },
    training: { ...training, recipe: recipe as unknown as Readonly<Record<string, unknown>> },
  })
}
