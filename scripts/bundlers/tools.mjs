// The packages that bundle, in the versions that were tried.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run.mjs'

/** Development dependencies of this checkout: the same versions. */
const OWN = ['esbuild', 'rollup', '@rollup/plugin-node-resolve', 'vite', 'webpack']
const PINNED = [
  '@rollup/plugin-commonjs@29.0.3',
  '@vercel/ncc@0.45.0',
  '@vercel/nft@1.11.5',
  'node-loader@2.1.0',
  'webpack-cli@7.3.1',
]
const TEST_RUNNERS = ['jest@30.5.2', 'vitest@5.1.2']

/** What npm is to install. */
export const tools = ({ all }) => [...OWN.map(versioned), ...PINNED, ...(all ? TEST_RUNNERS : [])]

function versioned(name) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', ...name.split('/'), 'package.json'), 'utf8'))
  return `${name}@${version}`
}
