/** What a person reads at the end of a run. */
import { renderColumns, wrap } from '../table.js'
import { PRODUCTS, type Report, shapeText } from './measure.js'

const share = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(0)} %`)

export function renderBounds({ bounds }: Report): string {
  return renderColumns(
    [
      ['kernel set', 'left'],
      ['strict bound', 'right'],
      ['fused bound', 'right'],
    ],
    bounds.map(({ set, strict, fused }) => [set, strict.toFixed(1), fused?.toFixed(1) ?? '-']),
    { dense: true },
  )
}

const LEGEND =
  'forward: with bias. gradient: the first matrix transposed. last layer, backward: samples in lanes, alone; "… and lanes": with ' +
  'the rows brought into lanes, "… both lanes": and the results back. "strict", "fused": the part of that bound.'

/** `blas`: what BLAS is called. */
export function renderProducts({ rows }: Report, blas: string): string {
  const lines = PRODUCTS.flatMap((product) =>
    rows
      .filter((row) => row.product === product)
      .map(({ by, rate, ofStrict, ofFused, timesBlas }) => [
        shapeText(product),
        product.what,
        by === 'blas' ? blas : by,
        rate.toFixed(1),
        share(ofStrict),
        share(ofFused),
        timesBlas?.toFixed(2) ?? '-',
      ]),
  )
  const table = renderColumns(
    [
      ['M×K×N', 'left'],
      ['product', 'left'],
      ['by', 'left'],
      ['GFLOP/s', 'right'],
      ['strict', 'right'],
      ['fused', 'right'],
      ['× BLAS', 'right'],
    ],
    lines,
    { dense: true },
  )
  return `${table}\n${wrap(LEGEND)}`
}
