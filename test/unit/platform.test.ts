/** The platform's two implementations: the same exports, the same values. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { FileAccess } from '#lib/files/access.js'
import * as nodeFiles from '#lib/files/node.js'
import * as webFiles from '#lib/files/web.js'
import * as node from '#lib/platform/node.js'
import * as nodePackages from '#lib/platform/node-packages.js'
import * as nodeQueue from '#lib/platform/node-queue.js'
import type { Packages } from '#lib/platform/packages.js'
import type { Platform } from '#lib/platform/platform.js'
import type { QueuePlatform } from '#lib/platform/queue.js'
import * as web from '#lib/platform/web.js'
import * as webPackages from '#lib/platform/web-packages.js'
import * as webQueue from '#lib/platform/web-queue.js'
import * as checkpoints from '#lib/training/fit-checkpoints.js'
import * as noCheckpoints from '#lib/training/no-checkpoints.js'
import { script } from '../support/child.js'
import { drawCount } from '../support/drawn.js'

// The compiler checks that each has all of the interface.
const platforms: Readonly<Record<string, Platform>> = { node, web }
const files: Readonly<Record<string, FileAccess>> = { node: nodeFiles, web: webFiles }
const packages: Readonly<Record<string, Packages>> = { node: nodePackages, web: webPackages }
const queues: Readonly<Record<string, QueuePlatform>> = { node: nodeQueue, web: webQueue }

/** Bytes by a formula. */
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 167 + (i >> 8) * 31) & 255)

const namesOf = (module: object) => Object.keys(module).sort()

describe('the platforms', () => {
  it('export the same names, of the same types', () => {
    const pairs: readonly (readonly [object, object])[] = [
      [node, web],
      [nodeFiles, webFiles],
      [nodePackages, webPackages],
      [nodeQueue, webQueue],
    ]
    for (const [one, other] of pairs) {
      assert.deepEqual(namesOf(one), namesOf(other))
      for (const [name, value] of Object.entries(one)) {
        assert.equal(typeof value, typeof (other as Record<string, unknown>)[name], name)
      }
    }
    // What else the checkpoints export is for tests.
    for (const name of namesOf(noCheckpoints)) assert.ok(namesOf(checkpoints).includes(name), name)
    for (const all of [files, packages, queues]) assert.deepEqual(Object.keys(all), Object.keys(platforms))
  })

  it('have at least one processor, a longest string, and a name', () => {
    for (const [name, platform] of Object.entries(platforms)) {
      const count = platform.processors()
      assert.ok(Number.isInteger(count) && count >= 1, `${name}: ${count}`)
      // A string of that length can be made.
      assert.equal('x'.repeat(platform.MAX_STRING_LENGTH).length, platform.MAX_STRING_LENGTH)
      assert.ok(platform.PLATFORM.length > 0)
      assert.equal(platform.environmentVariable('LOCKSTEP_NO_SUCH_VARIABLE'), undefined)
    }
  })
})

describe('SHA-256 of a platform', () => {
  it('is that of Node for every length up to 200 bytes, in one piece or several', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = bytesOf(length)
      const expected = createHash('sha256').update(bytes).digest('hex')
      for (const [name, { newSha256 }] of Object.entries(platforms)) {
        assert.equal(newSha256().update(bytes).hex(), expected, `${name}: ${length}`)
        for (const size of [1, 7, 63, 64, 65]) {
          const hash = newSha256()
          for (let at = 0; at < length; at += size) hash.update(bytes.subarray(at, at + size))
          assert.equal(Buffer.from(hash.digest()).toString('hex'), expected, `${name}: ${length} by ${size}`)
        }
      }
    }
  })

  it('has texts as UTF-8, also with half of a surrogate pair', () => {
    for (const text of ['', 'a', 'größe', '\u2028', '🎲🎲', '\ud83c', 'x\udfb2y', 'x'.repeat(100_000)]) {
      const expected = createHash('sha256').update(new TextEncoder().encode(text)).digest('hex')
      for (const { newSha256 } of Object.values(platforms)) {
        assert.equal(newSha256().update(text).hex(), expected)
      }
    }
  })

  it('reads only the bytes of a view, also in shared memory', () => {
    const whole = new Uint8Array(new SharedArrayBuffer(300)).map((_, i) => i)
    const shared = new Uint8Array(new SharedArrayBuffer(300))
    shared.set(whole)
    const view = shared.subarray(3, 290)
    const [one, other] = Object.values(platforms).map(({ newSha256 }) => newSha256().update(view).hex())
    assert.equal(one, other)
    assert.equal(one, createHash('sha256').update(Uint8Array.from(view)).digest('hex'))
  })
})

