/** The name of a parameter, which may be broken after its dots. */
import { shortened } from '../../../checks/words.js'
import { type Html, html } from '../../../page/html.js'

const MAX_LETTERS = 120

export function pathText(name: string): Html {
  const parts = shortened(name, MAX_LETTERS).split('.')
  return html`<bdi>${parts.map((part, i) => (i === 0 ? part : html`.<wbr>${part}`))}</bdi>`
}
