/** The bytes of a checkpoint: what is restored from them, and that no other bytes are a checkpoint. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointContent } from '#lib/training/checkpoint/content.js'
import { encode } from '#lib/training/checkpoint/format.js'
import { readCheckpoint, readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { contentOf, countOf, sameContent, writeAll } from '../support/checkpoints.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'

/** With the bits of these NaNs and subnormals, in shared memory and at an offset. */
function strangeContent(): CheckpointContent {
  const nans = new Float64Array(
    new BigUint64Array([0x7ff8000000000001n, 0xfff8000000000000n, 0x7ff0000000000001n]).buffer,
  )
  const shared = new Float64Array(new SharedArrayBuffer(24)).fill(0.1)
  const view = new Float64Array(Float64Array.from({ length: 9 }, (_, i) => i / 7).buffer, 16, 5)
  const names = JSON.parse('{"10": 1, "2": -0, "__proto__": null, "é\\ud800\\n": "\\udc00 ü", "": true}')
  return {
    identity: { ...names, nan: NaN, infinite: -Infinity, smallest: 5e-324, digest: { sha256: '0f'.repeat(32) } },
    values: { ...names, third: 1 / 3, nothing: Infinity },
    arrays: { nans, shared, view, none: new Float64Array(0), '1': Float64Array.of(-0, 5e-324, 1.7e308) },
  }
}

const bytesOf = (content: CheckpointContent, piece?: number): Buffer =>
  Buffer.concat(Array.from(encode(content, piece), (one) => Buffer.from(one)))

const bitsOf = (array: Float64Array) =>
  new BigUint64Array(Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)).buffer)

/** A file with the digest of its bytes. */
const sealed = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, createHash('sha256').update(bytes).digest()])

