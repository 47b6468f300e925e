/** `verify`: trains again as a model file says, and compares the digests. */
import { VERSION } from '../../checks/version.js'
import type { Model } from '../../data/index.js'
import { DONE, FAILED } from '../support/errors.js'
import { loadModel } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import { progressDisplay } from '../support/progress.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable } from '../support/table.js'
import { checkColumns, divideRows, keptColumns, type Recipe, trainOn } from '../support/training.js'

export const run: Run = async ([modelPath, path], given) => {
  const { threads, json, quiet = false } = given as { threads?: number; json?: boolean; quiet?: boolean }
  const model = await loadModel(modelPath)
  const recipe = recipeIn(model, modelPath)
  const source = await openSource(path)
  const whole = await readTable(source)
  checkColumns(whole, source.name, recipe)
  const table = keptColumns(whole, recipe)
  const display = await progressDisplay(quiet)
  let again: Model
  try {
    again = await trainOn(divideRows(table, source.name, recipe), recipe, {
      threads,
      checkpoint: undefined,
      signal: new AbortController().signal,
      onProgress: display.show,
      endAfter: model.training?.epochs,
    })
  } finally {
    display.end()
  }
  const [expected, digest] = [model.digest(), again.digest()]
  const same = digest === expected
  const reasons = same ? [] : reasonsOf(recipe, source.digest(), source.name)
  if (!quiet || json === true) {
    await printResult(
      () =>
        same ? `the same: digest ${digest}` : `different: digest ${digest}, not ${expected}. ${reasons.join(' ')}`,
      () => ({ same, digest, expected, reasons }),
      json,
    )
  }
  return same ? DONE : FAILED
}

/** The recipe that `train` saved. */
function recipeIn({ training }: Model, path: string): Recipe {
  const recipe = training?.recipe as Partial<Recipe> | undefined
  const { version, data, targets, seed } = recipe ?? {}
  if (typeof version !== 'string' || typeof data !== 'string' || !Array.isArray(targets) || seed === undefined) {
    throw new Error(`${path} does not say how it was trained: only models of lockstep-nn train and search do.`)
  }
  return recipe as Recipe
}

/** Why the digests may differ. */
function reasonsOf({ version, data }: Recipe, found: string, name: string): string[] {
  const reasons = []
  if (found !== data) reasons.push(`${name} is not the file that the model was trained on.`)
  if (version !== VERSION) {
    reasons.push(`The model was trained by version ${version}; this is ${VERSION}, whose defaults may differ.`)
  }
  return reasons.length > 0 ? reasons : ['The model file was changed after the training.']
}
