// Writes dist/formats/kernel-text.js: the kernels' functions as text, from which `toModule` copies those that a network needs.
// The text is taken at build time, because a bundler may rename identifiers in the text of functions at run time.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'acorn'
import { root } from './run.mjs'

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module' }
const kernels = join(root, 'dist', 'kernels')
const entry = join(kernels, 'activations.js')

/** All names in a syntax tree. Includes names of properties, which at worst keeps a statement that is not needed. */
function namesIn(node, names = new Set()) {
  if (Array.isArray(node)) for (const child of node) namesIn(child, names)
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') names.add(node.name)
    for (const child of Object.values(node)) namesIn(child, names)
  }
  return names
}

const namesOfPattern = (id) => (id.type === 'Identifier' ? [id.name] : [...namesIn(id)])

/** The names that a statement declares. */
function declaredBy(node) {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesOfPattern(id))
  return node.id === undefined || node.id === null ? [] : [node.id.name]
}

/** The statements of a file and of its imports, in the order in which they run. */
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
          throw new Error(`${file}: kernels import functions under their own names, not as ${local.name}`)
        }
      }
      statements.push(...statementsOf(join(dirname(file), node.source.value), seen))
    } else {
      const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
      if (declaration === null) throw new Error(`${file}: an export without a declaration has no text`)
      // The comment before a statement belongs to it, except the file's first comment.
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
const indices = new Map()
statements.forEach(({ declares }, i) => {
  for (const name of declares) {
    if (indices.has(name)) throw new Error(`Two kernel files declare ${name}; their texts cannot be in one module`)
    indices.set(name, i)
  }
})
for (const [i, { declares, mentions }] of statements.entries()) {
  // A statement that declares nothing initializes what others declare, so they need it.
  if (declares.length === 0)
    for (const name of mentions) if (indices.has(name)) statements[indices.get(name)].mentions.add(i)
}

/** The indices of all statements that a set of names needs, in order. */
function needed(mentions) {
  const found = new Set()
  const visit = (names) => {
    for (const name of names) {
      const index = typeof name === 'number' ? name : indices.get(name)
      if (index === undefined || found.has(index)) continue
      found.add(index)
      visit(statements[index].mentions)
    }
  }
  visit(mentions)
  return [...found].sort((a, b) => a - b)
}

const { activations } = await import(pathToFileURL(entry))
const functions = Object.entries(activations).map(([name, activation]) => {
  const key = activation.kind === 'row' ? 'forward' : 'value'
  const own = String(activation[key])
  const text = own.startsWith(`${key}(`) ? `function ${own}` : own
  return [name, { text, needs: needed(namesIn(parse(`(${text})`, OPTIONS))) }]
})
const used = [...new Set(functions.flatMap(([, { needs }]) => needs))].sort((a, b) => a - b)
const texts = used.map((index) => statements[index].text)
const compact = functions.map(([name, { text, needs }]) => [
  name,
  { text, needs: needs.map((index) => used.indexOf(index)) },
])
writeFileSync(
  join(root, 'dist', 'formats', 'kernel-text.js'),
  `export const STATEMENTS = ${JSON.stringify(texts, null, 2)}
export const ACTIVATIONS = ${JSON.stringify(Object.fromEntries(compact), null, 2)}
`,
)
