/** Python, if it is installed with the packages of a test. LOCKSTEP_PYTHON names another interpreter. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { env } from 'node:process'

const PYTHON = env.LOCKSTEP_PYTHON ?? 'python3'

const runs = (source: string, given: readonly string[] = []) =>
  spawnSync(PYTHON, ['-c', source, ...given], { encoding: 'utf8', timeout: 120_000 })

export interface Python {
  /** Runs a program, whose arguments are in `sys.argv[1:]`; returns its output. */
  run(source: string, ...given: string[]): string
}

/** Defines a test that needs these packages; without them it is skipped, and its title names what to install. */
export function withPython(title: string, packages: readonly string[], test: (python: Python) => void | Promise<void>) {
  const missing = packages.filter((name) => runs(`import ${name}`).status !== 0)
  if (missing.length > 0) {
    it.skip(`${title} (skipped: ${PYTHON} -m pip install ${missing.join(' ')})`)
    return
  }
  it(title, () =>
    test({
      run(source, ...given) {
        const { status, stdout, stderr } = runs(source, given)
        assert.equal(status, 0, stderr)
        return stdout
      },
    }),
  )
}
