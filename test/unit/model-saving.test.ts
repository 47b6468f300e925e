/** Saving a model to a file: whole or not at all, with other writers and readers at the same time, and with the file's permissions. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execPath, getuid, platform } from 'node:process'
import { Worker } from 'node:worker_threads'
import { Model } from 'lockstep-nn/data'
import { ROOT, script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { handmade } from '../support/pets.js'

const posix = platform !== 'win32'
const model = new Model(handmade())
const permissions = (path: string) => statSync(path).mode & 0o7777

describe('saving a model', () => {
  const root = folderOf()

  /** A new folder. */
  function folder(name: string): string {
    const path = join(root(), name)
    mkdirSync(path)
    return path
  }

  it('works from eight threads at once to one path, and readers always get a whole file', async () => {
    const here = folder('threads')
    const path = join(here, 'model.json')
    await model.save(path)
    const workers = Array.from({ length: 8 }, (_, i) => {
      const workerData = { path, rows: i + 1, times: 25 }
      return new Worker(new URL('../support/saving-worker.js', import.meta.url), { workerData })
    })
    let running = true
    const done = Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number)).finally(
      () => {
        running = false
      },
    )
    const seen = new Set<number | undefined>()
    // A file that is empty or cut off has another checksum, or is no JSON.
    while (running) seen.add((await Model.load(path)).training?.rows)
    assert.deepEqual(await done, new Array(8).fill(25))
    await Promise.all(workers.map((worker) => worker.terminate()))
    assert.ok(seen.size > 1, 'no reader saw a file change')
    assert.deepEqual(readdirSync(here), ['model.json'])
  })

  it('works in a folder with files that an ended process left', async () => {
    const here = folder('left')
    const path = join(here, 'model.json')
    const left = Array.from({ length: 5 }, (_, i) => `model.json.${process.pid}.${i}.tmp`)
    for (const name of left) writeFileSync(join(here, name), 'left')
    await Promise.all([model.save(path), model.save(path)])
    assert.deepEqual(readdirSync(here).sort(), ['model.json', ...left].sort())
  })

  it('works for the longest name that a file may have', async function () {
    // Windows counts the folders too.
    if (!posix) this.skip()
    const path = join(folder('long'), 'm'.repeat(255))
    await model.save(path)
    assert.equal((await Model.load(path)).digest(), model.digest())
  })

  it('keeps the mode of an existing file', async function () {
    if (!posix) this.skip()
    const path = join(folder('mode'), 'model.json')
    for (const mode of [0o600, 0o640, 0o666, 0o444]) {
      writeFileSync(path, 'old')
      chmodSync(path, mode)
      await model.save(path)
      assert.equal(permissions(path), mode)
      chmodSync(path, 0o600)
    }
  })

  it('gives a new file the default mode', async () => {
    const here = folder('new')
    writeFileSync(join(here, 'other'), '')
    await model.save(join(here, 'model.json'))
    assert.equal(permissions(join(here, 'model.json')), permissions(join(here, 'other')))
  })

  it('keeps the owner, and gives a group that may not be kept what anyone may do', function () {
    // Only root may make files of others.
    if (!posix || getuid?.() !== 0) this.skip()
    const here = folder('owner')
    chmodSync(root(), 0o755)
    chmodSync(here, 0o777)
    const source = `
      import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs'
      import { Network } from 'lockstep-nn'
      import { Model } from 'lockstep-nn/data'
      const columns = [{ name: 'a', type: 'number', scaler: null }]
      const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
      const model = new Model({ network, columns, target: { name: 'b', type: 'number', scaler: null } })
      const path = ${JSON.stringify(join(here, 'model.json'))}
      const old = (uid, gid, mode) => {
        writeFileSync(path, 'old')
        chownSync(path, uid, gid)
        chmodSync(path, mode)
      }
      const now = () => {
        const { uid, gid, mode } = statSync(path)
        return [uid, gid, (mode & 0o777).toString(8)].join(' ')
      }
      old(1234, 4321, 0o640)
      await model.save(path)
      console.log(now())
      old(0, 0, 0o664)
      process.setgroups([])
      process.setegid(2345)
      process.seteuid(5432)
      await model.save(path)
      console.log(now())`
    const { status, stdout, stderr } = script(source)
    assert.equal(status, 0, stderr)
    assert.deepEqual(stdout.trim().split('\n'), ['1234 4321 640', '5432 2345 644'])
  })

  it('writes the file that a symbolic link leads to, and keeps the link', async function () {
    if (!posix) this.skip()
    const here = folder('links')
    mkdirSync(join(here, 'far', 'deep'), { recursive: true })
    const target = join(here, 'far', 'model.json')
    writeFileSync(target, 'old')
    chmodSync(target, 0o600)
    symlinkSync('../model.json', join(here, 'far', 'deep', 'second'))
    // The folder is a link too, so that `..` is not the folder of this name.
    symlinkSync('far/deep', join(here, 'short'))
    symlinkSync('short/second', join(here, 'first'))
    await model.save(join(here, 'first'))
    assert.equal((await Model.load(target)).digest(), model.digest())
    assert.equal(permissions(target), 0o600)
    assert.equal(readlinkSync(join(here, 'first')), 'short/second')
    assert.equal(readlinkSync(join(here, 'far', 'deep', 'second')), '../model.json')
    assert.deepEqual(readdirSync(join(here, 'far')).sort(), ['deep', 'model.json'])
  })

  it('makes the file that a symbolic link leads to, where there is none', async function () {
    if (!posix) this.skip()
    const here = folder('dangling')
    symlinkSync('later.json', join(here, 'model.json'))
    await model.save(join(here, 'model.json'))
    assert.ok(lstatSync(join(here, 'model.json')).isSymbolicLink())
    assert.ok(lstatSync(join(here, 'later.json')).isFile())
  })

  it('refuses a folder, a pipe, a device, a socket and a ring of links, and leaves them as they are', async function () {
    if (!posix) this.skip()
    const here = folder('special')
    const at = (name: string) => join(here, name)
    mkdirSync(at('folder'))
    execFileSync('mkfifo', [at('pipe')])
    symlinkSync('/dev/null', at('device'))
    symlinkSync('ring', at('ring'))
    const server = createServer().listen(at('socket'))
    await once(server, 'listening')
    const before = readdirSync(here).map((name) => [name, lstatSync(at(name)).mode])
    // Before any work: this model could not be saved either.
    const broken = new Model(handmade())
    broken.network.parameters.fill(Number.NaN)
    for (const [name, what] of Object.entries({
      folder: 'a folder',
      pipe: 'a pipe',
      device: 'a device',
      socket: 'a socket',
      ring: 'more than 40 symbolic links',
    })) {
      await assert.rejects(broken.save(at(name)), {
        name: 'RangeError',
        message: `Expected a regular file, or the name of a new one, for path (${at(name)}) but received ${what}.`,
      })
    }
    assert.deepEqual(
      readdirSync(here).map((name) => [name, lstatSync(at(name)).mode]),
      before,
    )
    server.close()
  })

  it('leaves the old file whole and nothing else where the disk is full', function () {
    if (!posix) this.skip()
    const here = folder('full')
    const path = join(here, 'model.json')
    writeFileSync(path, 'old')
    // 600 kB of parameters, where a file may have 64 kB at most.
    const source = `
      import { Network } from 'lockstep-nn'
      import { Model } from 'lockstep-nn/data'
      const columns = Array.from({ length: 200 }, (_, i) => ({ name: String(i), type: 'number', scaler: null }))
      const network = new Network({ inputs: 200, layers: [{ units: 300 }, { units: 1 }] })
      const model = new Model({ network, columns, target: { name: 'b', type: 'number', scaler: null } })
      await model.save(${JSON.stringify(path)}).catch(({ code }) => console.log(code))`
    const limited = ['-c', 'ulimit -f 64; exec "$0" --input-type=module --eval "$1"', execPath, source]
    const { stdout, stderr } = spawnSync('sh', limited, { cwd: ROOT, encoding: 'utf8' })
    assert.equal(stdout, 'EFBIG\n', stderr)
    assert.equal(readFileSync(path, 'utf8'), 'old')
    assert.deepEqual(readdirSync(here), ['model.json'])
  })

  it('leaves the old file whole and nothing else, whichever step fails', async () => {
    const here = folder('steps')
    const path = join(here, 'model.json')
    writeFileSync(path, 'old')
    const file = await open(path, 'r')
    const methods = Object.getPrototypeOf(file) as Record<string, () => Promise<void>>
    await file.close()
    for (const step of ['write', 'stat', 'chmod', 'sync']) {
      const original = methods[step]
      methods[step] = () => Promise.reject(Object.assign(new Error('failed'), { code: 'EIO' }))
      try {
        await assert.rejects(model.save(path), { code: 'EIO' }, step)
      } finally {
        methods[step] = original
      }
      assert.equal(readFileSync(path, 'utf8'), 'old', step)
      assert.deepEqual(readdirSync(here), ['model.json'], step)
    }
    await model.save(path)
    assert.ok(existsSync(path))
  })

  it('fails in a folder that may not be written to, and leaves the old file whole', function () {
    if (!posix) this.skip()
    const here = folder('closed')
    writeFileSync(join(here, 'model.json'), 'old')
    chmodSync(root(), 0o755)
    chmodSync(here, 0o555)
    const source = `
      import { Network } from 'lockstep-nn'
      import { Model } from 'lockstep-nn/data'
      const columns = [{ name: 'a', type: 'number', scaler: null }]
      const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
      const model = new Model({ network, columns, target: { name: 'b', type: 'number', scaler: null } })
      // Root may write anywhere.
      if (process.getuid() === 0) process.seteuid(5432)
      await model.save(${JSON.stringify(join(here, 'model.json'))}).catch(({ code }) => console.log(code))`
    const { stdout, stderr } = script(source)
    assert.equal(stdout, 'EACCES\n', stderr)
    chmodSync(here, 0o755)
    assert.equal(readFileSync(join(here, 'model.json'), 'utf8'), 'old')
    assert.deepEqual(readdirSync(here), ['model.json'])
  })
})
