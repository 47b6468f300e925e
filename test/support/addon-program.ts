/** The beginning of programs that show which file the addon comes from, for child processes. */
export const ADDON_PROGRAM = `
  import { createRequire } from 'node:module'
  import { backends, Network, Trainer, useAddon } from 'lockstep-nn'
  const require = createRequire(import.meta.url)
  // The backend that trains.
  const train = (backend) =>
    new Trainer(new Network({ inputs: 1, layers: [{ units: 1 }] }), { loss: 'meanSquaredError', optimizer: 'sgd', backend })
      .fitSync([[1]], [[2]]).backend
  // The result of a call, or the message of its error.
  const or = (call) => {
    try {
      return call()
    } catch (error) {
      return error.message
    }
  }
  const loaded = () => Object.keys(require.cache).filter((name) => name.endsWith('.node')).join()
`
