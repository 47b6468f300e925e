/** `inspect`: what a model file holds, without the parameters. */
import type { Model } from '../../data/index.js'
import { DONE } from '../support/errors.js'
import { loadModel } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import type { Run } from '../support/spec.js'

export const run: Run = async ([path], { json }) => {
  const model = await loadModel(path)
  await printResult(
    () => textOf(model),
    () => contentOf(model),
    json,
  )
  return DONE
}

function contentOf(model: Model) {
  const { network, columns, target, labels, training } = model
  const { inputs, layers } = network.architecture()
  const { outputs, parameterCount } = network
  return {
    target: { name: target.name, type: target.type, ...(labels.length === 0 ? {} : { labels }) },
    columns,
    network: { inputs, outputs, layers, parameterCount },
    training,
    digest: model.digest(),
  }
}

function textOf(model: Model): string {
  const { target, columns, labels, network, training } = model
  const kind = target.type === 'label' ? `one of ${labels.length} labels: ${shown(labels)}` : 'a number'
  const width = Math.max(...columns.map(({ name }) => name.length))
  const inputs = columns.map((column) => {
    const { name, type } = column
    return `  ${name.padEnd(width)}  ${type}${type === 'category' ? `: ${shown(column.encoder.categories)}` : ''}`
  })
  const facts = Object.entries(training ?? {}).map(([key, value]) => `  ${key}: ${written(value)}`)
  return [
    `predicts ${target.name}, ${kind}`,
    `from ${columns.length} columns:`,
    ...inputs,
    `by a network of ${network.inputs} inputs, ${network.outputs} outputs and ${network.parameterCount} parameters`,
    ...(facts.length === 0 ? [] : ['trained with', ...facts]),
    `digest ${model.digest()}`,
  ].join('\n')
}

const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** The most values of a list. */
const MAX_SHOWN = 12

function shown(values: readonly unknown[]): string {
  const first = values.slice(0, MAX_SHOWN).join(', ')
  return values.length > MAX_SHOWN ? `${first}, and ${values.length - MAX_SHOWN} more` : first
}
