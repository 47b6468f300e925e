/** What the page says of the chosen trial. */
import type { PageData } from '../parts/page-data.js'
import type { Choice } from './choice.js'
import { scaleOf, shown } from './scale.js'

const STATES: Readonly<Record<string, string>> = { c: 'complete', p: 'pruned', f: 'failed' }

/** The names and values of a trial. */
export function factsOf(data: PageData, trial: number): [name: string, value: string][] {
  const value = data.values[trial]
  return [
    ['state', STATES[data.states[trial]]],
    ...(value === null ? [] : [[data.metric, shown(value)] as [string, string]]),
    ['epochs', shown(data.epochs[trial])],
    ...data.parameters.flatMap(({ name, axis, values }): [string, string][] => {
      const drawn = values[trial]
      return drawn === null ? [] : [[name, scaleOf(axis).text(drawn)]]
    }),
  ]
}

/** The trial in a line, for the place below a chart. */
export function lineOf(data: PageData, trial: number): string {
  const facts = factsOf(data, trial).map(([name, value]) => `${name.split('.').at(-1)} ${value}`)
  return [`trial ${data.numbers[trial]}`, ...facts].join(' · ')
}

export function prepareChosen(root: HTMLElement, choice: Choice): void {
  const { data } = choice
  const [title, list, options] = ['h3', 'dl', 'pre'].map((name) => root.querySelector(name) as HTMLElement)
  /** The trials of the charts, from the best to the worst. */
  const ranked = data.ranks.map((_, i) => i).sort((a, b) => data.ranks[a] - data.ranks[b])
  const buttons = [...root.querySelectorAll<HTMLButtonElement>('button')]
  const nextOf = (by: number): number | undefined =>
    by === 0 ? (data.best < 0 ? ranked[0] : data.best) : ranked[ranked.indexOf(choice.trial) + by]
  for (const button of buttons) {
    button.addEventListener('click', () => choice.choose(nextOf(Number(button.dataset.by)) ?? choice.trial))
  }
  choice.onChange(() => {
    const { trial } = choice
    root.hidden = trial < 0
    if (trial < 0) return
    title.textContent = `Trial ${data.numbers[trial]}, place ${data.ranks[trial]} of ${data.trials}`
    list.replaceChildren(
      ...factsOf(data, trial).map(([name, value]) => {
        const item = document.createElement('div')
        const [term, text] = [document.createElement('dt'), document.createElement('dd')]
        term.textContent = name
        text.textContent = value
        item.append(term, text)
        return item
      }),
    )
    const code = data.options[trial]
    options.hidden = code === undefined
    ;(options.firstElementChild as HTMLElement).textContent = code ?? ''
    for (const button of buttons) button.disabled = nextOf(Number(button.dataset.by)) === undefined
  })
}
