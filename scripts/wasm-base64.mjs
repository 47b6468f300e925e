// Writes dist/wasm-base64.js, the WebAssembly module as text, for `lockstep-nn/wasm-inline`; nothing where the module is not
// built. `npm run build:wasm` and `npm run build:lib` run it.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const [module, text] = ['lockstep_nn.wasm', 'wasm-base64.js'].map((name) => join(root, 'dist', name))
if (!existsSync(module)) {
  rmSync(text, { force: true })
} else if (!existsSync(text) || statSync(text).mtimeMs < statSync(module).mtimeMs) {
  const bytes = readFileSync(module)
  writeFileSync(text, `export const LENGTH = ${bytes.length}\nexport const BASE64 = '${bytes.toString('base64')}'\n`)
}
