/** Allows one training of a network at a time: a second one would overwrite the first one's result. */
import { shared } from '../checks/shared.js'
import type { Network } from '../network/network.js'

const training = shared('training', () => new WeakSet<Network>())

export const isTraining = (networks: readonly Network[]): boolean => networks.some((network) => training.has(network))

export function requireNoTraining(networks: readonly Network[]): void {
  if (!isTraining(networks)) return
  throw new Error('This network is being trained already. Await the first fit, or train a second network.')
}

export function lockNetworks(networks: readonly Network[]): readonly Network[] {
  requireNoTraining(networks)
  for (const network of networks) training.add(network)
  return networks
}

export function unlockNetworks(networks: readonly Network[]): void {
  for (const network of networks) training.delete(network)
}
