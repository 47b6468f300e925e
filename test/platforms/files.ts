/** Digests of what goes through files: a model, and a training that goes on from its checkpoint. Not in browsers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Network, Trainer } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { ALL_LAYERS } from './choices.js'
import { shortDigest } from './digests.js'
import { bytesOf } from './result-bytes.js'
import { INPUTS, ROWS, samples, targetsOf } from './samples.js'

const x = samples(ROWS)
const y = targetsOf(x, INPUTS, 'numbers')

async function throughModelFile(folder: string): Promise<unknown> {
  const records = Array.from({ length: ROWS }, (_, row) => ({ width: x[row * INPUTS + 1], height: y[row] }))
  const model = await Model.fit(records, { target: 'height', trainer: { backend: 'typescript' }, fit: { epochs: 3 } })
  const path = join(folder, 'model.json')
  await model.save(path)
  const loaded = await Model.load(path)
  return { digest: loaded.digest(), predictions: loaded.predict(records, { backend: 'typescript' }) }
}

/** Two epochs that write a checkpoint; then another trainer, which reads it, makes all four. */
async function throughCheckpoint(folder: string): Promise<unknown> {
  const path = join(folder, 'training.checkpoint')
  const trainedUntil = async (last: number): Promise<unknown> => {
    const network = new Network({ inputs: INPUTS, layers: [...ALL_LAYERS, { units: 1 }], seed: 6 })
    const trainer = new Trainer(network, { loss: 'logCosh', optimizer: 'adam', backend: 'typescript' })
    const history = await trainer.fit(x, y, {
      epochs: 4,
      batchSize: 16,
      checkpoint: { path, everyEpochs: 1 },
      onEpoch: ({ epoch }) => epoch < last,
    })
    return { history, parameters: network.parameters, state: trainer.optimizerState }
  }
  await trainedUntil(1)
  return trainedUntil(4)
}

export async function fileDigests(): Promise<Readonly<Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-nn-platform-'))
  try {
    return {
      'model file': await shortDigest(bytesOf(await throughModelFile(folder))),
      checkpoint: await shortDigest(bytesOf(await throughCheckpoint(folder))),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
