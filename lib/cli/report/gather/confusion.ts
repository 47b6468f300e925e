/** The confusion matrix, small enough to be read. */
import type { Confusion } from '../parts/data.js'
import type { LabelOutcomes } from './outcomes.js'

/** The most labels that are shown; of more, the least frequent ones are one label. */
const MAX_LABELS = 20

export function confusionOf({ labels, actual, predicted }: LabelOutcomes): Confusion {
  const kept = mostFrequent(labels.length, actual)
  const merged = labels.length - kept.length
  const size = kept.length + (merged > 0 ? 1 : 0)
  const placeOf = new Int32Array(labels.length).fill(size - 1)
  kept.forEach((label, place) => {
    placeOf[label] = place
  })
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (let i = 0; i < actual.length; i++) counts[placeOf[actual[i]]][placeOf[predicted[i]]]++
  return { labels: [...kept.map((label) => labels[label]), ...(merged > 0 ? ['other'] : [])], counts, merged }
}

/** The places of the labels with the most rows, in their own order. */
function mostFrequent(labels: number, actual: Float64Array): number[] {
  const all = Array.from({ length: labels }, (_, i) => i)
  if (labels <= MAX_LABELS) return all
  const frequency = new Float64Array(labels)
  for (const label of actual) frequency[label]++
  const sorted = all.sort((a, b) => frequency[b] - frequency[a] || a - b)
  return sorted.slice(0, MAX_LABELS - 1).sort((a, b) => a - b)
}
