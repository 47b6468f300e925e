/** The table of trials: sorted by the columns, with the chosen trial marked, and without those outside of the ranges. */
import type { Choice } from './choice.js'

type Key = number | string | null

export function prepareRows(root: HTMLElement, choice: Choice): void {
  const { data } = choice
  const body = root.querySelector('tbody')
  const heads = [...root.querySelectorAll('thead th')]
  if (body === null) return
  const places = new Map(data.numbers.map((number, i) => [number, i]))
  const rows = [...body.rows].map((row) => ({ row, trial: places.get(Number(row.cells[0].textContent)) ?? -1 }))
  /** What a column is sorted by. */
  const keyOf = (column: number, trial: number): Key => {
    if (column === 0) return data.numbers[trial]
    if (column === 1) return 'cpf'.indexOf(data.states[trial])
    if (column === 2) return data.values[trial]
    if (column === 3) return data.epochs[trial]
    return data.parameters[column - 4].values[trial]
  }
  const sort = (column: number, isDescending: boolean): void => {
    const keyed = rows.map(({ row, trial }) => ({ row, key: keyOf(column, trial) }))
    // Trials without a value are the last ones in both directions.
    keyed.sort((a, b) => compared(a.key, b.key, isDescending))
    body.append(...keyed.map(({ row }) => row))
  }
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const isDescending = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
      sort(column, isDescending)
    })
  })
  for (const { row, trial } of rows) {
    const [cell] = row.cells
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...cell.childNodes)
    button.setAttribute('aria-label', `Choose trial ${data.numbers[trial]}`)
    cell.append(button)
    button.addEventListener('click', () => choice.choose(trial))
  }
  choice.onChange(() => {
    for (const { row, trial } of rows) {
      row.classList.toggle('chosen', trial === choice.trial)
      row.hidden = choice.inRanges?.[trial] === false
    }
  })
}

function compared(a: Key, b: Key, isDescending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return isDescending ? -order : order
}
