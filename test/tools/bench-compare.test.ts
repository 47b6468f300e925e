/** `npm run bench:compare`: this checkout compared with itself. */
import assert from 'node:assert/strict'
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Compared } from '../../bench/micro/compare.js'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'

const compare = (...options: string[]) => node([join(ROOT, 'out/bench/micro/compare.js'), '--quick', ...options])

describe('the comparison of two builds', function () {
  this.timeout(120_000)
  const folder = folderOf()

  it('measures each workload on both sides, and finds the same bits in one build', () => {
    const json = join(folder(), 'deep', 'compare.json')
    const { status, stdout, stderr } = compare('--base', ROOT, '--rounds', '2', '--json', json)
    assert.equal(status, 0, stderr)
    assert.match(stdout, /Same bits: yes/)
    assert.match(stderr, /^1 of 2 .*\n2 of 2 .*\n$/)
    const { rows } = JSON.parse(readFileSync(json, 'utf8')) as { rows: Compared[] }
    assert.ok(rows.some(({ workload }) => workload === 'XOR, typescript'))
    for (const { workload, base, here, ratios, sameBits } of rows) {
      assert.ok(stdout.includes(workload), workload)
      assert.ok(sameBits && base > 0 && here > 0 && ratios.length === 2, workload)
    }
  })

  it('fails where a base computes other bits, and names the workloads', function () {
    if (!existsSync(join(ROOT, 'build/Release/lockstep_nn.node'))) this.skip()
    const base = join(folder(), 'base')
    for (const part of ['dist', 'build/Release/lockstep_nn.node', 'node_modules/node-gyp-build', 'package.json']) {
      cpSync(join(ROOT, part), join(base, part), { recursive: true })
    }
    const network = "import * as library from './network/network.js'\n"
    const other =
      'const { predict } = library.Network.prototype\nlibrary.Network.prototype.predict = function (x, options) {\n'
    const nudge = '  const y = predict.call(this, x, options)\n  y[0] += 1e-9\n  return y\n}\n'
    appendFileSync(join(base, 'dist', 'index.js'), `\n${network}${other}${nudge}`)
    const { status, stdout } = compare('--base', base, '--only', 'one row')
    assert.equal(status, 1)
    assert.match(stdout, /predict one row .* OTHER BITS/)
    assert.match(stdout, /Same bits: NO, these differ: predict one row\./)
  })

  const wrong: [string, string[], RegExp][] = [
    ['no base', [], /required option '--base <path>'/],
    ['a base without a build', ['--base', join(ROOT, 'docs')], /Expected a build at .*dist.index\.js: run npm ci/],
    ['an unknown kernel set', ['--base', ROOT, '--set', 'avx3'], /--set but received 'avx3'/],
    ['a text that no workload has', ['--base', ROOT, '--only', 'iris'], /No workload has a name with 'iris'/],
  ]
  for (const [what, options, message] of wrong) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = compare(...options)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})
