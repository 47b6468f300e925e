/** `predict`: the rows of a table with the predictions as further columns, batch by batch. */
import type { Model } from '../../data/index.js'
import { DONE } from '../support/errors.js'
import { interruptible } from '../support/interrupt.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { type Output, openOutput } from '../support/output.js'
import { type PredictRows, predictionColumns, rowPredictor } from '../support/predictions.js'
import { rowWriter } from '../support/rows.js'
import { type Format, fileStats, openSource, type Source } from '../support/source.js'
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
        const write = writer({ model, output, format: chosen, delimiter, interval }, source)
        const batches = batchesOf(source, typesOf(model, false), chosen === 'jsonl')
        await overlapped(batches, write, () => interruption.status !== null)
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

/** Writes the rows of a batch; resolves to false where nobody reads any more. */
type Write = () => Promise<boolean>

/** Returns a function that predicts a batch. What it resolves to writes the batch. */
function writer({ model, output, format, delimiter, interval }: Writing, source: Source) {
  const { name } = source
  let rows: ReturnType<typeof rowWriter> | null = null
  let predict: PredictRows | null = null
  let done = 0
  return async (batch: Batch): Promise<Write> => {
    const { header, count, values } = batch
    if (rows === null) {
      requireColumns(model.columns, header, name)
      rows = rowWriter(format, delimiter, source.delimiter, header, predictionColumns(model, interval, header, name))
    }
    predict ??= rowPredictor(model, interval)
    const first = done + 1
    done += count
    const write = rows
    const predicted = await predict(count, values, (i) => `row ${first + i} of ${name}`)
    return () => output.write(write(batch, predicted))
  }
}

/**
 * Reads a batch while the one before is predicted, on a thread of the addon, then writes that one. Errors are those of the
 * first batch that has one.
 * @param isStopped whether no more is to be written
 */
async function overlapped(
  batches: AsyncIterable<Batch>,
  predicted: (batch: Batch) => Promise<Write>,
  isStopped: () => boolean,
): Promise<void> {
  let before: Promise<Write> | null = null
  const finishBefore = async (): Promise<boolean> => {
    const waiting = before
    before = null
    return waiting === null || (await (await waiting)())
  }
  try {
    for await (const batch of batches) {
      if (isStopped()) return
      const next = predicted(batch)
      // Its error is thrown where it is awaited.
      next.catch(() => {})
      if (!(await finishBefore())) return
      before = next
    }
  } catch (error) {
    await finishBefore()
    throw error
  }
  await finishBefore()
}
