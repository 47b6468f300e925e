// LLVM's linker for macOS. zig's own cannot limit the exports of a library.
import { spawnSync } from 'node:child_process'
import { env } from 'node:process'

// The first that also keeps the unwinding tables in .eh_frame, without which an exception ends the process.
const OLDEST = 16
const NEWEST = 22

/** The path of ld64.lld; LOCKSTEP_LLD names one. */
export function lld() {
  if (env.LOCKSTEP_LLD) {
    if (version(env.LOCKSTEP_LLD) >= OLDEST) return env.LOCKSTEP_LLD
    fail(`LOCKSTEP_LLD names ${env.LOCKSTEP_LLD}, which is not an ld64.lld of LLVM ${OLDEST} or newer.`)
  }
  const numbered = Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => `ld64.lld-${NEWEST - i}`)
  const found = ['ld64.lld', ...numbered].find((name) => version(name) >= OLDEST)
  if (found) return spawnSync('sh', ['-c', `command -v ${found}`], { encoding: 'utf8' }).stdout.trim()
  fail(`Binaries for macOS are linked by ld64.lld of LLVM ${OLDEST} or newer, which is missing.`)
}

function version(program) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return Number(/LLD (\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}

function fail(message) {
  console.error(
    `${message} On Debian 12: apt-get install lld-19; later: lld. LOCKSTEP_LLD=PATH names an installed one.`,
  )
  process.exit(1)
}
