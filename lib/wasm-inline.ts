/**
 * `import 'lockstep-nn/wasm-inline'`: the WebAssembly module as a part of the JavaScript, for bundlers that do not copy
 * files. It is compiled at its first use.
 */
import { readBase64 } from '#platform'
import { provideWasm } from './backend/wasm/load.js'
import { BASE64, LENGTH } from './wasm-base64.js'

provideWasm(() => {
  const bytes = new Uint8Array(LENGTH)
  readBase64(BASE64, bytes)
  return bytes
})
