/** The metrics that a caller chose by name, checked. */
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { METRICS } from '../checks/foreign.js'
import { type Choice, type Chosen, Registry } from '../checks/registry.js'
import { elements } from '../checks/validate.js'
import { type Metric, type MetricName, metricTable, type ScalarMetric } from './table.js'

/** A metric's name, or its name with options: `{ name: 'topK', k: 3 }`. */
export type MetricOption = MetricName | Choice<typeof metricTable>

export type ChosenMetric = Chosen<Metric>
export type ChosenScalarMetric = Chosen<ScalarMetric>

export const metricRegistry = new Registry<Metric>(metricTable, 'the name of a metric', { foreign: METRICS })

/** A metric and its options, after a check that it exists for this number of outputs. */
export function suitedMetric(given: unknown, argument: string, outputs: number): ChosenMetric {
  const chosen = metricRegistry.choose(given, argument)
  requireSuited(chosen, argument, outputs)
  return chosen
}

/** @param outputs the number of outputs, or of classes where the targets are class numbers */
export function requireSuited({ entry, options }: ChosenMetric, argument: string, outputs: number): void {
  const unsuited = entry.unsuited?.(outputs, options) ?? null
  if (unsuited === null) return
  const { option, expected, remedy } = unsuited
  if (option === undefined) throw wrongSize(expected, argument, `${outputs}`, remedy)
  const declared = Object.entries(entry.options)
  const at = declared.findIndex(([name]) => name === option)
  const [, table] = declared[at]
  const value = table.kind === 'choice' ? table.words[options[at]] : options[at]
  throw wrongValue(expected, `${argument}.${option}`, value, remedy)
}

/** A list of metrics, each once. */
export function chooseMetrics(given: unknown, outputs: number): ChosenMetric[] {
  if (!Array.isArray(given)) throw wrongType('an array of metrics', 'metrics', given)
  const chosen = elements(given).map((one, i) => suitedMetric(one, `metrics[${i}]`, outputs))
  chosen.forEach(({ name }, i) => {
    const first = chosen.findIndex((other) => other.name === name)
    if (first < i) {
      throw wrongValue('each metric once', `metrics[${i}]`, name, `It is metrics[${first}] already.`)
    }
  })
  return chosen
}

/** The metrics that a fit can report for each epoch: all must be one number. */
export function scalarMetrics(chosen: readonly ChosenMetric[]): ChosenScalarMetric[] {
  return chosen.map((one, i) => {
    if (one.entry.better === null) {
      throw wrongValue(
        'metrics of one number',
        `metrics[${i}]`,
        one.name,
        'Ask for it in evaluate, or call metrics.confusionMatrix.',
      )
    }
    return one as ChosenScalarMetric
  })
}

/** The name of a series over the validation data: `validationLoss` for `loss`. */
export const validationName = (name: string): string => `validation${name[0].toUpperCase()}${name.slice(1)}`
