// Node for Windows, in wine: in node.exe, and in a copy of it with another name, as programs that contain Node have.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../run.mjs'
import { nodeProgram } from './node.mjs'
import { outputOf } from './support.mjs'

const MAJOR = 22
const PREFIX = join(root, 'out', 'platforms', 'wine')
// Node for Windows opens its output under wine only where that is a file.
const THROUGH_FILES = 'wine "$@" >"$OUTPUT" 2>"$OUTPUT.errors"; s=$?; cat "$OUTPUT"; cat "$OUTPUT.errors" >&2; exit $s'

export const runners = ['node.exe', 'renamed.exe'].map((program) => ({
  name: `win32-x64 (wine), Node ${MAJOR}${program === 'node.exe' ? '' : `, named ${program}`}`,
  needs: 'On Debian: apt-get install wine wine64',
  available: () => !spawnSync('wine', ['--version']).error,
  run: async (file, args = [], variables = {}) => {
    const node = await nodeProgram('win-x64', MAJOR)
    const copy = join(dirname(node), program)
    if (!existsSync(copy)) copyFileSync(node, copy)
    const environment = { WINEPREFIX: PREFIX, WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1', DISPLAY: '' }
    await prepare(environment)
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-nn-wine-'))
    try {
      return await outputOf('sh', ['-c', THROUGH_FILES, 'sh', copy, file, ...args], {
        environment: { ...environment, OUTPUT: join(folder, 'output'), ...variables },
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}))

/** Makes wine's folder of settings, once. Node needs a Windows that is newer than wine's default. */
async function prepare(environment) {
  if (existsSync(join(PREFIX, 'system.reg'))) return
  mkdirSync(PREFIX, { recursive: true })
  await outputOf('wine', ['wineboot', '-i'], { environment })
  await outputOf('wine', ['winecfg', '-v', 'win10'], { environment })
}
