/** `export`: the network of a model, in a format of other programs. */

import { toModule, toSafetensors } from '../../formats/index.js'
import type { Network } from '../../index.js'
import { toOnnx } from '../../onnx/index.js'
import { DONE } from '../support/errors.js'
import { loadModel } from '../support/model-file.js'
import { checkDestination, writeFile } from '../support/output.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'

type ExportFormat = 'safetensors' | 'module' | 'onnx'

const WRITERS: Readonly<Record<ExportFormat, (network: Network) => Uint8Array | string>> = {
  safetensors: toSafetensors,
  module: toModule,
  onnx: toOnnx,
}

export const run: Run = async ([path], given) => {
  const { format, out } = given as { format: ExportFormat; out: string }
  checkDestination(out, [fileStats(path)])
  const { networks } = await loadModel(path)
  const [network] = networks
  if (networks.length > 1 || 'members' in network) {
    const count = networks.reduce((sum, one) => sum + ('members' in one ? one.members.length : 1), 0)
    throw new Error(`${path} has ${count} networks, and export writes one: train without --members, for one target.`)
  }
  await writeFile(out, WRITERS[format](network))
  return DONE
}
