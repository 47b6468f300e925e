// Who imports whom in lib: every file imports only from rows below its own. Type-only imports are free, for they leave
// nothing at run time; but not in lib/kernels, which is the specification and stands alone.
import { posix } from 'node:path'
import { filesUnder, lineOf, read, withoutComments } from './sources.mjs'

const ROWS = [
  ['index', 'tabular/index', 'formats/index', 'onnx/index'],
  ['gradients', 'tabular/model'],
  ['tabular/fitModel', 'tabular/saved', 'tabular/scores', 'tabular/file'],
  ['tabular/specify', 'tabular/objective', 'tabular/class-weight'],
  ['tabular/columns', 'tabular/crossValidate'],
  ['tabular/scalers', 'tabular/encoders', 'tabular/splits', 'tabular/csv', 'tabular/records'],
  ['tabular/categories', 'tabular/csv-source'],
  ['tabular/checks', 'tabular/order', 'tabular/canonical'],
  ['formats/safetensors', 'formats/module', 'onnx/to-onnx'],
  ['formats/safetensors-file', 'formats/kernel-text.d', 'onnx/protobuf', 'onnx/model'],
  ['onnx/activations', 'onnx/layers'],
  ['onnx/graph'],
  ['onnx/schema', 'formats/tensors'],
  ['trainer'],
  ['fitting/drive'],
  ['fitting/run'],
  ['fitting/course', 'fitting/evaluation'],
  ['fitting/data', 'fitting/watch', 'fitting/team'],
  ['fitting/options', 'fitting/claims'],
  ['fitting/subject', 'fitting/history'],
  ['fitting/growing'],
  ['ensemble'],
  ['ensemble-saved'],
  ['network'],
  ['layers', 'saved-network'],
  ['initialize'],
  ['plan'],
  ['schedules'],
  ['monitor', 'metrics/functions'],
  ['metrics/choose'],
  ['metrics/table', 'metrics/targets'],
  ['metrics/classes', 'metrics/regression'],
  ['backend'],
  ['typescript', 'native'],
  ['predictors'],
  ['registry', 'data', 'read-only'],
  ['foreign'],
  ['validate'],
  ['given', 'json-text'],
  ['errors', 'places'],
  ['arrays', 'words', 'inspect', 'json'],
]
const KERNELS = ROWS.length

const IMPORT =
  /\b(?:import|export)\s+(type\s)?(?:[\w$*{},\s]*?\bfrom\s*)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/g

/** The row of a file of lib; undefined for one that has none yet. */
function rowOf(name) {
  if (name.startsWith('lib/kernels/')) return KERNELS
  const row = ROWS.findIndex((names) => names.includes(name.replace(/^lib\/|\.ts$/g, '')))
  return row < 0 ? undefined : row
}

export function checkLayers() {
  const problems = []
  for (const name of filesUnder('lib', /\.ts$/)) {
    const row = rowOf(name)
    if (row === undefined) {
      problems.push(`${name}: has no place among the layers: give it one in scripts/lint/layers.mjs`)
      continue
    }
    const source = withoutComments(read(name))
    for (const match of source.matchAll(IMPORT)) {
      const [, typeOnly, from = match[3]] = match
      const at = `${name}:${lineOf(source, match.index)}`
      if (row === KERNELS) {
        if (!/^\.\/[^/]+\.js$/.test(from)) problems.push(`${at}: lib/kernels imports only lib/kernels, not '${from}'`)
        continue
      }
      if (typeOnly || !from.startsWith('.')) continue
      const target = posix.join(posix.dirname(name), from).replace(/\.js$/, '.ts')
      const targetRow = rowOf(target)
      if (targetRow !== undefined && targetRow <= row) {
        problems.push(
          `${at}: ${name} may not import ${target}, which is not below it (scripts/lint/layers.mjs has the order)`,
        )
      }
    }
  }
  return problems
}
