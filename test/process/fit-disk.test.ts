/** Fits whose checkpoints cannot be written: the disk is full, the folder is read-only or has vanished. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { sameBits } from '../support/bits.js'
import { filesIn } from '../support/checkpoints.js'
import { script } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'
import { newTrainer, task } from '../support/learning.js'

const posix = platform !== 'win32'
const { x, y } = task(23)
const FIT = { epochs: 40, batchSize: 4, seed: 5 } as const
const METHODS = ['fit', 'fitSync'] as const

describe('a fit that cannot write its checkpoint', () => {
  const root = folderOf()

  /**
   * Trains until a write fails after `prepare`, which is called after the fourth epoch. The network must have the
   * parameters after the last epoch that was trained.
   */
  async function failing(method: (typeof METHODS)[number], path: string, prepare: () => void) {
    const trainer = newTrainer()
    let before: Record<string, string> | null = null
    const onEpoch = async ({ epoch }: { epoch: number }) => {
      if (epoch !== 3) return
      // The last write may be at work.
      if (method === 'fit') while (readCheckpointSync(path, 1)?.content.arrays.position[0] !== 3) await delay(1)
      prepare()
      before = existsSync(join(path, '..')) ? filesIn(join(path, '..')) : null
    }
    const callback = method === 'fit' ? onEpoch : (one: { epoch: number }) => void onEpoch(one)
    const options = { ...FIT, checkpoint: { path, everyEpochs: 1 }, onEpoch: callback }
    const error = (await errorOf(() => trainer[method](x, y, options))) as NodeJS.ErrnoException
    assert.ok(error !== null, 'the fit has ended')
    assert.ok(trainer.epoch >= 4 && trainer.epoch <= 6, `${trainer.epoch}`)
    const expected = newTrainer()
    expected.fitSync(x, y, { ...FIT, epochs: trainer.epoch })
    sameBits(trainer.network.parameters, expected.network.parameters, 'parameters')
    sameBits(trainer.optimizerState, expected.optimizerState, 'optimizerState')
    return { error, before }
  }

  /** Fails unless a new fit goes on from the checkpoint, which is that after the third epoch. */
  async function goesOn(path: string): Promise<void> {
    assert.equal(readCheckpointSync(path, 1)!.content.arrays.position[0], 3)
    const [trainer, expected] = [newTrainer(), newTrainer()]
    const history = await trainer.fit(x, y, { ...FIT, checkpoint: { path } })
    assert.deepEqual(history, expected.fitSync(x, y, FIT))
    sameBits(trainer.network.parameters, expected.network.parameters, 'parameters')
  }

  for (const method of METHODS) {
    it(`as its folder has vanished ends with the parameters after the last epoch: ${method}`, async () => {
      const here = join(root(), `vanished-${method}`)
      const path = join(here, 'run.ckpt')
      mkdirSync(here)
      const { error } = await failing(method, path, () => rmSync(here, { recursive: true }))
      assert.equal(error.code, 'ENOENT')
      assert.match(error.message, /^The checkpoint .* cannot be written: ENOENT.* Its folder does not exist: make it/)
      assert.ok(!existsSync(here))
    })

    it(`as its disk is full ends so too, and the checkpoint before is whole: ${method}`, async function () {
      const here = join(root(), `full-${method}`)
      mkdirSync(here)
      // Only root may mount, and not in every container.
      const mounted = posix && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', here]).status === 0
      if (!mounted) this.skip()
      try {
        const path = join(here, 'run.ckpt')
        const { error, before } = await failing(method, path, () => {
          for (const size of [4096, 1]) {
            for (let i = 0; ; i++) {
              try {
                writeFileSync(join(here, `ballast-${size}-${i}`), Buffer.alloc(size))
              } catch {
                break
              }
            }
          }
        })
        assert.equal(error.code, 'ENOSPC')
        assert.match(error.message, /^The checkpoint .* cannot be written: ENOSPC.* are unchanged\. Free some space/)
        assert.deepEqual(filesIn(here), before)
        for (const name of Object.keys(filesIn(here))) if (name.startsWith('ballast')) rmSync(join(here, name))
        await goesOn(path)
      } finally {
        assert.equal(spawnSync('umount', [here]).status, 0)
      }
    })
  }

  it('as its folder is read-only ends so too, and the checkpoint before is whole', async function () {
    if (!posix) this.skip()
    chmodSync(root(), 0o755)
    const here = join(root(), 'closed')
    const path = join(here, 'run.ckpt')
    mkdirSync(here)
    // Root may write anywhere.
    const source = `
      import { chmodSync } from 'node:fs'
      import { newTrainer, task } from './out/test/support/learning.js'
      const { x, y } = task(23)
      const trainer = newTrainer()
      const onEpoch = ({ epoch }) => {
        if (epoch !== 3) return
        chmodSync(${JSON.stringify(here)}, 0o555)
        if (process.getuid() === 0) process.seteuid(5432)
      }
      const checkpoint = { path: ${JSON.stringify(path)}, everyEpochs: 1 }
      try {
        trainer.fitSync(x, y, { ...${JSON.stringify(FIT)}, checkpoint, onEpoch })
      } catch ({ code, message }) {
        console.log(code, trainer.epoch, trainer.network.digest(), message)
      }`
    const { stdout, stderr } = script(source)
    chmodSync(here, 0o755)
    const expected = newTrainer()
    expected.fitSync(x, y, { ...FIT, epochs: 4 })
    const start = `EACCES 4 ${expected.network.digest()} The checkpoint ${path} cannot be written: EACCES`
    assert.ok(stdout.startsWith(start), stdout + stderr)
    assert.deepEqual(Object.keys(filesIn(here)), ['run.ckpt'])
    await goesOn(path)
  })

  it('from the beginning, as there is no folder, is refused before it trains', async () => {
    for (const method of METHODS) {
      const trainer = newTrainer()
      const before = trainer.network.digest()
      const path = join(root(), 'nowhere', 'run.ckpt')
      const error = (await errorOf(() => trainer[method](x, y, { ...FIT, checkpoint: { path } }))) as Error
      assert.match(error.message, /^The checkpoint .* cannot be read: ENOENT.* Nothing was changed\. Its folder/)
      assert.deepEqual([trainer.network.digest(), trainer.epoch], [before, 0])
    }
  })
})
