/**
 * The trainings of one workload. Each peer starts in a process of its own. A probe measures its speed, and trainings warm it up. Then each
 * round trains every peer once.
 */
import { type LineProcess, ProcessError, TooSlow } from '../harness/process.js'
import { measureRounds } from '../harness/rounds.js'
import { many } from '../harness/text.js'
import { isInstalled, type Peer } from './catalog.js'
import { type Ready, readReady, startPeer, train } from './protocol.js'
import type { Workload } from './spec.js'

export interface Limits {
  rounds: number
  /** About how long one training may take; slow peers train for fewer epochs. */
  seconds: number
  /** The time limits of a peer: until it is ready, and for one training. */
  readyTimeout: number
  trainTimeout: number
}

export interface Run {
  /** The index of its starting parameters. */
  start: number
  seconds: number
  loss: number | null
  validationLosses?: number[]
}

/** A peer that was measured. */
export interface Measured {
  peer: Peer
  about: Ready
  /** Epochs of each run: those of the workload, or as many as the time limit allows. */
  epochs: number
  runs: Run[]
}

/** A peer that was not measured, and why; `install` is the command that would help. */
export interface Missing {
  peer: Peer
  reason: string
  install?: string
  /** Whether it did something wrong; being too slow is not wrong. */
  failed: boolean
}

export interface Measurement {
  measured: Measured[]
  missing: Missing[]
}

interface Entry extends Measured {
  process: LineProcess
}

/** Trainings before the clock counts, or their seconds: enough for a JIT to settle and the processor to speed up. */
const WARM_UPS = 5
const WARM_UP_SECONDS = 0.5

/** The first probe trains a part of the epochs; later ones are longer, until one takes this part of the time limit. */
const PROBE_PART = 1000
const PROBE_GROWTH = 5
const PROBE_ENOUGH = 0.1

export async function measure(
  workload: Workload,
  directory: string,
  peers: readonly Peer[],
  limits: Limits,
  onStep: (text: string) => void,
): Promise<Measurement> {
  const missing: Missing[] = []
  const entries: Entry[] = []
  try {
    for (const peer of peers) {
      const entry = await prepare(workload, directory, peer, limits)
      if ('reason' in entry) missing.push(entry)
      else entries.push(entry)
      onStep(
        `${workload.name}: ${peer.name}, ${'reason' in entry ? entry.reason : `warm (${many(entry.epochs, 'epoch')})`}`,
      )
    }
    await measureRounds(entries, {
      rounds: limits.rounds,
      async measure(entry, round) {
        const failure = await runOnce(entry, round % workload.starts.length, workload, limits)
        if (failure === undefined) return
        missing.push(failure)
        entries.splice(entries.indexOf(entry), 1)
      },
      onRound: (round) => onStep(`${workload.name}: round ${round + 1} of ${limits.rounds}`),
    })
  } finally {
    await Promise.all(entries.map((entry) => entry.process.close()))
  }
  return { measured: entries.map(({ peer, about, epochs, runs }) => ({ peer, about, epochs, runs })), missing }
}

/** Starts a peer, finds how many epochs the time limit allows, and warms the peer up. */
async function prepare(workload: Workload, directory: string, peer: Peer, limits: Limits): Promise<Entry | Missing> {
  if (!peer.workloads.includes(workload.name)) {
    return { peer, reason: 'not made for this workload', failed: false }
  }
  if (!isInstalled(peer)) return { peer, reason: 'not installed', install: peer.install, failed: false }
  const process = startPeer(peer, directory)
  try {
    const about = await readReady(process, limits.readyTimeout)
    if ('skipped' in about) {
      await process.close()
      const help = about.installed ? {} : { install: peer.install }
      return { peer, reason: about.skipped, ...help, failed: false }
    }
    const epochs = await probe(process, workload, limits)
    await warmUp(process, epochs, workload, limits)
    return { peer, process, about, epochs, runs: [] }
  } catch (error) {
    return giveUp(peer, process, error)
  }
}

async function probe(process: LineProcess, { epochs: full, members }: Workload, limits: Limits): Promise<number> {
  let epochs = Math.ceil(full / PROBE_PART)
  for (;;) {
    const { seconds } = await train(process, 0, epochs, limits.trainTimeout, members)
    if (epochs === full || seconds >= limits.seconds * PROBE_ENOUGH) {
      return fittingEpochs(full, seconds / epochs, limits.seconds)
    }
    epochs = Math.min(full, epochs * PROBE_GROWTH)
  }
}

/** The number of epochs that the time limit allows: all of them, or a round number, at least one. */
export function fittingEpochs(full: number, secondsPerEpoch: number, seconds: number): number {
  const most = seconds / secondsPerEpoch
  if (most >= full) return full
  if (most < 1) return 1
  const step = 10 ** Math.max(0, Math.floor(Math.log10(most)) - 1)
  return Math.floor(most / step) * step
}

async function warmUp(process: LineProcess, epochs: number, { members }: Workload, limits: Limits): Promise<void> {
  let total = 0
  for (let i = 0; i < WARM_UPS && total < WARM_UP_SECONDS; i++) {
    total += (await train(process, 0, epochs, limits.trainTimeout, members)).seconds
  }
}

async function runOnce(
  entry: Entry,
  start: number,
  { members }: Workload,
  limits: Limits,
): Promise<Missing | undefined> {
  try {
    const { epochs: _, ...run } = await train(entry.process, start, entry.epochs, limits.trainTimeout, members)
    entry.runs.push({ start, ...run })
    return undefined
  } catch (error) {
    return giveUp(entry.peer, entry.process, error)
  }
}

function giveUp(peer: Peer, process: LineProcess, error: unknown): Missing {
  process.kill()
  if (!(error instanceof ProcessError)) throw error
  return { peer, reason: error.message, failed: !(error instanceof TooSlow) }
}
