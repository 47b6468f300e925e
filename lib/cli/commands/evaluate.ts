/** `evaluate`: the scores of a model on rows with known targets. */
import { DONE, inRows } from '../support/errors.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import { plainScores, rowsText, scoresText } from '../support/scores.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable, typesOf } from '../support/table.js'
import { requireTargets } from '../support/training.js'

export const run: Run = async ([modelPath, path], given) => {
  const { json, interval } = given as { json?: boolean; interval?: number }
  const model = await loadModel(modelPath)
  const source = await openSource(path)
  const { header, records } = await readTable(source, typesOf(model, true))
  requireColumns([...model.targets, ...model.columns], header, source.name)
  for (const { name } of model.targets) requireTargets(records, source.name, [name])
  const scores: object = inRows(
    () => model.evaluate(records, interval === undefined ? {} : { interval }),
    (i) => `row ${i + 1} of ${source.name}`,
  )
  await printResult(
    () => [`${source.name}: ${rowsText(model, scores, records.length)}`, ...scoresText(model, scores)].join('\n'),
    () => plainScores(scores),
    json,
  )
  return DONE
}
