/** A list of names and values. */
import { dataText, type Html, html } from './html.js'
import { shownNumber } from './numbers.js'

const MAX_LETTERS = 300

export type Fact = readonly [name: string, value: string | number]

export function factList(facts: readonly Fact[]): Html {
  const item = ([name, value]: Fact) =>
    html`<div><dt>${name}</dt><dd>${typeof value === 'number' ? shownNumber(value) : dataText(value, MAX_LETTERS)}</dd></div>
`
  return html`<dl class="facts">
${facts.map(item)}</dl>
`
}
