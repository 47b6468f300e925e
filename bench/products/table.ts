/** What a person reads at the end of a run. */
import Table from 'cli-table3'
import { PRODUCTS, type Report, shapeText } from './measure.js'

/** No lines between the rows of one product. */
const CHARACTERS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

const share = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(0)} %`)

export function renderBounds({ bounds }: Report): string {
  const table = new Table({
    head: ['kernel set', 'strict bound', 'fused bound'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
    chars: CHARACTERS,
  })
  for (const { set, strict, fused } of bounds) table.push([set, strict.toFixed(1), fused?.toFixed(1) ?? '-'])
  return table.toString()
}

/** `blas`: what BLAS is called. */
export function renderProducts({ rows }: Report, blas: string): string {
  const table = new Table({
    head: ['M×K×N', 'product', 'by', 'GFLOP/s', 'of strict bound', 'of fused bound', `times ${blas}`],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: CHARACTERS,
  })
  for (const product of PRODUCTS) {
    for (const { by, rate, ofStrict, ofFused, timesBlas } of rows.filter((row) => row.product === product)) {
      table.push([
        shapeText(product),
        product.what,
        by === 'blas' ? blas : by,
        rate.toFixed(1),
        share(ofStrict),
        share(ofFused),
        timesBlas?.toFixed(2) ?? '-',
      ])
    }
  }
  return table.toString()
}
