/** Distributions of parameters as Optuna writes them. */
import { newSha256 } from '#platform'
import type { Distribution, ParameterSpec } from '../space/trial.js'
import { floatText } from './format.js'

/** What Optuna takes as a choice. */
type Label = null | boolean | number | string

/** The letters of a choice in the journal. */
const MAX_LABEL = 200
const SHOWN = 160

/** JSON text of a value with sorted keys. Values that JSON does not have are shown as text. */
function canonicalText(value: unknown): string {
  const plain = (_: string, one: unknown): unknown => {
    if (typeof one === 'bigint' || typeof one === 'function' || typeof one === 'symbol') return String(one)
    if (typeof one === 'number' && !Number.isFinite(one)) return String(one)
    if (ArrayBuffer.isView(one)) return Array.from(one as Float64Array)
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return JSON.stringify(value, plain) ?? String(value)
}

/** A choice as Optuna shows it: itself, or its JSON text. A long text ends with a digest. */
export function labelOf(value: unknown): Label {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  const text = typeof value === 'string' ? value : canonicalText(value)
  if (text.length <= MAX_LABEL) return text
  return `${text.slice(0, SHOWN)}… ${newSha256().update(text).hex().slice(0, 16)}`
}

const labelText = (label: Label): string =>
  typeof label !== 'number' || Number.isSafeInteger(label) ? JSON.stringify(label) : floatText(label)

/**
 * The text of a distribution. Optuna's logarithmic integers begin at 1 or above and have no steps: others are shown as
 * linear.
 */
export function encodeDistribution(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'choice': {
      const labels = distribution.values.map((value) => labelText(labelOf(value)))
      return `{"name": "CategoricalDistribution", "attributes": {"choices": [${labels.join(', ')}]}}`
    }
    case 'integer': {
      const { low, high, step, log } = distribution
      // Optuna's highest value is one that is drawn.
      const last = low + Math.floor((high - low) / step) * step
      const isLog = log && step === 1 && low >= 1
      return `{"name": "IntDistribution", "attributes": {"log": ${isLog}, "step": ${step}, "low": ${low}, "high": ${last}}}`
    }
    default: {
      const { low, high, kind } = distribution
      const ends = `"low": ${floatText(low)}, "high": ${floatText(high)}, "log": ${kind === 'logUniform'}`
      return `{"name": "FloatDistribution", "attributes": {"step": null, ${ends}}}`
    }
  }
}

/** A distribution from its text or from what that contains; null for one that this library does not have. */
export function decodeDistribution(found: unknown): Distribution | null {
  const { name, attributes } = (found ?? {}) as Record<string, unknown>
  if (typeof name !== 'string' || typeof attributes !== 'object' || attributes === null) return null
  const { choices, low, high, step, log } = attributes as Record<string, unknown>
  if (Array.isArray(choices)) return { kind: 'choice', values: choices }
  if (typeof low !== 'number' || typeof high !== 'number') return null
  if (name.startsWith('Int')) {
    return { kind: 'integer', low, high, step: typeof step === 'number' ? step : 1, log: log === true }
  }
  return { kind: log === true || name.startsWith('Log') ? 'logUniform' : 'uniform', low, high }
}

/** The parameters of a space as an attribute of the study, with labels of choices: a reader needs no space. */
export const encodeParameters = (parameters: readonly ParameterSpec[]): string =>
  `[${parameters
    .map(({ name, distribution, condition }) => {
      const when = condition === null ? null : { parameter: condition.parameter, index: condition.index }
      const parts = [`"name":${JSON.stringify(name)}`, `"distribution":${encodeDistribution(distribution)}`]
      return `{${parts.join(',')},"condition":${JSON.stringify(when)}}`
    })
    .join(',')}]`

/** The parameters of an attribute; null where it has anything else. */
export function decodeParameters(found: unknown): ParameterSpec[] | null {
  if (!Array.isArray(found)) return null
  const parameters = found.map((one): ParameterSpec | null => {
    const { name, distribution: text, condition } = (one ?? {}) as Record<string, unknown>
    const distribution = decodeDistribution(text)
    if (typeof name !== 'string' || distribution === null) return null
    if (condition === null) return { name, distribution, condition }
    const { parameter, index } = (condition ?? {}) as Record<string, unknown>
    if (typeof parameter !== 'string' || typeof index !== 'number') return null
    return { name, distribution, condition: { parameter, index } }
  })
  return parameters.includes(null) ? null : (parameters as ParameterSpec[])
}
