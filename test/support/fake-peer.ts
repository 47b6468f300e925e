/**
 * A peer for the tests of the bench: `fake-peer.js MODE DIRECTORY`. It trains nothing; each training reports
 * a hundredth of a second per epoch.
 */
import { createInterface } from 'node:readline'

const mode = process.argv[2]
const say = (line: unknown): void => console.log(JSON.stringify(line))

const SECONDS_PER_EPOCH = 0.01

const beginnings: Record<string, () => void> = {
  skips: () => say({ skipped: 'no such\nnetwork' }),
  lacks: () => say({ skipped: "no module named 'torch'", installed: false }),
  crashes: () => {
    throw new RangeError('out of order')
  },
  nonsense: () => console.log('Hello! I am a library'),
  incomplete: () => say({ ready: true, version: '1' }),
  silent: () => setTimeout(() => {}, 60_000),
}

const trainings: Record<string, (epochs: number, request: number) => void> = {
  'stops early': (epochs) => say({ seconds: 1, loss: 1, epochs: epochs - 1 }),
  'has no time': (epochs) => say({ seconds: 0, loss: 1, epochs }),
  hangs: () => setTimeout(() => {}, 60_000),
  'fails later': (epochs, request) => {
    if (request > 6) process.exit(3)
    say({ seconds: epochs * SECONDS_PER_EPOCH, loss: 1, epochs })
  },
}

const begin = beginnings[mode]
if (begin !== undefined) begin()
else {
  say({ ready: true, version: '1.2', note: 'is not real', float: 64, sameStart: true, sameWork: false })
  let request = 0
  for await (const line of createInterface({ input: process.stdin })) {
    const { epochs } = JSON.parse(line)
    const answer = trainings[mode] ?? (() => say({ seconds: epochs * SECONDS_PER_EPOCH, loss: 1, epochs }))
    answer(epochs, ++request)
  }
}
