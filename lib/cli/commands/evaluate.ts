/** `evaluate`: the scores of a model on rows with known targets. */
import { DONE, inRows } from '../support/errors.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import { plainScores, scoresText } from '../support/scores.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable, typesOf } from '../support/table.js'
import { knownRows } from '../support/training.js'

export const run: Run = async ([modelPath, path], { json }) => {
  const model = await loadModel(modelPath)
  const source = await openSource(path)
  const { header, records } = await readTable(source, typesOf(model, true))
  requireColumns([...model.targets, ...model.columns], header, source.name)
  const names = model.targets.map(({ name }) => name)
  const known = knownRows(records, source.name, names)
  const scores = await inRows(
    () => model.evaluate(known),
    (i) => `row ${records.indexOf(known[i]) + 1} of ${source.name}`,
  )
  const withoutTarget = records.length - known.length
  const left = withoutTarget === 0 ? '' : `, ${withoutTarget} left out because ${names.join(' or ')} is missing`
  await printResult(
    () => [`${source.name}: ${known.length} rows${left}`, ...scoresText(model, scores)].join('\n'),
    () => ({ rows: known.length, withoutTarget, ...plainScores(scores) }),
    json,
  )
  return DONE
}
