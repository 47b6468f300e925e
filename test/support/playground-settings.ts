/** Settings of the playground for tests. */
import {
  type DataSettings,
  DEFAULT_SETTINGS,
  type LayerSettings,
  type NetworkSettings,
  type Settings,
  type TrainerSettings,
} from '../../playground/state/settings.js'

export interface Changes {
  readonly data?: Partial<DataSettings>
  readonly network?: Partial<NetworkSettings>
  readonly trainer?: Partial<TrainerSettings>
  readonly members?: number
  readonly seed?: number
}

/** The default of 60 rows, with changes. */
export const settingsWith = ({ data, network, trainer, ...rest }: Changes = {}): Settings => ({
  ...DEFAULT_SETTINGS,
  ...rest,
  data: { ...DEFAULT_SETTINGS.data, rows: 60, ...data },
  network: { ...DEFAULT_SETTINGS.network, ...network },
  trainer: { ...DEFAULT_SETTINGS.trainer, ...trainer },
})

export const layerOf = (changes: Partial<LayerSettings> = {}): LayerSettings => ({
  units: 4,
  activation: { name: 'tanh' },
  normalization: 'none',
  dropout: 0,
  ...changes,
})

/** A training with all that keeps a state between steps. */
export const STATEFUL: Changes = {
  network: {
    layers: [layerOf({ normalization: 'batch', dropout: 0.2 }), layerOf({ activation: { name: 'elu', alpha: 0.5 } })],
  },
  trainer: {
    optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
    schedule: { name: 'reduceOnPlateau', patience: 0, cooldown: 1 },
    l2: 0.001,
    batchSize: 16,
  },
}

/** A training of which every member diverges, after some epochs. */
export const DIVERGING: Changes = {
  data: { source: 'plane' },
  network: { layers: [layerOf({ activation: { name: 'relu' } })], output: { name: 'linear' } },
  trainer: { loss: { name: 'meanSquaredError' }, optimizer: { name: 'sgd', learningRate: 3 }, batchSize: 8 },
}
