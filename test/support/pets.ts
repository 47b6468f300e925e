/** A small table, models of it, and one built by hand. */
import { Network } from 'lockstep-nn'
import { labelEncoder, Model, type ModelOptions, oneHot, type SavedModel, standardScaler } from 'lockstep-nn/data'

export const pets = [
  { height: 0.2, coat: 'feathers', legs: 2, tame: true, kind: 'bird' },
  { height: 0.3, coat: 'feathers', legs: 2, tame: false, kind: 'bird' },
  { height: 0.5, coat: 'fur', legs: 4, tame: true, kind: 'dog' },
  { height: 0.6, coat: 'fur', legs: 4, tame: true, kind: 'dog' },
  { height: 0.3, coat: 'fur', legs: 4, tame: false, kind: 'cat' },
  { height: 0.25, coat: 'fur', legs: 4, tame: true, kind: 'cat' },
]

export const QUICK = { hidden: [5], fit: { epochs: 5 }, seed: 3 }

export const kindModel = () => Model.fit(pets, { target: 'kind', ...QUICK })
export const heightModel = () => Model.fit(pets, { target: 'height', ...QUICK })

/** Options of a model with a numeric and a categorical column, and with the given changes. */
export function handmade(changes: Partial<Record<keyof ModelOptions, unknown>> = {}): ModelOptions {
  return {
    network: new Network({ inputs: 3, layers: [{ units: 2, activation: 'softmax' }], seed: 1 }),
    columns: [
      { name: 'height', type: 'number', scaler: standardScaler.fit([[1], [2]]) },
      { name: 'coat', type: 'category', encoder: oneHot.fit(['fur', 'feathers']) },
    ],
    target: { name: 'kind', type: 'label', encoder: labelEncoder.fit(['cat', 'bird']) },
    ...changes,
  } as ModelOptions
}

/** A saved model as an object that may be changed. */
export const savedModel = (): SavedModel => new Model(handmade({ training: { rows: 2, seed: 1 } })).toJSON()
