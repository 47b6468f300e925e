/** Files that several processes append to: whole lines, under a lock, whatever happens meanwhile. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chdir, cwd, platform } from 'node:process'
import { openShared } from '#lib/files/shared-file.js'
import { folderOf } from '../support/folder.js'

const USE = { noun: 'journal', what: 'It', instead: 'Use another.' }
const bytes = (text: string) => new TextEncoder().encode(text)

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += new TextDecoder().decode(piece)
  return text
}

describe('a shared file', () => {
  const root = folderOf()

  it('is made by the first append, and has no bytes before', async () => {
    const file = openShared(join(root(), 'new'), USE)
    assert.equal(await file.size(), null)
    assert.equal(await textOf(file.pieces(0)), '')
    assert.ok(!existsSync(file.path))
    await file.locked((locked) => locked.append(bytes('a\n')))
    assert.equal(await file.size(), 2)
    assert.equal(await textOf(file.pieces(1)), '\n')
    assert.equal(await textOf(file.pieces(5)), '')
  })

  it('does its work again where another process took the lock, and nothing is written twice', async () => {
    const file = openShared(join(root(), 'lost'), USE, 20)
    let calls = 0
    const result = await file.locked(async (locked) => {
      // Another process took the lock for stale, appended, and released it.
      if (++calls === 1) {
        rmSync(`${file.path}.lock`)
        appendFileSync(file.path, 'theirs\n')
      }
      const size = await locked.size()
      await locked.append(bytes('ours\n'))
      return size
    })
    assert.deepEqual([calls, result], [2, 7])
    assert.equal(readFileSync(file.path, 'utf8'), 'theirs\nours\n')
    const cut = await file.locked(async (locked) => {
      if (++calls === 3) rmSync(`${file.path}.lock`)
      await locked.cut(7)
      return textOf(locked.pieces(0))
    })
    assert.deepEqual([calls, cut], [4, 'theirs\n'])
  })

  it('is released after work that fails, with the error of the work', async () => {
    const file = openShared(join(root(), 'failed'), USE)
    const failure = new Error('no')
    await assert.rejects(
      file.locked(async () => {
        throw failure
      }),
      failure,
    )
    await file.locked((locked) => locked.append(bytes('a\n')))
    assert.deepEqual(
      readdirSync(root()).filter((name) => name.startsWith('failed')),
      ['failed'],
    )
  })

  it('is the file of a link, and stays it when the current folder changes', async function () {
    if (platform === 'win32') this.skip()
    const target = join(root(), 'target')
    writeFileSync(target, 'a\nb')
    symlinkSync(target, join(root(), 'link'))
    const before = cwd()
    chdir(root())
    try {
      const file = openShared('link', USE)
      chdir(before)
      await file.locked(async (locked) => {
        await locked.cut(2)
        await locked.append(bytes('c\n'))
      })
      assert.equal(readFileSync(target, 'utf8'), 'a\nc\n')
      assert.equal(await file.size(), 4)
    } finally {
      chdir(before)
    }
  })

  it('has a writer of its own each time', () => {
    const writers = [1, 2, 3].map(() => openShared(join(root(), 'writers'), USE).writer)
    for (const writer of writers) assert.match(writer, /^lockstep-nn-[0-9a-f-]{36}$/)
    assert.equal(new Set(writers).size, 3)
  })
})
