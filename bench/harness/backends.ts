/** The backends that a bench runs, and those that are missing. */
import type { backends } from 'lockstep-nn'
import { groupBy } from './group-by.js'
import { UsageError } from './program.js'

export type BackendName = ReturnType<typeof backends>[number]['name']

export interface Backend {
  readonly name: BackendName
  readonly available: boolean
  readonly reason?: string
}

/** The backends to run: those named, otherwise all that are available. */
export function chooseBackends(all: readonly Backend[], given: readonly string[] | undefined): BackendName[] {
  const available = all.filter((backend) => backend.available).map((backend) => backend.name)
  if (given === undefined) return available
  const chosen = given.map((name) => {
    const wanted = name === 'native' ? available.find((candidate) => candidate.startsWith('native/')) : name
    const found = available.find((candidate) => candidate === wanted)
    if (found === undefined) throw new UsageError(`${explain(all, name)}. Available here: ${available.join(', ')}.`)
    return found
  })
  return [...new Set(chosen)]
}

/** One backend of each implementation that runs here, best first: the best kernel set, the WebAssembly module, TypeScript. */
export function implementations(all: readonly Backend[]): BackendName[] {
  const names = all.filter(({ available }) => available).map(({ name }) => name)
  const [native] = names.filter((name) => name.startsWith('native/'))
  return names.filter((name) => name === native || !name.startsWith('native/'))
}

/** The backends that do not run here, and why: a line for each reason. */
export function describeMissing(all: readonly Backend[]): string[] {
  const missing = all.filter((backend) => !backend.available)
  return [...groupBy(missing, ({ reason }) => reason ?? 'not available')].map(
    ([reason, group]) => `Without ${group.map(({ name }) => name).join(', ')}: ${reason}`,
  )
}

function explain(all: readonly Backend[], name: string): string {
  const asked = all.find(
    (backend) => backend.name === name || (name === 'native' && backend.name.startsWith('native/')),
  )
  if (asked === undefined) return `Unknown path '${name}'`
  return `Path '${name}' does not run here${asked.reason ? ` (${asked.reason.replace(/\.$/, '')})` : ''}`
}
