/** The TypeScript in the pages of the documentation, as programs: type-checked by the compiler, and run one by one. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { execPath } from 'node:process'
import { ROOT } from './child.js'

/** A block of code that is run: everything of its page but the code is blank, so line numbers are those of the page. */
export interface Block {
  readonly page: string
  /** The line of its opening fence, from 1. */
  readonly line: number
  readonly source: string
  /** The name of its file, without the extension. */
  readonly file: string
}

const FENCE = /^(\s*)```(\S*) ?(.*)$/
const MARKS = ['', 'continued', 'fragment']

/** Every page that may contain code. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
].sort()

/** The blocks of a page, in the form of CONTRIBUTING.md. */
export function blocksOf(page: string, text: string): Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let hidden: number[] = []
  let code: number[] = []
  let fence: { line: number; mark: string | null } | null = null
  let comment = false
  lines.forEach((line, i) => {
    if (comment) {
      if (line.trim() === '-->') comment = false
      else hidden.push(i)
      return
    }
    const [matched, indent, language, mark] = FENCE.exec(line) ?? [null]
    if (fence === null) {
      if (line === '<!-- hidden') comment = true
      if (matched === null) return
      const isTs = language === 'ts' || language === 'typescript'
      if (isTs && (language !== 'ts' || indent !== '' || !MARKS.includes(mark))) {
        throw new Error(
          `${page}:${i + 1}: "${line}" should be \`\`\`ts, at the margin, with one of: ${MARKS.join(' ')}`,
        )
      }
      fence = { line: i, mark: isTs ? mark : null }
      if (isTs && mark === '') code = []
    } else if (matched !== null && language === '') {
      if (fence.mark === '' || fence.mark === 'continued') {
        const file = `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${fence.line + 1}`
        code = [...code, ...hidden, ...Array.from({ length: i - fence.line - 1 }, (_, k) => fence!.line + 1 + k)]
        const kept = new Set(code)
        const source = lines.map((text, at) => (kept.has(at) ? text : '')).join('\n')
        blocks.push({ page, line: fence.line + 1, source, file })
      }
      hidden = []
      fence = null
    }
  })
  if (fence !== null || comment) throw new Error(`${page}: a block is not closed`)
  return blocks
}

/** The blocks of all pages. */
export const allBlocks = (): Block[] => pages.flatMap((page) => blocksOf(page, readFileSync(join(ROOT, page), 'utf8')))

const folderOf = (name: string): string => join(ROOT, 'out', name)
const OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  moduleDetection: 'force',
  inlineSourceMap: true,
  rootDir: '.',
  outDir: 'js',
}

/** Writes the blocks as programs, inside the package so that its name resolves, and compiles them. */
export function compile(blocks: readonly Block[], name = 'pages'): { ok: boolean; output: string } {
  const folder = folderOf(name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file, source } of blocks) writeFileSync(join(folder, `${file}.ts`), source)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }))
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const { status, stdout } = spawnSync(execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' })
  return { ok: status === 0, output: stdout }
}

/** The program that a block was compiled to. */
export const programOf = ({ file }: Block): string => join(folderOf('pages'), 'js', `${file}.js`)
