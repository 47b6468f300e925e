/** The gradients of a network's predictions, for a caller's own loss. */
import type { Backend, Gradients as BackendGradients } from '../backend/backend.js'
import { chooseBackend } from '../backend/choose.js'
import { requireCategories } from '../checks/categories.js'
import { wrongSize } from '../checks/errors.js'
import { declareOptions } from '../checks/places.js'
import { areFinite, flat, type Rows, rowsIn } from '../checks/rows.js'
import { checkedOptions, float64ArrayOf, requireNoOverlap } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { requireFiniteParameters } from './layers.js'

export interface GradientsOptions {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
  /** The array to write dL/dparameters to, [parameterCount]; false: do not compute it. Default: a new array. */
  parameters?: Float64Array | false
  /** The array to write dL/dx to, [rows × inputs]; false: do not compute it. Default: a new array. */
  inputs?: Float64Array | false
}

/** One result, absent where its option is false. */
type Part<Name extends string, Given> = [Given] extends [false]
  ? unknown
  : false extends Given
    ? { readonly [Key in Name]?: Float64Array }
    : { readonly [Key in Name]: Float64Array }

type OptionOf<Options, Name extends string> = Name extends keyof Options ? Options[Name] : undefined

/** What `gradients` computes with these options: `parameters` [parameterCount] and `inputs` [rows × inputs]. */
export type GradientsOf<Options> = Part<'parameters', OptionOf<Options, 'parameters'>> &
  Part<'inputs', OptionOf<Options, 'inputs'>>

/** The same for any options. */
interface Gradients {
  parameters?: Float64Array
  inputs?: Float64Array
}

const GRADIENTS_OPTIONS = declareOptions('gradients', ['backend', 'parameters', 'inputs'])
const NO_OPTIONS: GradientsOptions = {}
const NONE = new Float64Array(0)
const INPUTS_NAME = 'the inputs of the network'
const OUTPUTS_NAME = 'the units of the last layer'

/** What differentiates: a network. */
export interface Differentiated {
  readonly plan: NetworkPlan
  readableParameters(): Float64Array
}

/** Computes the gradients of one network. It keeps the function of the last backend. */
export class Differentiator {
  private last: { readonly backend: Backend; readonly gradients: BackendGradients } | null = null

  constructor(private readonly network: Differentiated) {}

  compute(x: Rows, outputGradients: Rows, options: GradientsOptions = NO_OPTIONS): Gradients {
    const given = checkedOptions(options, 'the options of gradients', GRADIENTS_OPTIONS)
    const { backend: wanted, parameters: ofParameters, inputs: ofInputs } = given
    const { backend } = chooseBackend(wanted)
    const { plan } = this.network
    const { inputs, outputs } = plan
    // Both are read before either is checked: rows may be objects of the caller, which could transfer a buffer.
    const samples = flat(x, 'x', inputs, INPUTS_NAME)
    const dOutput = flat(outputGradients, 'outputGradients', outputs, OUTPUTS_NAME)
    const rows = rowsIn(samples, 'x', inputs, INPUTS_NAME)
    requireCategories(plan, samples, 'x')
    const gradientRows = rowsIn(dOutput, 'outputGradients', outputs, OUTPUTS_NAME)
    if (gradientRows !== rows) throw wrongSize(`${rows} rows, as many as x has,`, 'outputGradients', `${gradientRows}`)
    if (ofParameters === false && ofInputs === false) {
      throw wrongSize('parameters, inputs or both', 'gradients', 'false for both', 'Remove one of the two options.')
    }
    const parameters = this.network.readableParameters()
    const dParameters = target(ofParameters, 'parameters', plan.parameterCount)
    const dInputs = target(ofInputs, 'inputs', rows * inputs)
    requireApart(samples, dOutput, parameters, dParameters, 'parameters')
    requireApart(samples, dOutput, parameters, dInputs, 'inputs')
    requireNoOverlap(dParameters, 'parameters', dInputs, 'inputs')
    this.gradients(backend)(parameters, samples, dOutput, dParameters, dInputs)
    // Gradients of finite parameters may also overflow; those are returned.
    if (!areFinite(dParameters) || !areFinite(dInputs)) {
      requireFiniteParameters(plan, parameters, '', 'The network has diverged, or its parameters were edited.')
    }
    const result: Gradients = {}
    if (ofParameters !== false) result.parameters = (ofParameters as Float64Array | undefined) ?? dParameters
    if (ofInputs !== false) result.inputs = (ofInputs as Float64Array | undefined) ?? dInputs
    return result
  }

  private gradients(backend: Backend): BackendGradients {
    if (this.last?.backend !== backend) this.last = { backend, gradients: backend.gradients(this.network.plan) }
    return this.last.gradients
  }
}

/** The array that one result is written to; of length 0 where it is left out. */
function target(given: unknown, name: string, length: number): Float64Array {
  if (given === false) return NONE
  return given === undefined ? new Float64Array(length) : float64ArrayOf(given, name, length)
}

/** Requires that a result shares no memory with what the call reads. */
function requireApart(
  x: Float64Array,
  dOutput: Float64Array,
  parameters: Float64Array,
  result: Float64Array,
  name: string,
): void {
  requireNoOverlap(x, 'x', result, name)
  requireNoOverlap(dOutput, 'outputGradients', result, name)
  requireNoOverlap(parameters, 'network.parameters', result, name)
}
