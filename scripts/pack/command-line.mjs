// Part of the installation test: the program of the package.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { check } from '../checks.mjs'
import { root } from '../run.mjs'

/** Runs the program `lockstep-nn` as npx does, from its link in node_modules, and as a module on every Node. */
export function checkCommandLine({ project, nodes, runScript, environment }) {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2 === 0 ? 'even' : 'odd'}\n`)
  writeFileSync(join(project, 'numbers.csv'), `n,kind\n${rows.join('')}`)
  const program = join(project, 'node_modules', 'lockstep-nn', 'dist', 'cli', 'main.js')
  for (const [version, node] of nodes) {
    const run = (...words) => runScript(project, node, program, {}, words)
    const shown = run('--help')
    check(`lockstep-nn --help, Node ${version}`, shown.status === 0 && shown.stdout.startsWith('Usage: lockstep-nn'))
    const trained = run(
      'train',
      'numbers.csv',
      '--target',
      'kind',
      '--epochs',
      '3',
      '--out',
      'numbers.json',
      '--json',
      '--quiet',
    )
    const predicted = run('predict', 'numbers.json', 'numbers.csv')
    const lines = predicted.stdout.split('\n').length
    const done = trained.status === 0 && predicted.status === 0 && lines === 42
    check(`lockstep-nn trains and predicts, Node ${version}`, done, trained.stderr + predicted.stderr)
  }
  const link = join(project, 'node_modules', '.bin', platform === 'win32' ? 'lockstep-nn.cmd' : 'lockstep-nn')
  const linked = spawnSync(link, ['--version'], {
    cwd: project,
    encoding: 'utf8',
    env: environment,
    shell: platform === 'win32',
  })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  check('node_modules/.bin/lockstep-nn is the program', linked.stdout?.trim() === version, linked.error?.message)
}
