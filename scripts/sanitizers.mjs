// Shared by the scripts that use clang's sanitizers.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch } from 'node:process'

const NAMES = { x64: 'x86_64', arm64: 'aarch64' }

/** clang's run time of a sanitizer, as a file to load before Node. Ends this program where there is none. */
export function runtimeOf(sanitizer) {
  const name = `libclang_rt.${sanitizer}-${NAMES[arch]}`
  const { stdout, error } = spawnSync('clang', [`-print-file-name=${name}.so`], { encoding: 'utf8' })
  // A name without a folder: clang has no such file.
  const path = stdout?.trim() ?? ''
  if (!error && path.startsWith('/') && existsSync(path)) return path
  console.error(`clang with its sanitizers is missing (${name}.so). On Debian: apt-get install clang libclang-rt-dev`)
  process.exit(1)
}

let failed = 0

/** Prints a check's line, as .ci/run counts it. */
export function check(name, ok, details = '') {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${ok || details === '' ? '' : `\n${details}`}`)
  if (!ok) failed++
}

export const finish = () => process.exit(failed === 0 ? 0 : 1)
