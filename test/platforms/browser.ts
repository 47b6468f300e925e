/**
 * In pages and Workers: the results as a promise on the global object. scripts/platforms/chromium.mjs bundles it, and its
 * server sends the WebAssembly module only after a request for `release`.
 */
import { loadWasm, Network, Trainer } from 'lockstep-nn'
import { allDigests, reasons } from './digests.js'
import { INPUTS, ROWS, samples, targetsOf } from './samples.js'

const x = samples(ROWS)
const y = targetsOf(x, INPUTS, 'numbers')

/** The backend that a training uses if none is named, before and after it, and the digest of the network. */
async function trained(): Promise<{ names: string[]; digest: string }> {
  const layers = [{ units: 12, activation: 'tanh' }, { units: 1 }] as const
  const network = new Network({ inputs: INPUTS, layers, seed: 2 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })
  const before = trainer.backend.name
  await trainer.fit(x, y, { epochs: 10 })
  return { names: [before, trainer.backend.name], digest: network.digest() }
}

/** Trains while the module is being loaded, and again after that. */
async function whileLoading() {
  const early = await trained()
  await fetch('release')
  const failure = await loadWasm().then(() => null, String)
  // A bundle that is no module does not know its address: the file is named.
  if (failure !== null) await loadWasm('lockstep_nn.wasm').catch(() => {})
  const late = await trained()
  return { early: early.names, late: late.names, isSame: early.digest === late.digest, failure }
}

/** Whether code may be made from text. */
function makesFunctions(): boolean {
  try {
    return new Function('return true')()
  } catch {
    return false
  }
}

async function results() {
  const loading = await whileLoading()
  return {
    platform: 'browser',
    backends: await allDigests(),
    reasons: reasons(),
    makesFunctions: makesFunctions(),
    loading,
  }
}

Object.assign(globalThis, { digests: results() })
