/**
 * The protocol with a peer in a process of its own, one training at a time; README.md in this folder describes it. Every fault of a
 * peer (it exits, prints something else, never answers, trains fewer epochs) becomes a one-line error, and the other peers continue.
 */
import { isAbsolute, join } from 'node:path'
import { LineProcess, oneLine, ProcessError, show, TooSlow, threadVariables } from '../harness/process.js'
import { many } from '../harness/text.js'
import type { Peer } from './catalog.js'

/** What a peer reports before it trains. */
export interface Ready {
  version: string
  note?: string
  float: 32 | 64
  sameStart: boolean
  sameWork?: boolean
}

/** Why it cannot train this workload, and whether all its dependencies are installed. */
export interface Skipped {
  skipped: string
  installed: boolean
}

export interface Answer {
  seconds: number
  loss: number | null
  epochs: number
  /** Of a population: a number for each member. */
  validationLosses?: number[]
}

export function startPeer({ command: [program, ...rest], folder, threads }: Peer, directory: string): LineProcess {
  const env = threadVariables(threads ?? 1)
  return new LineProcess('it', locate(program, folder), [...rest, directory], { cwd: folder, env })
}

/** The first line of a peer. `timeout`: in seconds. */
export async function readReady(peer: LineProcess, timeout: number): Promise<Ready | Skipped> {
  const line = await peer.json(timeout).catch((error) => {
    throw error instanceof TooSlow ? new ProcessError(`it was not ready within ${timeout} s`) : error
  })
  if (typeof line.skipped === 'string') return { skipped: oneLine(line.skipped), installed: line.installed !== false }
  const { version, note, float, sameStart, sameWork } = line
  const complete =
    line.ready === true &&
    typeof version === 'string' &&
    (float === 32 || float === 64) &&
    typeof sameStart === 'boolean'
  if (!complete) throw new ProcessError(`expected "ready" with version, float and sameStart but it said ${show(line)}`)
  return {
    version,
    float,
    sameStart,
    ...(typeof note === 'string' && note !== '' ? { note: oneLine(note) } : {}),
    ...(typeof sameWork === 'boolean' ? { sameWork } : {}),
  }
}

/** Trains once. `timeout`: in seconds. `members`: of a population. */
export async function train(
  peer: LineProcess,
  start: number,
  epochs: number,
  timeout: number,
  members?: number,
): Promise<Answer> {
  const answer = await peer.askJson({ start, epochs }, timeout).catch((error) => {
    throw error instanceof TooSlow ? new TooSlow(`${many(epochs, 'epoch')} took more than ${timeout} s`) : error
  })
  const { seconds, loss, epochs: done, validationLosses } = answer
  if (!(typeof seconds === 'number' && seconds > 0) || !(typeof loss === 'number' || loss === null)) {
    throw new ProcessError(
      `expected "seconds" above 0 and a "loss" but it said ${show({ seconds, loss, epochs: done })}`,
    )
  }
  if (done !== epochs) throw new ProcessError(`it trained for ${done} epochs instead of ${epochs}`)
  if (members === undefined) return { seconds, loss, epochs }
  if (!Array.isArray(validationLosses) || validationLosses.length !== members) {
    throw new ProcessError(`expected "validationLosses" of ${members} networks but it said ${show(validationLosses)}`)
  }
  return { seconds, loss, epochs, validationLosses: validationLosses.map(Number) }
}

/** A name in PATH, a path relative to the peer's folder, or this Node for `node`. */
function locate(program: string, folder: string): string {
  if (program === 'node') return process.execPath
  return program.includes('/') && !isAbsolute(program) ? join(folder, program) : program
}
