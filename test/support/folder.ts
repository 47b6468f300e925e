/** Folders for the files of a test, which are deleted when the tests end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for the tests of a `describe`. */
export function folderOf(): () => string {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-nn-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  return () => folder
}
