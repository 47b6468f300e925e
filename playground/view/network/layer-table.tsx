/** The layers as a table: their gradients, and their dead and saturated units. */
import type { LayerPicture } from '../../training/snapshot/snapshot-types.js'
import { steady } from '../steady.js'
import { gradientShare, namesOf } from './layer-texts.js'

export function LayerTable() {
  const layers = steady.value?.layers ?? []
  return (
    <table class="layers">
      <caption>Gradients, dead and saturated units</caption>
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col">gradient</th>
          <th scope="col">dead</th>
          <th scope="col">saturated</th>
        </tr>
      </thead>
      <tbody>
        {layers.map((layer, i) => (
          <LayerRow key={i} layer={layer} number={i === layers.length - 1 ? null : i + 1} />
        ))}
      </tbody>
    </table>
  )
}

/** number: of a hidden layer, from 1; null for the last layer, whose saturated units are certain outputs and no fault */
function LayerRow({ layer, number }: { readonly layer: LayerPicture; readonly number: number | null }) {
  const { units, activation, gradient, dead } = layer
  const saturated = number === null ? [] : layer.saturated
  return (
    <tr>
      <th scope="row">
        {number ?? 'output'}: {units} {activation}
      </th>
      <td>
        <span class="size">
          <span style={{ width: `${100 * gradientShare(gradient)}%` }} />
        </span>
        {Number.isNaN(gradient) ? 'none' : gradient.toExponential(1)}
      </td>
      <td class={dead.length > 0 ? 'stuck' : ''}>{namesOf(dead)}</td>
      <td class={saturated.length > 0 ? 'stuck' : ''}>{namesOf(saturated)}</td>
    </tr>
  )
}
