/** The state of the page, as signals, and what changes it. */
import { effect, signal } from '@preact/signals'
import { messageOf } from '#lib/checks/errors.js'
import type { DataSet } from '../data/data-set.js'
import { checkSettings } from '../state/check.js'
import { type Link, readLink } from '../state/link.js'
import { DEFAULT_SETTINGS, type Settings } from '../state/settings.js'
import type { Picture, Snapshot } from '../training/snapshot/snapshot-types.js'
import { WorkerClient } from './worker-client.js'

export const settings = signal<Settings>(DEFAULT_SETTINGS)
/** The data of the run; null until the Worker has made it. */
export const data = signal<DataSet | null>(null)
/** The last snapshot of the run; null before the first one. */
export const snapshot = signal<Snapshot | null>(null)
/** What is wrong with the settings, as a sentence; empty where nothing is. */
export const problem = signal('')
/** What is wrong with the link that opened the page. */
export const linkProblem = signal('')
/** The link that opened the page; null where the settings were changed since. */
export const opened = signal<Link | null>(null)
export const picture = signal<Picture>({ axes: [0, 1], size: 48, unitSize: 20, member: 0 })

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
/** The time between two snapshots for those who want less motion. */
const CALM_MS = 500

/** The number of the frame that asks for the next snapshot; 0 for none. */
let frame = 0
/** How often a link was opened. */
let openings = 0

const client = new WorkerClient({
  loaded(made) {
    data.value = made
    const last = made.inputs.length - 1
    const { axes } = picture.value
    if (Math.max(...axes) > last) picture.value = { ...picture.value, axes: [0, Math.min(1, last)] }
  },
  refused(sentence) {
    problem.value = sentence
    data.value = null
    snapshot.value = null
  },
  snapshot(taken) {
    snapshot.value = taken
    // The next one is asked for when this one has been drawn: at most one for each frame.
    if (frame !== 0) return
    frame = requestAnimationFrame(() => {
      const next = () => {
        frame = 0
        client.ask(picture.value)
      }
      if (reducedMotion.matches) setTimeout(next, CALM_MS)
      else next()
    })
  },
})

export const play = () => client.command('play')
export const pause = () => client.command('pause')
export const step = () => client.command('step')
export const epoch = () => client.command('epoch')
export const save = () => client.save()

/** Begins the training again from its initial parameters. */
export function reset(): void {
  opened.value = null
  begin(0)
}

/**
 * Replaces the settings and begins a new run. Wrong settings change nothing; `problem` says why.
 * @returns whether the settings were accepted
 */
export function change(next: Settings): boolean {
  try {
    settings.value = checkSettings(next)
  } catch (error) {
    problem.value = messageOf(error)
    return false
  }
  opened.value = null
  linkProblem.value = ''
  begin(0)
  return true
}

function begin(until: number): void {
  problem.value = ''
  const { member } = picture.value
  if (member >= settings.value.members) picture.value = { ...picture.value, member: 0 }
  client.begin(settings.value, until)
  client.ask(picture.value)
}

/** Opens the link of an address's hash, or the default. */
export async function open(hash: string): Promise<void> {
  const opening = ++openings
  const read = await readLink(hash)
  if (opening !== openings) return
  linkProblem.value = read.kind === 'broken' ? `${read.problem} These are the default settings.` : ''
  opened.value = read.kind === 'link' ? read.link : null
  settings.value = read.kind === 'link' ? read.link.settings : DEFAULT_SETTINGS
  begin(read.kind === 'link' ? read.link.epoch : 0)
}

// Another picture is asked for at once, also while nothing is trained.
effect(() => {
  client.ask(picture.value)
})
