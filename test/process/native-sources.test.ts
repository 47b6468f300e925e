/** The sources of the kernels as an editor opens them: each file by itself, syntax only, without a kernel set's vector types. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { env, platform } from 'node:process'
import { promisify } from 'node:util'
import { ROOT } from '../support/child.js'
import { testUnless } from '../support/native-helper.js'

const compiler = (env.CXX ?? 'c++').split(' ')
const OPTIONS = ['-std=c++20', '-fsyntax-only', '-x', 'c++']
// As many compilers at a time as the tests have processes.
const AT_A_TIME = 2

/** Why nothing can be compiled here; empty where it can. */
function obstacle(): string {
  if (platform === 'win32') return 'the options are those of g++ and clang'
  const [program, ...options] = compiler
  return spawnSync(program, [...options, '--version']).status === 0 ? '' : `${compiler[0]} is not installed`
}

/** The compiler's first error for a file, and nothing where it compiles. */
async function errorIn(file: string): Promise<string[]> {
  const [program, ...options] = [...compiler, ...OPTIONS, file]
  try {
    await promisify(execFile)(program, options)
    return []
  } catch (error) {
    const { stderr } = error as { stderr: string }
    return [`${file}: ${stderr.split('\n').find((line) => /\berror\b/.test(line)) ?? stderr}`]
  }
}

describe('native sources', () => {
  const native = join(ROOT, 'native')
  const names = readdirSync(native, { recursive: true }) as string[]
  // Every processor has the scalar vector type; the others need the instructions of their set. The addon's need Node-API.
  const alone = /\.inl$|^[^/\\]+\.h$|^(codec|wasm)[/\\]\w+\.h$|^simd[/\\](macros|common|scalar)\.h$/
  const files = names.filter((name) => alone.test(name)).sort()

  testUnless(
    obstacle(),
    'include what they need, so that each file of the kernels compiles alone',
    async function (this: Mocha.Context) {
      this.timeout(120_000)
      assert.ok(files.length > 35, `only ${files.length} files were found in ${native}`)
      const errors: string[] = []
      const queue = [...files]
      const compileRest = async () => {
        for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
          errors.push(...(await errorIn(join(native, name))))
        }
      }
      await Promise.all(Array.from({ length: AT_A_TIME }, compileRest))
      assert.deepEqual(errors, [])
    },
  )
})
