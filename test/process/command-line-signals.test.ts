/** Ctrl-C, SIGTERM, checkpoints, and readers that have enough. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Model } from 'lockstep-nn/data'
import { csvOf, jsonOf, plants, plantsFile, type Running, startCommandLine } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

const LONG = ['train', 'many.csv', '--target', 'mass', '--columns', 'height,leaves', '--epochs', '1000000']

describe('an interrupted command line', () => {
  const folder = folderOf()

  before(() => {
    plantsFile(folder(), 20_000, 'many.csv')
    plantsFile(folder())
  })

  /** A training of which an epoch has been shown. */
  async function training(...words: string[]): Promise<Running> {
    const running = startCommandLine(folder(), [...LONG, ...words])
    await once(running.child.stderr, 'data')
    return running
  }

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`keeps the best model so far at ${signal}, says so, and ends with status ${status}`, async () => {
      const out = `${signal}.json`
      const { child, ended } = await training('--out', out)
      child.kill(signal)
      const { status: found, stdout, stderr } = await ended
      assert.equal(found, status, stderr)
      assert.match(stderr, /\nStopping after this step\. The best model so far is kept; Ctrl-C again ends at once\.\n/)
      assert.match(stdout, /interrupted, the best epoch so far is kept/)
      const model = await Model.load(join(folder(), out))
      assert.ok(stdout.includes(`digest ${model.digest()}`))
      assert.ok(stdout.startsWith('many.csv: 20000 rows (4000 choose the best epoch)\n'))
    })
  }

  it('verifies the model of an interrupted training', () => {
    assert.equal(jsonOf(folder(), ['verify', 'SIGINT.json', 'many.csv']).same, true)
  })

  it('goes on from its checkpoint to the model of a training that was never interrupted', async () => {
    const words = ['--epochs', '6', '--out', 'resumed.json']
    const { child, ended } = await training(...words, '--checkpoint', 'state.checkpoint')
    child.kill('SIGINT')
    assert.equal((await ended).status, 130)
    assert.ok(existsSync(join(folder(), 'state.checkpoint')))
    const resumed = jsonOf(folder(), [...LONG, ...words, '--checkpoint', 'state.checkpoint'])
    const whole = jsonOf(folder(), [...LONG, ...words])
    assert.equal(resumed.digest, whole.digest)
    assert.equal(resumed.epochs, whole.epochs)
  })

  it('leaves no file of predictions behind, also at a second signal', async () => {
    jsonOf(folder(), ['train', 'plants.csv', '--target', 'mass', '--columns', 'height', '--epochs', '2'])
    const rows = csvOf(plants(30_000))
    for (const signals of [1, 2]) {
      const { child, ended } = startCommandLine(folder(), ['predict', 'model.json', '-', '--out', 'predicted.csv'])
      // It is closed at the signal.
      child.stdin.on('error', () => {})
      child.stdin.write(rows)
      while (!readdirSync(folder()).some((name) => name.endsWith('.tmp'))) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      for (let i = 0; i < signals; i++) child.kill(i === 0 ? 'SIGINT' : 'SIGTERM')
      const { status } = await ended
      assert.ok(status === 130 || (signals === 2 && status === 143), String(status))
      assert.deepEqual(
        readdirSync(folder()).filter((name) => /predicted|\.tmp$/.test(name)),
        [],
      )
    }
  })

  it('ends quietly with status 0 where a reader closes its output', async () => {
    const { child, ended } = startCommandLine(folder(), ['predict', 'model.json', 'many.csv'])
    child.stdout.destroy()
    const { status, stderr } = await ended
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('ends though the writer of its input goes on', async () => {
    const { child, ended } = startCommandLine(folder(), ['train', '-', '--target', 'none'])
    child.stdin.on('error', () => {})
    child.stdin.write('PK\u0003\u0004'.padEnd(70_000, 'x'))
    const { status, stderr } = await ended
    assert.equal(status, 1, stderr)
    assert.match(stderr, /a workbook/)
    child.stdin.destroy()
  })
})
