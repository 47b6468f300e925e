/** What the refusals of Model.fit are tried with: a table of houses, and shortcuts for its options. */
import { Model } from 'lockstep-nn/data'
import { houses, INPUTS } from './houses.js'

export const records = houses(30, 1)
/** A model of their price, unless the options say otherwise. */
export const fitted = (options: object, of: readonly object[] = records) =>
  Model.fit(of, { target: 'price', columns: INPUTS, hidden: [2], fit: { epochs: 1 }, ...options } as never)
/** The houses with a change of one. */
export const changed = (i: number, change: object) =>
  records.map((house, j) => (i === j ? { ...house, ...change } : house))
export const of = (type: string, column: string, more: object = {}) => ({ target: { column, type, ...more } })
export const state = of('label', 'state')
