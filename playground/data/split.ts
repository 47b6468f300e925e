/** Which rows are for training, and which for validation. */
import type { DataSettings } from '../state/settings.js'
import { drawnOrder } from './random.js'

/** The numbers of the rows in a drawn order, of which the last ones are kept for validation. */
export function splitOrder(
  count: number,
  { validation, seed }: Pick<DataSettings, 'validation' | 'seed'>,
): { readonly training: readonly number[]; readonly validation: readonly number[] } {
  const order = drawnOrder(count, seed)
  // At least one row is left for the training.
  const kept = Math.min(Math.round(count * validation), count - 1)
  return { training: order.slice(0, count - kept), validation: order.slice(count - kept) }
}
