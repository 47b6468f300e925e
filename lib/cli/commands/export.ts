/** `export`: a model, or its network, in a format of other programs. */

import type { Model } from '../../data/index.js'
import { toModule, toSafetensors } from '../../formats/index.js'
import type { Network } from '../../index.js'
import { toOnnx } from '../../onnx/index.js'
import { DONE, UsageError } from '../support/errors.js'
import { loadModel } from '../support/model-file.js'
import { checkDestination, isStandardOutput, standardOutput, writeFile } from '../support/output.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'

type ExportFormat = 'safetensors' | 'module' | 'onnx'

const WRITERS: Readonly<Record<Exclude<ExportFormat, 'safetensors'>, (model: Model) => Uint8Array | string>> = {
  module: toModule,
  onnx: toOnnx,
}

export const run: Run = async ([path], given) => {
  const { format, out, member } = given as { format: ExportFormat; out: string; member?: number }
  if (member !== undefined && format !== 'safetensors') {
    throw new UsageError('--member chooses a network for --format safetensors: the other formats have all of them.')
  }
  const isForReader = isStandardOutput(out)
  if (!isForReader) await checkDestination(out, [fileStats(path)])
  const model = await loadModel(path)
  const content = format === 'safetensors' ? toSafetensors(networkOf(model, member, path)) : WRITERS[format](model)
  if (isForReader) await standardOutput().write(content)
  else await writeFile(out, content)
  return DONE
}

/** The network that a file of safetensors holds: the only one, or that of the option. */
function networkOf({ networks }: Model, member: number | undefined, path: string): Network {
  const all = networks.flatMap((one) => ('members' in one ? one.members : [one]))
  const { length } = all
  if (member === undefined && length > 1) {
    const remedy = `choose it by --member 0 to ${length - 1}, or use --format module or onnx.`
    throw new Error(`${path} has ${length} networks, and a file of safetensors holds one: ${remedy}`)
  }
  if (member !== undefined && member >= length) {
    throw new UsageError(`Expected a network from 0 to ${length - 1} for --member but received ${member}.`)
  }
  return all[member ?? 0]
}
