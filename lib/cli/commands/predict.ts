/** `predict`: the rows of a table with the predictions as further columns, batch by batch. */
import type { Model } from '../../data/index.js'
import { DONE } from '../support/errors.js'
import { interruptible } from '../support/interrupt.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { type Output, openOutput } from '../support/output.js'
import { predictionColumns, predictionsOf } from '../support/predictions.js'
import { rowWriter } from '../support/rows.js'
import { type Format, fileStats, openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { type Batch, batchesOf, typesOf } from '../support/table.js'

export const run: Run = async ([modelPath, path], given) => {
  const { out, format, interval } = given as { out?: string; format?: Format; interval?: number }
  const model = await loadModel(modelPath)
  const source = await openSource(path)
  if (source.format === 'csv') requireColumns(model.columns, source.header, source.name)
  const chosen = format ?? formatOf(out) ?? source.format
  const delimiter = out !== undefined && /\.tsv$/i.test(out) ? '\t' : source.delimiter
  const inputs = [source.stats, fileStats(modelPath)]
  let abandon = (): void => {}
  // A signal ends the reading, which may wait for whoever writes to stdin.
  return await interruptible(
    async (interruption) => {
      const output = await openOutput(out, inputs)
      abandon = output.abandon
      try {
        const write = writer({ model, output, format: chosen, delimiter, interval }, source.name)
        for await (const batch of batchesOf(source, typesOf(model, false), chosen === 'jsonl')) {
          if (interruption.status !== null || !(await write(batch))) break
        }
        if (interruption.status === null) await output.commit()
        else await output.discard()
      } catch (error) {
        await output.discard()
        if (interruption.status === null) throw error
      }
      return interruption.status ?? DONE
    },
    source.close,
    () => abandon(),
  )
}

/** The format by the name of a file. */
function formatOf(out: string | undefined): Format | undefined {
  if (out === undefined) return undefined
  if (/\.(jsonl|ndjson)$/i.test(out)) return 'jsonl'
  return /\.(csv|tsv)$/i.test(out) ? 'csv' : undefined
}

interface Writing {
  readonly model: Model
  readonly output: Output
  readonly format: Format
  readonly delimiter: string
  readonly interval: number | undefined
}

/** Writes a batch with its predictions; resolves to false where nobody reads any more. */
function writer({ model, output, format, delimiter, interval }: Writing, name: string) {
  let rows: ReturnType<typeof rowWriter> | null = null
  let done = 0
  return async (batch: Batch): Promise<boolean> => {
    const { header, records } = batch
    if (rows === null) {
      requireColumns(model.columns, header, name)
      rows = rowWriter(format, delimiter, header, predictionColumns(model, interval, header, name))
    }
    const predictions = predictionsOf(model, interval, records, (i) => `row ${done + i + 1} of ${name}`)
    done += records.length
    return await output.write(rows(batch, predictions))
  }
}
