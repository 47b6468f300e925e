/** `npm run docs:tutorial`: runs docs/tutorial.md, and writes what its commands print into it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './child.js'
import { rewritten } from './walkthrough.js'

const path = join(ROOT, 'docs', 'tutorial.md')
const folder = mkdtempSync(join(tmpdir(), 'lockstep-nn-'))
try {
  writeFileSync(path, await rewritten(readFileSync(path, 'utf8'), folder))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