describe('the bytes of a checkpoint', () => {
  const root = folderOf()

  it('restore every bit of numbers, texts, names and arrays', async () => {
    for (const [i, content] of [strangeContent(), contentOf(3), { identity: {}, values: {}, arrays: {} }].entries()) {
      const [now, later] = ['now', 'later'].map((name) => join(root(), `${name}${i}`))
      new CheckpointWriter(now, 1).writeSync(content)
      await new CheckpointWriter(later, 1).write(content)
      assert.ok(readFileSync(now).equals(readFileSync(later)))
      for (const found of [readCheckpointSync(now, 1), await readCheckpoint(now, 1)]) {
        assert.deepEqual([found?.path, found?.damaged], [now, []])
        sameContent(found!.content, content)
        for (const [name, array] of Object.entries(content.arrays)) {
          // Also the payload of a NaN.
          assert.deepEqual(new BigUint64Array(found!.content.arrays[name].slice().buffer), bitsOf(array), name)
        }
      }
    }
  })

  it('are the same in pieces of any length', () => {
    const content = {
      ...contentOf(2, 1000),
      arrays: { ...contentOf(2, 1000).arrays, more: new Float64Array(77).fill(9) },
    }
    const whole = bytesOf(content)
    for (const piece of [8, 16, 24, 1000, 8 * 1079, 2 ** 16])
      assert.ok(bytesOf(content, piece).equals(whole), `${piece}`)
    const path = join(root(), 'long')
    // Several of the pieces that are read and written.
    const long = contentOf(7, 300_001)
    new CheckpointWriter(path, 1).writeSync(long)
    sameContent(readCheckpointSync(path, 1)!.content, long)
  })

  it('have the documented order', () => {
    const bytes = bytesOf(contentOf(2, 3))
    const length = Number(bytes.readBigUInt64LE(32))
    assert.equal(bytes.toString('latin1', 0, 16), 'lockstep-nn.ckpt')
    assert.deepEqual([bytes.readUInt32LE(16), bytes.readUInt32LE(20)], [1, 0])
    assert.equal(bytes.readBigUInt64LE(24), BigInt(bytes.length))
    assert.equal(length % 8, 0)
    const header = JSON.parse(bytes.toString('utf8', 40, 40 + length)) as { arrays: unknown }
    assert.deepEqual(header.arrays, [
      ['parameters', 3],
      ['state', 2],
      ['none', 0],
    ])
    const values = Array.from({ length: 5 }, (_, i) => bytes.readDoubleLE(40 + length + 8 * i))
    assert.deepEqual(values, [2, 2, 2, -2, 2])
    assert.ok(sealed(bytes.subarray(0, -32)).equals(bytes))
  })

  it('are refused, or the file before is read, after each flipped bit, each cut and each added byte', async () => {
    const path = join(root(), 'small')
    writeAll(path, 2, [1, 2])
    const whole = readFileSync(path)
    assert.ok(whole.length > 300 && whole.length < 1000, `${whole.length} bytes`)
    const check = (bytes: Uint8Array, what: string) => {
      // A new file: some systems sync one that is overwritten, which takes long.
      rmSync(path)
      writeFileSync(path, bytes)
      const found = readCheckpointSync(path, 2)
      assert.equal(countOf(found!.content), 1, what)
      assert.deepEqual([found!.path, found!.damaged.map((one) => one.path)], [`${path}.1`, [path]], what)
    }
    const refuse = async (what: string) => {
      const error = await errorOf(() => readCheckpointSync(path, 1))
      assert.ok(error instanceof Error && error.message.includes(`${path} is damaged: it `), what)
    }
    for (let i = 0; i < whole.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Uint8Array.from(whole)
        bytes[i] ^= 1 << bit
        check(bytes, `bit ${bit} of byte ${i}`)
      }
      await refuse(`byte ${i}`)
    }
    for (let length = 0; length < whole.length; length++) {
      check(whole.subarray(0, length), `cut to ${length}`)
      await refuse(`cut to ${length}`)
    }
    for (const more of [1, 8, 32]) check(Buffer.concat([whole, Buffer.alloc(more)]), `${more} more`)
    writeFileSync(path, whole)
    assert.equal(countOf(readCheckpointSync(path, 2)!.content), 2)
    assert.equal(countOf((await readCheckpoint(path, 2))!.content), 2)
  }).timeout(120_000)

  it('are refused where they say another length than the file has, even with a right digest, before memory is needed', async () => {
    const path = join(root(), 'forged')
    const whole = bytesOf(contentOf(1))
    const text = whole.toString('utf8', 40, 40 + Number(whole.readBigUInt64LE(32)))
    const forged = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole.subarray(0, -32))
      change(bytes)
      return sealed(bytes)
    }
    const header = (from: string, to: string) =>
      forged((bytes) => bytes.write(text.replace(from, to).trimEnd().padEnd(text.length).slice(0, text.length), 40))
    const wrong: [Buffer, RegExp][] = [
      [forged((bytes) => bytes.writeBigUInt64LE(2n ** 63n, 32)), /a header of a wrong length/],
      [forged((bytes) => bytes.writeBigUInt64LE(BigInt(whole.length) + 1n, 24)), /has \d+ bytes in place of \d+/],
      [header('["state",2]', '["state",3]'), /bytes of values in place of/],
      [header('["none",0]', '["n",1e12]'), /bytes of values in place of/],
      [header('["none",0]', '["no",-11]'), /wrong length/],
      [header('["none",0]', '["no",0.5]'), /wrong length/],
      [header('["none",0]', '["none", ]'), /not JSON/],
      [header('"arrays"', '"Arrays"'), /no arrays/],
      [header('"sha256"', '"sha257"'), /unknown kind/],
    ]
    for (const [bytes, message] of wrong) {
      writeFileSync(path, bytes)
      await assert.rejects(readCheckpoint(path, 1), message)
      assert.throws(() => readCheckpointSync(path, 1), message)
    }
  })

  it('of a newer version are an error that says so, and no file before is read', async () => {
    const here = join(root(), 'newer')
    mkdirSync(here)
    const path = join(here, 'run.ckpt')
    writeAll(path, 2, [1, 2])
    const bytes = readFileSync(path).subarray(0, -32)
    bytes.writeUInt32LE(2, 16)
    // Another header, which this version cannot read.
    bytes.fill(7, 20, 60)
    writeFileSync(path, sealed(bytes))
    const message =
      `The checkpoint ${path} is of version 2 of the format. This lockstep-nn has version 1. ` +
      'Use the lockstep-nn that wrote it, give checkpoint.path another name, or delete it. Nothing was changed.'
    await assert.rejects(readCheckpoint(path, 2), { message })
    assert.throws(() => readCheckpointSync(path, 2), { message })
  })

  it('of any other file are no checkpoint', async () => {
    const path = join(root(), 'other')
    for (const text of ['', '{}', 'x'.repeat(5000), `lockstep-nn.ckpt${'\0'.repeat(100)}`]) {
      writeFileSync(path, text)
      await assert.rejects(readCheckpoint(path, 1), /is damaged/)
      assert.equal(readFileSync(path, 'utf8'), text)
    }
  })
})
