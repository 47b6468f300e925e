/**
 * Finds the package's files: the addon, through node-gyp-build, and the WebAssembly module. A CommonJS module in both builds,
 * by the package.json beside it, because tracers and bundlers (@vercel/nft, ncc) recognize these forms with `__dirname` in
 * files `.js` and copy the files. Nothing is required before a call: in a bundle of ES modules `require` throws.
 */
const loader = {
  load(): unknown {
    const path = require('node:path') as typeof import('node:path')
    return require('node-gyp-build')(path.join(__dirname, '../../..'))
  },

  /** The path of the file that `load` loads. */
  path(): string {
    const path = require('node:path') as typeof import('node:path')
    return require('node-gyp-build').path(path.join(__dirname, '../../..')) as string
  },

  /** The path of the WebAssembly module. */
  wasmPath(): string {
    const path = require('node:path') as typeof import('node:path')
    return path.join(__dirname, '../../lockstep_nn.wasm')
  },

  /** The folder of this file; null in a bundle of ES modules. */
  folder: (): string | null => (typeof __dirname === 'string' ? __dirname : null),
}

export = loader