describe('base64 of a platform', () => {
  it('is that of Node for every length, and restores the bytes', () => {
    // Around the lengths of the pieces too.
    const around = [12_287, 12_288, 12_289, 24_575, 24_576, 24_577, 3_000_001]
    for (const length of [...Array(drawCount(400)).keys(), ...around]) {
      const bytes = bytesOf(length)
      const text = Buffer.from(bytes).toString('base64')
      for (const [name, { base64OfBytes, readBase64 }] of Object.entries(platforms)) {
        assert.equal(base64OfBytes(bytes), text, `${name}: ${length}`)
        // Into the middle of other bytes, which do not change.
        const around = new Uint8Array(length + 16).fill(0xaa)
        readBase64(text, around.subarray(8, 8 + length))
        assert.equal(Buffer.compare(around.subarray(8, 8 + length), bytes), 0, `${name}: ${length}`)
        assert.ok([...around.subarray(0, 8), ...around.subarray(8 + length)].every((byte) => byte === 0xaa))
      }
    }
  })

  it('reads only the bytes of a view', () => {
    const view = bytesOf(1000).subarray(101, 904)
    const texts = Object.values(platforms).map(({ base64OfBytes }) => base64OfBytes(view))
    assert.deepEqual(texts, [texts[0], texts[0]])
    assert.equal(texts[0], Buffer.from(view).toString('base64'))
  })
})

describe('a turn of the event loop', () => {
  it('is after the code that asks for it and its promises, and turns keep their order', async () => {
    for (const [name, { nextTurn }] of Object.entries(platforms)) {
      const notes: string[] = []
      await new Promise<void>((resolve) => {
        nextTurn(() => {
          notes.push('a')
          Promise.resolve().then(() => notes.push('promise of a'))
          nextTurn(() => {
            notes.push('d')
            resolve()
          })
        })
        nextTurn(() => notes.push('b'))
        nextTurn(() => notes.push('c'))
        Promise.resolve().then(() => notes.push('promise'))
        notes.push('code')
      })
      assert.deepEqual(notes, ['code', 'promise', 'a', 'promise of a', 'b', 'c', 'd'], name)
    }
  })

  it('lets other callbacks of the event loop run', async () => {
    const notes: string[] = []
    for (const [name, { nextTurn }] of Object.entries(platforms)) {
      let timers = 0
      const timer = setInterval(() => timers++, 1)
      await new Promise<void>((resolve) => {
        const next = (): void => (timers < 3 ? nextTurn(next) : resolve())
        next()
      })
      clearInterval(timer)
      notes.push(name)
    }
    assert.deepEqual(notes, Object.keys(platforms))
  })

  it('of the web keeps a process alive only until its function was called, and goes on after an exception', () => {
    const source = `
      import { nextTurn } from '#lib/platform/web.js'
      process.on('uncaughtException', ({ message }) => console.log(message))
      nextTurn(() => { throw new Error('a') })
      nextTurn(() => console.log('b'))
      nextTurn(() => setTimeout(() => nextTurn(() => console.log('c')), 20))`
    const { status, stdout, stderr } = script(source, { timeout: 20_000 })
    assert.deepEqual([status, stdout], [0, 'a\nb\nc\n'], stderr)
  })

  it('of the web is a timeout where there are no message channels', () => {
    const source = `
      delete globalThis.MessageChannel
      const { nextTurn } = await import('#lib/platform/web.js')
      nextTurn(() => console.log('a'))
      nextTurn(() => console.log('b'))
      console.log('code')`
    const { status, stdout, stderr } = script(source)
    assert.deepEqual([status, stdout], [0, 'code\na\nb\n'], stderr)
  })
})

describe('the web', () => {
  it('has no files, no addon and no package within a call, and says so', async () => {
    const use = { what: 'It', instead: 'Use another.' }
    const message = 'It needs Node.js, Bun or Deno, because browsers have no files. Use another.'
    await assert.rejects(
      webFiles.saveText('a', () => assert.fail('the text was made'), use),
      { message },
    )
    await assert.rejects(webFiles.loadText('a', use), { message })
    assert.throws(() => webFiles.filePieces('a', use), { message })
    assert.throws(() => webFiles.absolutePath('a', 'path', use), { message })
    assert.throws(() => webFiles.openShared('a', { ...use, noun: 'journal' }), { message })
    const opened = web.openAddon(null)
    assert.deepEqual(opened, { addon: null, reason: 'native addons need Node.js, Bun or Deno.' })
    assert.throws(() => webPackages.loadProtobuf(), /Pass it: toOnnx\(network, \{ protobuf/)
    assert.equal(web.wasmBytes(), null)
  })

  it('knows where the WebAssembly module is, which Node reads from the file', () => {
    assert.match(web.wasmUrl() ?? '', /^file:.*\/dist\/lockstep_nn\.wasm$/)
    assert.equal(node.wasmUrl(), null)
  })
})
