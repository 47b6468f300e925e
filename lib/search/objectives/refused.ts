/** Options of Network, Trainer and fit that a trial cannot have, because they are those of the study. */
import { wrongType } from '../../checks/errors.js'

/** The remedy for each option. */
type Refused = Readonly<Record<string, string>>

export const OF_STUDY: Readonly<Record<'network' | 'trainer' | 'fit', Refused>> = {
  network: { parameters: 'A trial begins with parameters of its own seed.' },
  trainer: {
    backend: 'It is an option of search: all trials have the same bits on every backend.',
    threads: 'It is an option of search.',
  },
  fit: {
    sampleWeight: 'It is an option of search: data.sampleWeight.',
    initialEpoch: 'A trial begins with epoch 0.',
    validationSplit: 'It is an option of search: validation.',
    validationData: 'It is an option of search: validation.',
    onEpoch: 'Use onProgress of search.',
    onProgress: 'Use onProgress of search.',
    progressEvery: 'Use onProgress of search.',
    signal: 'It is an option of search.',
    checkpoint: 'Use journal of search.',
  },
}

/** @param name what errors call the object */
export function requireNone(given: object, refused: Refused, name: string): void {
  for (const key of Object.keys(refused)) {
    const value = (given as Readonly<Record<string, unknown>>)[key]
    if (value !== undefined) throw wrongType('nothing', `${name}.${key}`, value, refused[key])
  }
}
