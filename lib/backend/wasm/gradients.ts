/** Gradients of predictions in the WebAssembly module. The last plans and their memory are kept. */
import type { NetworkPlan } from '../../kernels/plan.js'
import type { Gradients } from '../backend.js'
import { encodePlan } from '../encode.js'
import { differentiablePlan } from '../plan.js'
import { areaLength } from './instance.js'
import type { Instances } from './instances.js'
import { GRADIENTS } from './module.js'
import { Cache, numberOf, OpenPlan } from './open-plan.js'

/** How many plans are kept, and the doubles of all but the newest. */
const MAX_PLANS = 16
const MAX_DOUBLES = 2 ** 22

/** The most doubles of samples, derivatives and gradients of a plan that is kept. */
const MAX_KEPT_SAMPLES = 2 ** 17

/** A plan that is open, and memory for its arrays. */
class Differentiation extends OpenPlan {
  private readonly parameters: number
  private readonly dParameters: number
  private readonly workspace: number
  private readonly samples: number

  /** capacity: the doubles for samples and derivatives */
  constructor(
    instances: Instances,
    { parameterCount }: NetworkPlan,
    encoded: Float64Array,
    readonly capacity: number,
    isCache: boolean,
  ) {
    const workspace = numberOf(instances, encoded, GRADIENTS, (functions, handle) =>
      functions.gradientsWorkspace(handle),
    )
    const lengths = [parameterCount, parameterCount, workspace, capacity]
    const area = instances.open(areaLength(encoded.length, ...lengths), isCache)
    super(area, encoded, GRADIENTS)
    const [parameters, dParameters, temporary, samples] = lengths.map((length) => area.reserve(length))
    this.parameters = parameters
    this.dParameters = dParameters
    this.workspace = temporary
    this.samples = samples
  }

  /** rows: of x */
  compute(rows: number, ...[parameters, x, dOutput, dParameters, dInputs]: Parameters<Gradients>): void {
    const { handle } = this
    const { instance } = this.area
    const atOutput = this.samples + areaLength(x.length)
    const atInputs = atOutput + areaLength(dOutput.length)
    instance.values.set(parameters, this.parameters)
    instance.values.set(x, this.samples)
    instance.values.set(dOutput, atOutput)
    const pointer = (at: number, { length }: Float64Array): number => (length === 0 ? 0 : 8 * at)
    const results = [pointer(this.dParameters, dParameters), pointer(atInputs, dInputs)] as const
    instance.call(({ gradients }) =>
      gradients(handle, rows, 8 * this.parameters, 8 * this.samples, 8 * atOutput, ...results, 8 * this.workspace),
    )
    instance.read(this.dParameters, dParameters)
    instance.read(atInputs, dInputs)
  }
}

/** The gradients of a module. */
export class Differentiations {
  private readonly cache = new Cache<Differentiation>(MAX_PLANS, MAX_DOUBLES)

  constructor(private readonly instances: Instances) {}

  /** A function that differentiates predictions by a plan, for any number of rows. */
  gradients(given: NetworkPlan): Gradients {
    const plan = differentiablePlan(given)
    const encoded = encodePlan(this.instances.names, { ...plan, rows: 1 })
    const key = encoded.join()
    return (parameters, x, dOutput, dParameters, dInputs) => {
      const arrays = [parameters, x, dOutput, dParameters, dInputs] as const
      const rows = x.length / plan.inputs
      const capacity = areaLength(x.length, dOutput.length, dInputs.length)
      if (capacity <= MAX_KEPT_SAMPLES) {
        this.prepared(key, plan, encoded, capacity).compute(rows, ...arrays)
        return
      }
      const once = new Differentiation(this.instances, plan, encoded, capacity, false)
      try {
        once.compute(rows, ...arrays)
      } finally {
        once.close()
      }
    }
  }

  private prepared(key: string, plan: NetworkPlan, encoded: Float64Array, capacity: number): Differentiation {
    const known = this.cache.get(key)
    if (known !== undefined && known.capacity >= capacity) return known
    return this.cache.add(key, () => new Differentiation(this.instances, plan, encoded, capacity, true))
  }
}
