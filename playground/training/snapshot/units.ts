/** The values of hidden units, by networks that end after each layer. */
import { type LayerOption, Network } from 'lockstep-nn'
import type { NetworkShape, Stage } from '../layers.js'

/** A network up to the activation of one layer. The library wants a dense layer at the end, so an identity may follow. */
class Prefix {
  private readonly network: Network
  private readonly count: number

  constructor({ inputs, layers }: NetworkShape, { units, end }: Stage) {
    const prefix: LayerOption[] = layers.slice(0, end)
    const isDense = 'units' in layers[end - 1]
    if (!isDense) prefix.push({ units, weightsInitializer: 'zeros' })
    this.network = new Network({ inputs, layers: prefix, seed: 0 })
    const identity = isDense ? null : this.network.getLayer(prefix.length - 1).weights
    for (let j = 0; identity !== null && identity !== undefined && j < units; j++) identity[j * units + j] = 1
    this.count = this.network.parameterCount - (isDense ? 0 : units * units + units)
  }

  /** The values of the layer's units [rows × units] with the parameters of a whole network. */
  values(parameters: Float64Array, x: Float64Array, backend: string): Float64Array {
    this.network.parameters.set(parameters.subarray(0, this.count))
    return this.network.predict(x, { backend })
  }
}

export class Units {
  private readonly prefixes: readonly Prefix[]

  constructor(shape: NetworkShape) {
    this.prefixes = shape.stages.map((stage) => new Prefix(shape, stage))
  }

  /** The values of the units of each layer, [rows × units]. */
  values(network: Network, x: Float64Array, backend: string): Float64Array[] {
    const { parameters } = network
    return this.prefixes.map((prefix) => prefix.values(parameters, x, backend))
  }
}

/** The bounds of activations that have two: near them the derivative is about 0. */
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  sigmoid: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  hardSigmoid: [0, 1],
  relu6: [0, 6],
}
const NEAR = 0.01
const SHARE = 0.95

/** The dead and the saturated units of a layer, by their values for some rows. */
export function stuckUnits(
  values: Float64Array,
  units: number,
  activation: string,
): { dead: number[]; saturated: number[] } {
  const [dead, saturated]: number[][] = [[], []]
  const rows = values.length / units
  const bounds = BOUNDS[activation]
  for (let unit = 0; unit < units; unit++) {
    const own = Float64Array.from({ length: rows }, (_, row) => values[row * units + unit])
    if (rows > 1 && own.every((value) => value === own[0])) dead.push(unit)
    else if (bounds !== undefined && own.filter((value) => isNear(value, bounds)).length >= SHARE * rows) {
      saturated.push(unit)
    }
  }
  return { dead, saturated }
}

const isNear = (value: number, [low, high]: readonly [number, number]): boolean =>
  value <= low + NEAR * (high - low) || value >= high - NEAR * (high - low)
