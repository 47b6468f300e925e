/**
 * The symbols and instructions in the compiled kernel sets and the addon. A weak symbol in an object compiled for AVX-512
 * could be the copy that the linker keeps for all of them; a call into libm or a fused multiply-add would break the
 * one arithmetic. NM and OBJDUMP name other programs than nm and objdump, for a cross build.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { env, platform } from 'node:process'
import { fileURLToPath } from 'node:url'

// Like node-gyp-build, so that the objects are those of the addon.
const root = env.LOCKSTEP_NN_PREBUILD ?? fileURLToPath(new URL('../../..', import.meta.url))
const nm = env.NM ?? 'nm'
const objdump = env.OBJDUMP ?? 'objdump'

const ENTRY_POINTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']
// What a compiler may call by itself: it copies and clears memory, and reaches the tables of a shared library.
const RUN_TIME = /^(memcpy|memmove|memset|memcmp|bzero|__stack_chk_fail|__stack_chk_guard|_GLOBAL_OFFSET_TABLE_)$/

/** Why a program can't run here; empty where it can. */
function obstacle(program: string): string {
  if (platform === 'win32') return 'Windows has no such program; lint checks the includes there'
  return spawnSync(program, ['--version']).error ? `${program} is not installed` : ''
}

function linesOf(program: string, ...programArguments: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, programArguments, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  assert.equal(status, 0, stderr)
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

/** The objects of the kernel sets, wherever the generator of the build put them. */
function kernelSetObjects(): string[] {
  const build = join(root, 'build')
  const names = existsSync(build) ? (readdirSync(build, { recursive: true }) as string[]) : []
  const objects = names.filter((name) => /isa[\\/]\w+(\.cc)?\.o$/.test(name)).map((name) => join(build, name))
  assert.notEqual(objects.length, 0, `no objects of kernel sets under ${build}: run npm run build`)
  return objects
}

/** Mach-O puts an underscore before every name. */
const plain = (name: string): string => (platform === 'darwin' ? name.replace(/^_/, '') : name)

/** A test that can't run here is shown as pending, with the reason. */
function check(title: string, why: string, body: () => void): void {
  if (why === '') it(title, body)
  else it.skip(`${title} (not checked: ${why})`, body)
}

describe('symbols', () => {
  check('no kernel set holds a weak symbol', obstacle(nm), () => {
    for (const object of kernelSetObjects()) {
      const weak =
        platform === 'darwin'
          ? linesOf(nm, '-m', object).filter((line) => /\bweak\b/.test(line) && !/\(undefined\)/.test(line))
          : linesOf(nm, '--defined-only', '-C', object).filter((line) => /^\S+ [WwVvu] /.test(line))
      assert.deepEqual(weak, [], relative(root, object))
    }
  })

  check('no kernel set calls anything outside the addon but memory routines', obstacle(nm), () => {
    const objects = kernelSetObjects()
    for (const object of objects) {
      const foreign = linesOf(nm, '-u', object)
        .map((line) => plain(line.trim().split(/\s+/).pop() as string))
        .filter((name) => !RUN_TIME.test(name) && !name.includes('lockstep'))
      assert.deepEqual(foreign, [], relative(root, object))
    }
  })

  check('no kernel set holds a fused multiply-add', obstacle(objdump), () => {
    for (const object of kernelSetObjects()) {
      const fused = linesOf(objdump, '-d', object).filter((line) =>
        /\b(vfn?m(add|sub)\w*|fn?m(add|sub)|fml[as])\b/.test(line),
      )
      assert.deepEqual(fused, [], relative(root, object))
    }
  })

  check('the addon exports the two entry points of Node-API and nothing else', obstacle(nm), () => {
    const addon = createRequire(import.meta.url)('node-gyp-build').path(root) as string
    const listed = platform === 'darwin' ? linesOf(nm, '-gU', addon) : linesOf(nm, '-D', '--defined-only', addon)
    const names = listed.map((line) => plain((line.trim().split(/\s+/).pop() as string).replace(/@.*/, '')))
    assert.deepEqual(names.sort(), ENTRY_POINTS)
  })
})
