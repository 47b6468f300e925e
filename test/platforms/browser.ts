/** In pages and Workers: the digests as a promise on the global object. scripts/platforms/chromium.mjs bundles it. */
import { allDigests, reasons } from './digests.js'

/** Whether code may be made from text. */
function makesFunctions(): boolean {
  try {
    return new Function('return true')()
  } catch {
    return false
  }
}

async function results() {
  const backends = await allDigests()
  return { platform: 'browser', backends, reasons: reasons(), makesFunctions: makesFunctions() }
}

Object.assign(globalThis, { digests: results() })
