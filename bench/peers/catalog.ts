/** All peers: the library's own backends, and those that the folders' `peer.json` describe. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backends } from 'lockstep-nn'
import { UsageError } from '../harness/program.js'
import { WORKLOAD_NAMES, type WorkloadName } from './spec.js'

/** The fields of `peer.json`; README.md explains them. */
export interface Description {
  name: string
  language: string
  command: string[]
  workloads: WorkloadName[]
  install: string
  installed: string[]
  /** Default 1. */
  threads?: number
}

export interface Peer extends Description {
  /** The folder in which the command runs. */
  folder: string
  /**
   * For a backend of this library: single trainings on one thread, the same on more, or an ensemble. Peers are compared with the
   * best backend of the first kind.
   */
  library?: 'alone' | 'threads' | 'ensemble'
}

const FOLDERS = fileURLToPath(new URL('../../../bench/peers', import.meta.url))
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const BUILT = { install: 'npm run build', installed: [], folder: fileURLToPath(new URL('../../../', import.meta.url)) }

export function allPeers(folders = FOLDERS): Peer[] {
  const peers = [...libraryPeers(), unrolled, ...describedPeers(folders)]
  const twice = peers.find((peer, i) => peers.findIndex(({ name }) => name === peer.name) !== i)
  if (twice !== undefined) throw new UsageError(`Two peers are called '${twice.name}'`)
  return peers
}

/**
 * The library on every backend of this machine, the best first; before them the ensemble of all starting weights, and the best
 * backend on two threads.
 */
export function libraryPeers(): Peer[] {
  const available = backends().filter((backend) => backend.available)
  const language = (name: string) =>
    name.startsWith('native/') ? 'C++ in Node' : name === 'wasm' ? 'C++ in WebAssembly' : 'TypeScript'
  const alone = available.map(
    ({ name }): Peer => ({
      ...BUILT,
      name,
      language: language(name),
      command: ['node', program('library.js'), name],
      workloads: [...WORKLOAD_NAMES],
      library: 'alone',
    }),
  )
  const best = available[0].name
  const two: Peer = {
    ...alone[0],
    name: `${best} on 2 threads`,
    threads: 2,
    workloads: WORKLOAD_NAMES.filter((name) => name !== 'experiment'),
    library: 'threads',
  }
  const ensemble: Peer = {
    ...alone[0],
    name: `ensemble of 10 ${best}`,
    command: ['node', program('library.js'), `ensemble:${best}`],
    workloads: ['experiment'],
    library: 'ensemble',
  }
  return [ensemble, two, ...alone]
}

const unrolled: Peer = {
  ...BUILT,
  name: 'hand-unrolled JavaScript',
  language: 'JavaScript',
  command: ['node', program('unrolled.js')],
  workloads: ['experiment'],
}

function describedPeers(folders: string): Peer[] {
  return readdirSync(folders, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folders, entry.name, 'peer.json')))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => {
      const folder = join(folders, name)
      return readDescriptions(join(folder, 'peer.json')).map((description) => ({ ...description, folder }))
    })
}

const texts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const FIELDS: Record<keyof Description, (value: unknown) => boolean> = {
  name: (value) => typeof value === 'string' && /^[^,]+$/.test(value),
  language: (value) => typeof value === 'string',
  command: (value) => texts(value) && value.length > 0,
  workloads: (value) => texts(value) && value.every((name) => WORKLOAD_NAMES.some((known) => known === name)),
  install: (value) => typeof value === 'string',
  installed: texts,
  threads: (value) => value === undefined || (Number.isInteger(value) && Number(value) > 0),
}

function readDescriptions(file: string): Description[] {
  const wrong = (what: string) => new UsageError(`${file}: ${what}; bench/peers/README.md explains the fields`)
  let list: unknown
  try {
    list = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw wrong((error as Error).message)
  }
  if (!Array.isArray(list)) throw wrong('expected an array of peers')
  for (const peer of list) {
    for (const [field, right] of Object.entries(FIELDS)) {
      if (!right(peer?.[field])) throw wrong(`"${field}" is missing or wrong in ${JSON.stringify(peer)}`)
    }
  }
  return list as Description[]
}

/** Whether all files exist that the peer's installation creates. */
export const isInstalled = ({ installed, folder }: Peer): boolean =>
  installed.every((file) => existsSync(join(folder, file)))
