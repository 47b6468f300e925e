/** Small C++ libraries that tests build from test/native. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arch, env, platform } from 'node:process'
import { ROOT } from './child.js'

const compiler = env.CXX ?? 'c++'

/** Why they cannot be built here; empty where they can. */
export function helperObstacle(): string {
  if (platform !== 'linux') return 'it needs Linux'
  if (env.LOCKSTEP_SANITIZE !== undefined) return 'not with a sanitizer'
  return spawnSync(compiler, ['--version'], { shell: true }).status === 0 ? '' : `${compiler} is not installed`
}

/** The same where the library needs an x64 processor. */
export const x64Obstacle = (): string => (arch === 'x64' ? helperObstacle() : 'it needs an x64 processor')

/** Builds test/native/<name>.cc as a shared library, and returns its path. */
export function buildHelper(name: string, extension: 'node' | 'so'): string {
  const folder = join(ROOT, 'out', 'helpers')
  mkdirSync(folder, { recursive: true })
  const library = join(folder, `${name}.${extension}`)
  const headers = dirname(createRequire(import.meta.url).resolve('node-api-headers/include/node_api.h'))
  const options = ['-std=c++17', '-O1', '-fPIC', '-shared', '-I', headers, join(ROOT, 'test', 'native', `${name}.cc`)]
  const [program, ...first] = compiler.split(' ')
  const { status, stderr } = spawnSync(program, [...first, ...options, '-o', library, '-ldl'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} could not be built: ${stderr}`)
  return library
}

/** A test that is shown as pending, with the reason, where it cannot run. */
export function testUnless(obstacle: string, title: string, body: Mocha.Func | Mocha.AsyncFunc): Mocha.Test {
  return obstacle === '' ? it(title, body) : it.skip(`${title} (not checked: ${obstacle})`, body)
}
