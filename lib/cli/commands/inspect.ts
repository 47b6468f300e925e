/** `inspect`: what a model file holds, without the parameters. */
import type { Model, ModelDiagnosis, Report } from '../../data/index.js'
import { counted } from '../../page/numbers.js'
import { DONE, inRows } from '../support/errors.js'
import { loadModel, requireColumns } from '../support/model-file.js'
import { printResult } from '../support/output.js'
import { figure } from '../support/progress.js'
import { diagnosisData } from '../support/result.js'
import { openSource } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { readTable, typesOf } from '../support/table.js'
import { requireTargets } from '../support/training.js'

export const run: Run = async ([path], given) => {
  const { json, diagnose } = given as { json?: boolean; diagnose?: string }
  const model = await loadModel(path)
  const diagnosis = diagnose === undefined ? undefined : await diagnosisOn(model, diagnose)
  await printResult(
    () => [textOf(model), ...(diagnosis === undefined ? [] : [diagnosis.text])].join('\n'),
    () => ({ ...contentOf(model), diagnosis: diagnosisData(diagnosis) }),
    json,
  )
  return DONE
}

/** What the doctor finds in the rows of a table. */
async function diagnosisOn(model: Model, path: string): Promise<ModelDiagnosis> {
  const { targets, columns } = model
  const source = await openSource(path)
  const { header, records } = await readTable(source, typesOf(model, true))
  requireColumns([...targets, ...columns], header, source.name)
  requireTargets(
    records,
    source.name,
    targets.map(({ name }) => name),
  )
  return inRows(
    () => model.diagnose(records),
    (i) => `row ${i + 1} of ${source.name}`,
  )
}

type Target = Model['target']

const labelsOf = (target: Target): readonly unknown[] => ('encoder' in target ? target.encoder.labels : [])

function contentOf(model: Model) {
  const { networks, targets, columns, training, report } = model
  return {
    targets: targets.map((target) => ({
      name: target.name,
      type: target.type,
      ...('encoder' in target ? { labels: labelsOf(target) } : {}),
    })),
    columns,
    networks: networks.flatMap(networkContents),
    training,
    report,
    digest: model.digest(),
  }
}

/** The networks of a head. Those of a weighted ensemble are by architecture, with their weights. */
function networkContents(network: Model['networks'][number]) {
  const all = 'members' in network ? network.members : [network]
  const groups = new Map<string, number[]>()
  for (const [i, member] of all.entries()) {
    const key = JSON.stringify(member.architecture())
    const places = groups.get(key)
    if (places === undefined) groups.set(key, [i])
    else places.push(i)
  }
  return [...groups.values()].map((places) => {
    const first = all[places[0]]
    const { inputs, layers } = first.architecture()
    const { outputs, parameterCount } = first
    const weights = 'weights' in network ? { weights: places.map((i) => network.weights[i]) } : {}
    return { inputs, outputs, layers, parameterCount, members: places.length, ...weights }
  })
}

function textOf(model: Model): string {
  const { targets, columns, training, report } = model
  const { networks, digest } = contentOf(model)
  const facts = Object.entries(training ?? {}).map(([key, value]) => `  ${key}: ${written(value)}`)
  return [
    ...targets.map((target) => `predicts ${target.name}: ${target.type}${listOf(labelsOf(target))}`),
    `from ${columns.length} columns:`,
    ...(report === null ? columns.map(({ name, type }) => `  ${name}  ${type}`) : columnLines(report)),
    ...(report?.dropped ?? []).map(({ name, note }) => `  left out: ${name}, ${note}`),
    ...(report?.skipped === undefined ? [] : [`  left out: ${report.skipped.note}`]),
    ...networks.map(({ inputs, outputs, parameterCount, members, weights }) => {
      const count = members === 1 ? 'a network' : `${members} networks, each`
      const size = `${counted(inputs, 'input')}, ${counted(outputs, 'output')} and ${parameterCount} parameters`
      const weighted = weights === undefined ? '' : `; ${members === 1 ? 'weight' : 'weights'} ${shown(weights)}`
      return `by ${count} of ${size}${weighted}`
    }),
    ...(facts.length === 0 ? [] : ['trained with', ...facts]),
    `digest ${digest}`,
  ].join('\n')
}

/** A line for each column: its type, its inputs, how many values are missing, and its figures. */
function columnLines({ columns }: Report): string[] {
  const width = Math.max(...columns.map(({ name }) => name.length))
  return columns.map((column) => {
    const { name, type, inputs, missing, trues, minimum, median, maximum, from, to, format } = column
    const { categories, otherValues } = column
    const figures = [minimum, median, maximum].filter((value) => value !== undefined).map(figure)
    const facts = [
      figures.length === 3 ? `from ${figures[0]} to ${figures[2]}, median ${figures[1]}` : '',
      trues === undefined ? '' : `${trues} true`,
      from === undefined || to === undefined ? '' : `from ${dateText(from)} to ${dateText(to)}`,
      format === undefined ? '' : `written ${format}`,
      categories === undefined ? '' : shown(categories),
      otherValues === undefined || otherValues === 0 ? '' : `${counted(otherValues, 'rare value')} as other`,
      missing === 0 ? '' : `${missing} missing`,
      counted(inputs.length, 'input'),
    ]
    return `  ${name.padEnd(width)}  ${type}: ${facts.filter((fact) => fact !== '').join('; ')}`
  })
}

/** A date without its time where that is midnight. */
const dateText = (iso: string): string => iso.replace(/T00:00:00\.000Z$/, '')

const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** The most values of a list. */
const MAX_SHOWN = 12

const listOf = (values: readonly unknown[]): string => (values.length === 0 ? '' : `, ${shown(values)}`)

function shown(values: readonly unknown[]): string {
  const first = values.slice(0, MAX_SHOWN).join(', ')
  return values.length > MAX_SHOWN ? `${first}, and ${values.length - MAX_SHOWN} more` : first
}
