// Installs the peers from npm for `npm run bench:peers`, each in its own folder: all of them, or those named. Packages run no
// scripts, and only node_modules is kept.
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm, run } from '../../scripts/run.mjs'

const folders = dirname(fileURLToPath(import.meta.url))
const known = readdirSync(folders).filter((name) => existsSync(join(folders, name, 'package.json')))
const given = process.argv.slice(2)

const unknown = given.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`error: no peer from npm is called '${unknown}'. Known are: ${known.join(', ')}.`)
  process.exit(2)
}

const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--omit=optional']
for (const name of given.length > 0 ? given : known) {
  console.log(`Installing ${name}`)
  run(process.execPath, [npm, 'install', ...options], { cwd: join(folders, name) })
}
