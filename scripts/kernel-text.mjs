// Writes dist/formats/kernel-text.js: the functions of the kernels as text, from which `toModule` takes those that a network
// needs. The text is that of the build; a function's own text at run time may have been renamed by a bundler.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'acorn'
import { root } from './run.mjs'

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module' }
const kernels = join(root, 'dist', 'kernels')
const entry = join(kernels, 'activations.js')

/** Every name in a tree; those of properties too, which at worst keeps a statement that is not needed. */
function namesIn(node, names = new Set()) {
  if (Array.isArray(node)) for (const child of node) namesIn(child, names)
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') names.add(node.name)
    for (const child of Object.values(node)) namesIn(child, names)
  }
  return names
}

const namesOfPattern = (id) => (id.type === 'Identifier' ? [id.name] : [...namesIn(id)])

/** What a statement declares. */
function declaredBy(node) {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesOfPattern(id))
  return node.id === undefined || node.id === null ? [] : [node.id.name]
}

/** The statements of a file and of the files that it imports, in the order in which they run. */
function statementsOf(file, seen = new Set()) {
  if (seen.has(file)) return []
  seen.add(file)
  const source = readFileSync(file, 'utf8')
  const statements = []
  let end = 0
  for (const node of parse(source, OPTIONS).body) {
    if (node.type === 'ImportDeclaration') {
      for (const { type, imported, local } of node.specifiers) {
        if (type !== 'ImportSpecifier' || imported.name !== local.name) {
          throw new Error(`${file}: kernels import each other's functions under their own names, not ${local.name}`)
        }
      }
      statements.push(...statementsOf(join(dirname(file), node.source.value), seen))
    } else {
      const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
      if (declaration === null) throw new Error(`${file}: an export without a declaration has no text`)
      // The comment before a statement belongs to it, but for the one that opens the file.
      const comment = source
        .slice(end, node.start)
        .replace(/^\s*\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*(?=\n\n|\n\/\/|\n\/\*)/, '')
      statements.push({
        declares: declaredBy(declaration),
        mentions: namesIn(declaration),
        text: `${comment.trim()}\n${source.slice(declaration.start, declaration.end)}`.trim(),
      })
    }
    end = node.end
  }
  return statements
}

const statements = statementsOf(entry)
const places = new Map()
statements.forEach(({ declares }, i) => {
  for (const name of declares) {
    if (places.has(name)) throw new Error(`Two kernel files declare ${name}; their texts cannot stand in one module`)
    places.set(name, i)
  }
})
for (const [i, { declares, mentions }] of statements.entries()) {
  // A statement that declares nothing fills what others declare: it goes with them.
  if (declares.length === 0)
    for (const name of mentions) if (places.has(name)) statements[places.get(name)].mentions.add(i)
}

/** The places of all statements that a set of names needs, in their order. */
function needed(mentions) {
  const places_ = new Set()
  const visit = (names) => {
    for (const name of names) {
      const place = typeof name === 'number' ? name : places.get(name)
      if (place === undefined || places_.has(place)) continue
      places_.add(place)
      visit(statements[place].mentions)
    }
  }
  visit(mentions)
  return [...places_].sort((a, b) => a - b)
}

const { activations } = await import(pathToFileURL(entry))
const functions = Object.entries(activations).map(([name, activation]) => {
  const key = activation.kind === 'row' ? 'forward' : 'value'
  const own = String(activation[key])
  const text = own.startsWith(`${key}(`) ? `function ${own}` : own
  return [name, { text, needs: needed(namesIn(parse(`(${text})`, OPTIONS))) }]
})
const used = [...new Set(functions.flatMap(([, { needs }]) => needs))].sort((a, b) => a - b)
const texts = used.map((place) => statements[place].text)
const compact = functions.map(([name, { text, needs }]) => [
  name,
  { text, needs: needs.map((place) => used.indexOf(place)) },
])
writeFileSync(
  join(root, 'dist', 'formats', 'kernel-text.js'),
  `export const STATEMENTS = ${JSON.stringify(texts, null, 2)}
export const ACTIVATIONS = ${JSON.stringify(Object.fromEntries(compact), null, 2)}
`,
)
