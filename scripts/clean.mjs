// Removes everything that a build makes.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

for (const folder of ['build', 'dist', 'out', 'prebuilds']) rmSync(join(root, folder), { recursive: true, force: true })
