/** The tables that a person reads at the end of a run. */
import { renderTable } from '../harness/table.js'
import { wrap } from '../harness/text.js'
import { PRODUCTS, type Report, shapeText } from './measure.js'

const share = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(0)} %`)

export const renderBounds = ({ bounds }: Report): string =>
  renderTable(
    bounds,
    [
      ['kernel set', 'left', ({ set }) => set],
      ['strict bound', 'right', ({ strict }) => strict.toFixed(1)],
      ['fused bound', 'right', ({ fused }) => fused?.toFixed(1) ?? '-'],
    ],
    { dense: true },
  )

const LEGEND =
  'forward: with bias. gradient: the first matrix transposed. last layer, backward: samples in lanes, the product alone; "… and ' +
  'lanes": with the rows loaded into lanes, "… both lanes": and the results stored. "strict", "fused": the part of that bound.'

/** `blas`: the name of the BLAS. */
export function renderProducts({ rows }: Report, blas: string): string {
  const table = renderTable(
    PRODUCTS.flatMap((product) => rows.filter((row) => row.product === product)),
    [
      ['M×K×N', 'left', ({ product }) => shapeText(product)],
      ['product', 'left', ({ product }) => product.what],
      ['by', 'left', ({ by }) => (by === 'blas' ? blas : by)],
      ['GFLOP/s', 'right', ({ rate }) => rate.toFixed(1)],
      ['strict', 'right', ({ ofStrict }) => share(ofStrict)],
      ['fused', 'right', ({ ofFused }) => share(ofFused)],
      ['× BLAS', 'right', ({ timesBlas }) => timesBlas?.toFixed(2) ?? '-'],
    ],
    { dense: true },
  )
  return `${table}\n${wrap(LEGEND)}`
}
