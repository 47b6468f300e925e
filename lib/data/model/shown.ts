/** What `console.log` shows of a model. */
import { summary } from '../../checks/inspect.js'
import { listed, shortened } from '../../checks/words.js'
import { quoted } from '../records/checks.js'
import type { Parts } from './saved.js'

export function shownModel({ heads, columns, training }: Parts): string {
  const networks = heads.map(({ network }) => network)
  const targets = heads.flatMap((head) => head.targets)
  const what = listed(targets, ({ type, name }) => `${type} ${quoted(name)}`)
  const of = networks.map((network) => {
    const shape = `${network.inputs} → ${network.outputs}`
    const count = 'members' in network ? network.members.length : 1
    return count === 1 ? `a network ${shape}` : `${count} networks ${shape}`
  })
  const first = `Model: ${what} of ${columns.length} columns, ${of.join(', ')}`
  const inputs = listed(
    columns.map((column) => column.name),
    quoted,
  )
  const known = Object.entries(training ?? {})
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key} ${shortened(String(value))}`)
  return summary(first, [`columns: ${inputs}`, ...(known.length === 0 ? [] : [`training: ${known.join(', ')}`])])
}
