/** `backends`: which backends can run here. */
import { availableParallelism } from 'node:os'
import { backends, loadWasm, Network, Trainer } from '../../index.js'
import { DONE } from '../support/errors.js'
import { printResult } from '../support/output.js'
import type { Run } from '../support/spec.js'

export const run: Run = async (_operands, { json }) => {
  // The list has the reason where it cannot be loaded.
  await loadWasm().catch(() => {})
  const list = backends()
  const trainer = new Trainer(new Network({ inputs: 1, layers: [{ units: 1 }] }), {
    loss: 'meanSquaredError',
    optimizer: 'adam',
  })
  const { name: chosen, reason } = trainer.backend
  const processors = availableParallelism()
  const text = () => {
    const width = Math.max(...list.map(({ name }) => name.length))
    const lines = list.map(({ name, ...about }) => {
      const state = about.available ? (name === chosen ? 'available, chosen' : 'available') : `no: ${about.reason}`
      return `${name.padEnd(width)}  ${state}`
    })
    return [...lines, `${processors} processors; ${chosen}: ${reason}`].join('\n')
  }
  await printResult(text, () => ({ backends: list, chosen, reason, processors }), json)
  return DONE
}
