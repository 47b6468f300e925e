/** What a model consists of, for other forms of it: ES modules and ONNX. */
import { Network } from '../../network/network.js'
import { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import { placedColumns } from '../columns/columns.js'
import type { PlacedColumn } from '../columns/encode-inputs.js'
import type { Target } from '../targets/targets.js'
import type { TargetUnits } from './decode.js'
import { type HeadNetwork, membersOf, targetUnits } from './heads.js'
import { digestOf, type Parts } from './saved.js'

export interface ExportedHead {
  /** The network; of an ensemble the members. */
  readonly networks: readonly Network[]
  /** Those of the members in the mean of their outputs; null: it is one network, and no ensemble. */
  readonly weights: readonly number[] | null
  readonly targets: readonly TargetUnits[]
}

export interface ExportedModel {
  readonly digest: string
  readonly columns: readonly PlacedColumn[]
  /** The names of columns that records may have without being used. */
  readonly ignored: readonly string[]
  readonly heads: readonly ExportedHead[]
  /** Those of all heads, in order. */
  readonly networks: readonly Network[]
  readonly targets: readonly Target[]
}

export function exportedModel(parts: Parts): ExportedModel {
  const { columns, ignored, heads } = parts
  return {
    digest: digestOf(parts),
    columns: placedColumns(columns),
    ignored,
    heads: heads.map((head) => ({
      networks: membersOf(head),
      weights: weightsOf(head.network),
      targets: targetUnits(head),
    })),
    networks: heads.flatMap(membersOf),
    targets: heads.flatMap(({ targets }) => targets),
  }
}

function weightsOf(network: HeadNetwork): readonly number[] | null {
  if (network instanceof Network) return null
  return network instanceof WeightedEnsemble ? network.weights : network.members.map(() => 1)
}
