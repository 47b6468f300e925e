// Writes dist/formats/module-text.js: functions of kernels and models as text, from which `toModule` copies those that a
// network or a model needs.
// The text is taken at build time, because a bundler may rename identifiers in the text of functions at run time.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'acorn'
import { root } from './run.mjs'

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module' }
const dist = join(root, 'dist')

/** What modules of models call, by file. */
const CALLED = {
  'data/encoding/category-places.js': ['CategoryPlaces', 'CategoryColumns'],
  'data/model/decode.js': ['decodedOutputs'],
  'data/model/predict-records.js': ['predictRecords'],
  'network/mean.js': ['meanOutputs'],
}
/** Tables of functions: a module has only the entries that its model needs. By file. */
const TABLES = {
  'data/columns/encode-inputs.js': 'COLUMN_ENCODERS',
  'data/targets/decoders.js': 'TARGET_DECODERS',
}

/** All names in a syntax tree but those of properties; local names, too, which at worst keep a statement that is not needed. */
function namesIn(node, names = new Set()) {
  if (Array.isArray(node)) for (const child of node) namesIn(child, names)
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') names.add(node.name)
    for (const [key, child] of Object.entries(node)) {
      const isProperty = key === 'property' || key === 'key'
      if (!isProperty || node.computed) namesIn(child, names)
    }
  }
  return names
}

const namesOfPattern = (id) => (id.type === 'Identifier' ? [id.name] : [...namesIn(id)])

/** The names that a statement declares. */
function declaredBy(node) {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesOfPattern(id))
  return node.id === undefined || node.id === null ? [] : [node.id.name]
}

/** All statements of the loaded files, in the order in which they run. */
const statements = []
/** By file: the statements by the names that they declare, and the names of other files. */
const files = new Map()

function load(file) {
  if (files.has(file)) return
  const source = readFileSync(file, 'utf8')
  const found = { source, declared: new Map(), imported: new Map() }
  files.set(file, found)
  const own = []
  let end = 0
  for (const node of parse(source, OPTIONS).body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (node.source) {
      for (const { imported, local, exported } of node.specifiers) {
        found.imported.set((exported ?? local).name, { from: node.source.value, name: (imported ?? local)?.name })
      }
      if (node.source.value.startsWith('.')) load(join(dirname(file), node.source.value))
    } else if (declaration !== null) {
      // The comment before a statement belongs to it, except the file's first comment.
      const comment = source
        .slice(end, node.start)
        .replace(/^\s*\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*(?=\n\n|\n\/\/|\n\/\*)/, '')
      const statement = {
        file,
        declaration,
        declares: declaredBy(declaration),
        mentions: namesIn(declaration),
        initializers: [],
        text: `${comment.trim()}\n${source.slice(declaration.start, declaration.end)}`.trim(),
      }
      own.push(statement)
      for (const name of statement.declares) found.declared.set(name, statement)
    }
    end = node.end
  }
  // A statement that declares nothing initializes what others of its file declare, so they need it.
  for (const statement of own.filter(({ declares }) => declares.length === 0)) {
    for (const name of statement.mentions) found.declared.get(name)?.initializers.push(statement)
  }
  statements.push(...own)
}

/** The statement that declares what a file calls by this name; undefined for a name of JavaScript. */
function statementOf(file, name) {
  const { declared, imported } = files.get(file)
  if (declared.has(name)) return declared.get(name)
  if (!imported.has(name)) return undefined
  const { from, name: original } = imported.get(name)
  const where = relative(dist, file)
  if (!from.startsWith('.')) throw new Error(`${where}: ${from} cannot be in a module without imports`)
  if (original !== name)
    throw new Error(`${where}: functions of modules are imported under their own names, not as ${name}`)
  return statementOf(join(dirname(file), from), original)
}

const tables = new Set()

/** All statements that names of a file need. */
function needed(file, mentions, found = new Set()) {
  for (const name of mentions) {
    const statement = statementOf(file, name)
    if (statement === undefined) continue
    for (const one of [statement, ...statement.initializers]) {
      if (found.has(one) || tables.has(one)) continue
      found.add(one)
      needed(one.file, one.mentions, found)
    }
  }
  return found
}

const kernels = join(dist, 'kernels', 'activations.js')
for (const file of [kernels, ...Object.keys({ ...CALLED, ...TABLES }).map((name) => join(dist, name))]) load(file)

for (const [file, name] of Object.entries(TABLES)) tables.add(statementOf(join(dist, file), name))

const { activations } = await import(pathToFileURL(kernels))
const activationTexts = Object.entries(activations).map(([name, activation]) => {
  const key = activation.kind === 'row' ? 'forward' : 'value'
  const own = String(activation[key])
  const text = own.startsWith(`${key}(`) ? `function ${own}` : own
  return [name, { text, needs: needed(kernels, namesIn(parse(`(${text})`, OPTIONS))) }]
})
const tableTexts = Object.entries(TABLES).map(([file, name]) => {
  const { declaration } = statementOf(join(dist, file), name)
  const { source } = files.get(join(dist, file))
  const entries = declaration.declarations[0].init.properties.map(({ key, value }) => {
    const text = source.slice(value.start, value.end)
    return [key.name, { text, needs: needed(join(dist, file), namesIn(value)) }]
  })
  return [name, entries]
})
const called = Object.entries(CALLED).flatMap(([file, names]) =>
  names.map((name) => [name, { text: name, needs: needed(join(dist, file), [name]) }]),
)
const groups = [['ACTIVATIONS', activationTexts], ['CALLED', called], ...tableTexts]
const wanted = new Set(groups.flatMap(([, entries]) => entries.flatMap(([, { needs }]) => [...needs])))
const used = statements.filter((statement) => wanted.has(statement))

const declared = new Map()
for (const { declares, file } of used) {
  for (const name of declares) {
    const other = declared.get(name)
    if (other !== undefined) {
      const both = [other, file].map((one) => relative(dist, one)).join(' and ')
      throw new Error(`${both} declare ${name}; their texts cannot be in one module`)
    }
    declared.set(name, file)
  }
}

const places = new Map(used.map((statement, i) => [statement, i]))
const texts = groups.map(([name, entries]) => {
  const compact = entries.map(([key, { text, needs }]) => [
    key,
    { text, needs: [...needs].map((statement) => places.get(statement)).sort((a, b) => a - b) },
  ])
  return `export const ${name} = ${JSON.stringify(Object.fromEntries(compact), null, 2)}\n`
})
writeFileSync(
  join(dist, 'formats', 'module-text.js'),
  `export const STATEMENTS = ${JSON.stringify(
    used.map(({ text }) => text),
    null,
    2,
  )}\n${texts.join('')}`,
)
