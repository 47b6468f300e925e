/** `evaluate`: the scores of a model on rows with known targets. */
import { DONE, inRows } from '../support/errors.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import { scoresText } from '../support/scores.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable, typesOf } from '../support/table.js'
import { divideRows } from '../support/training.js'

export const run: Run = async ([modelPath, path], { json }) => {
  const model = await loadModel(modelPath)
  const source = await openSource(path)
  const { header, records } = await readTable(source, typesOf(model))
  const { name } = model.target
  requireColumns(model, header, source.name, name)
  const { train: known, withoutTarget } = divideRows({ header, records }, source.name, { target: name })
  const scores = inRows(
    () => model.evaluate(known),
    (i) => `row ${records.indexOf(known[i]) + 1} of ${source.name}`,
  )
  const left = withoutTarget === 0 ? '' : `, ${withoutTarget} left out because ${name} is missing`
  await printResult(
    () => [`${source.name}: ${known.length} rows${left}`, ...scoresText(model, scores)].join('\n'),
    () => ({ rows: known.length, withoutTarget, ...JSON.parse(JSON.stringify(scores)) }),
    json,
  )
  return DONE
}
