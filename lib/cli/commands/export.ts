/** `export`: a model, or its network, in a format of other programs. */

import type { Model } from '../../data/index.js'
import { toModule, toSafetensors } from '../../formats/index.js'
import { toOnnx } from '../../onnx/index.js'
import { DONE } from '../support/errors.js'
import { loadModel } from '../support/model-file.js'
import { checkDestination, writeFile } from '../support/output.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'

type ExportFormat = 'safetensors' | 'module' | 'onnx'

const WRITERS: Readonly<Record<ExportFormat, (model: Model) => Uint8Array | string>> = {
  safetensors: ({ network }) => toSafetensors(network),
  module: toModule,
  onnx: toOnnx,
}

export const run: Run = async ([path], given) => {
  const { format, out } = given as { format: ExportFormat; out: string }
  checkDestination(out, [fileStats(path)])
  const model = await loadModel(path)
  const { networks } = model
  if (format === 'safetensors' && (networks.length > 1 || 'members' in networks[0])) {
    const count = networks.reduce((sum, one) => sum + ('members' in one ? one.members.length : 1), 0)
    const remedy = 'use --format module or onnx, or train without --members, for one target.'
    throw new Error(`${path} has ${count} networks, and a file of safetensors holds one: ${remedy}`)
  }
  await writeFile(out, WRITERS[format](model))
  return DONE
}
