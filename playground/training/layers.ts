/** The library's layers of the settings' layers. */
import type { LayerOption } from 'lockstep-nn'
import type { LayerSettings, Settings } from '../state/settings.js'
import type { Outputs } from './targets.js'

/** One layer of the settings: the number of the library's layers up to its activation, and its units. */
export interface Stage {
  readonly units: number
  readonly activation: string
  /** The index of its dense layer. */
  readonly dense: number
  /** The number of layers up to its activation, without dropout, which does nothing in predictions. */
  readonly end: number
}

export interface NetworkShape {
  readonly inputs: number
  readonly layers: readonly LayerOption[]
  /** The hidden layers, then the last one. */
  readonly stages: readonly Stage[]
}

export function shapeOf({ network, trainer }: Settings, inputs: number, outputs: Outputs): NetworkShape {
  const layers: LayerOption[] = []
  const stages: Stage[] = []
  const penalties = { l1: trainer.l1, l2: trainer.l2 }
  for (const layer of network.layers) {
    const dense = layers.length
    layers.push(...activated(layer, penalties))
    stages.push({ units: layer.units, activation: layer.activation.name, dense, end: layers.length })
    if (layer.dropout > 0) layers.push({ type: 'dropout', rate: layer.dropout })
  }
  const { name, ...options } = outputs.activation
  stages.push({ units: outputs.count, activation: name, dense: layers.length, end: layers.length + 1 })
  layers.push({ units: outputs.count, activation: name, ...options, ...penalties } as LayerOption)
  return { inputs, layers, stages }
}

function activated(layer: LayerSettings, penalties: { l1: number; l2: number }): LayerOption[] {
  const { name, ...options } = layer.activation
  const activation = { activation: name, ...options }
  if (layer.normalization === 'none') return [{ units: layer.units, ...activation, ...penalties } as LayerOption]
  const type = `${layer.normalization}Normalization`
  return [{ units: layer.units, ...penalties }, { type, ...activation } as LayerOption]
}
