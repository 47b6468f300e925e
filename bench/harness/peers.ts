/** The choice of peers by their names. */
import { UsageError } from './program.js'

/** The peers with the given names or, if there is none, those whose names contain the text; all peers by default. */
export function choosePeers<Peer extends { readonly name: string }>(
  all: readonly Peer[],
  given: readonly string[] | undefined,
): Peer[] {
  if (given === undefined) return [...all]
  const chosen = new Set<Peer>()
  for (const text of given) {
    const wanted = text.toLowerCase()
    const exact = all.filter(({ name }) => name.toLowerCase() === wanted)
    const found = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().includes(wanted))
    if (found.length === 0) {
      throw new UsageError(`Unknown peer '${text}'. Known are: ${all.map(({ name }) => name).join(', ')}.`)
    }
    for (const peer of found) chosen.add(peer)
  }
  return all.filter((peer) => chosen.has(peer))
}
