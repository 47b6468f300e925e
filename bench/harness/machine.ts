/** The facts about the machine that a reader needs to compare numbers with their own. Nothing names its owner. */
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { backends } from 'lockstep-nn'

export interface Machine {
  cpu: string
  cores: number
  memoryGiB: number
  os: string
  /** The best kernel set that runs here, or `none`. */
  kernelSet: string
  node: string
  v8: string
  /** The average number of busy processes over the minute before the measurement. */
  load: number
  date: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()} ${arch()}`,
    kernelSet: backends().find(({ name, available }) => available && name.startsWith('native/'))?.name ?? 'none',
    node: process.versions.node,
    v8: process.versions.v8,
    load: Math.round(loadavg()[0] * 100) / 100,
    date: new Date().toISOString(),
  }
}
