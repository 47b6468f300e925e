/** Files that are written piece by piece, and appear only when they are complete. */
import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { destinationOf } from '#lib/files/path.js'
import { WholeFile } from '#lib/files/whole-file.js'
import { folderOf } from '../support/folder.js'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a whole file', () => {
  const folder = folderOf()
  const open = (name: string) => WholeFile.open(destinationOf(join(folder(), name)))
  const temporaries = () => readdirSync(folder()).filter((name) => name.endsWith('.tmp'))

  it('has all pieces in their order once it is committed, and is not there before', async () => {
    const file = await open('new.txt')
    await file.write(bytes('one, '))
    await file.write(bytes(''))
    await file.write(bytes('two'))
    assert.ok(!readdirSync(folder()).includes('new.txt'))
    assert.equal(temporaries().length, 1)
    await file.commit()
    assert.equal(readFileSync(join(folder(), 'new.txt'), 'utf8'), 'one, two')
    assert.deepEqual(temporaries(), [])
  })

  it('leaves the old file and no other where it is discarded', async () => {
    writeFileSync(join(folder(), 'old.txt'), 'old')
    const file = await open('old.txt')
    await file.write(bytes('new'))
    await file.discard()
    assert.equal(readFileSync(join(folder(), 'old.txt'), 'utf8'), 'old')
    assert.deepEqual(temporaries(), [])
  })

  it('keeps the mode of the file that it replaces', async () => {
    const path = join(folder(), 'mode.txt')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    const { mode } = statSync(path)
    const file = await open('mode.txt')
    await file.write(bytes('new'))
    await file.commit()
    assert.deepEqual([statSync(path).mode, readFileSync(path, 'utf8')], [mode, 'new'])
  })

  it('is refused in a folder that is not there', async () => {
    await assert.rejects(open('nowhere/file.txt'), { code: 'ENOENT' })
  })
})
