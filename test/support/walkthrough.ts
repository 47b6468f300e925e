/** Pages whose programs and commands build on each other, such as docs/tutorial.md. CONTRIBUTING.md has their form. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { freePort } from '../../bench/harness/servers.js'
import { ROOT } from './child.js'
import { PROGRAM } from './command-line.js'

export interface Step {
  /** A file to write, commands to run, or a program that runs until the end of the page. */
  readonly kind: 'file' | 'commands' | 'server'
  /** The line of the opening fence, from 1. */
  readonly line: number
  /** The name of a file. */
  readonly name: string
  readonly text: string
  /** The block with the output, if the page has one: its first and last line (exclusive), from 0, and its text. */
  readonly output: { readonly from: number; readonly to: number; readonly text: string } | null
}

/** The port of the page. Tests use a free one in its place. */
const PORT = '8080'

/** The steps of a page, in order. */
export function stepsOf(page: string): Step[] {
  const lines = page.split('\n')
  const steps: Step[] = []
  for (let i = 0; i < lines.length; i++) {
    const fence = /^```(.*)$/.exec(lines[i])
    if (fence === null) continue
    const end = lines.indexOf('```', i + 1)
    if (end < 0) throw new Error(`The block in line ${i + 1} is not closed`)
    const text = lines.slice(i + 1, end).join('\n')
    const [language, mark = ''] = fence[1].split(' ')
    const step = { line: i + 1, name: mark, text, output: null }
    if (language === 'js') steps.push({ ...step, kind: 'file' })
    else if (language === 'sh') steps.push({ ...step, kind: mark === 'server' ? 'server' : 'commands' })
    else if (language === 'text') {
      const last = steps.pop()
      if (last?.kind !== 'commands' || last.output !== null) throw new Error(`No commands print line ${i + 1}`)
      steps.push({ ...last, output: { from: i + 1, to: end, text } })
    }
    i = end
  }
  return steps
}

/** Runs the steps of a page in a folder, each when its function is called, in order. */
export class Walkthrough {
  private readonly servers: ChildProcess[] = []
  private port = PORT

  constructor(private readonly folder: string) {}

  /** Makes the package available in the folder, as `npm install` does. */
  async prepare(): Promise<void> {
    mkdirSync(join(this.folder, 'node_modules'))
    symlinkSync(ROOT, join(this.folder, 'node_modules', 'lockstep-nn'), 'junction')
    this.port = `${await freePort()}`
  }

  /** Returns what the step prints, without what varies: seconds, and the port. */
  async run(step: Step): Promise<string> {
    const text = step.text.replaceAll(PORT, this.port)
    if (step.kind === 'file') writeFileSync(join(this.folder, step.name), `${text}\n`)
    else if (step.kind === 'server') await this.start(text)
    else return this.commands(text)
    return ''
  }

  /** Ends the servers. */
  end(): void {
    for (const server of this.servers) server.kill()
  }

  private commands(text: string): string {
    const program = `npx() { shift; "${execPath}" "${PROGRAM}" "$@"; }\nset -eo pipefail\n${text}`
    const options = { cwd: this.folder, env: variables(), encoding: 'utf8', timeout: 60_000 } as const
    const { status, stdout, stderr } = spawnSync('bash', ['-c', program], options)
    if (status !== 0) throw new Error(`${text}: status ${status}, ${stderr}`)
    return stdout
      .replaceAll(this.port, PORT)
      .replaceAll(/\b[\d.]+ s\b/g, '… s')
      .trimEnd()
  }

  /** Resolves once the server printed something. @throws Error where it ends before */
  private async start(text: string): Promise<void> {
    const [, ...words] = text.split(' ')
    const server = spawn(execPath, words, { cwd: this.folder, env: variables(), stdio: ['ignore', 'pipe', 'inherit'] })
    this.servers.push(server)
    const ended = once(server, 'exit').then(([status]) => {
      throw new Error(`${text}: ended with status ${status}`)
    })
    await Promise.race([once(server.stdout, 'data'), ended])
    ended.catch(() => {})
  }
}

function variables(): NodeJS.ProcessEnv {
  const { LOCKSTEP_BACKEND: _, ...others } = env
  return others
}

/** Runs all steps, and returns the page with what they print. */
export async function rewritten(page: string, folder: string): Promise<string> {
  const lines: (string | null)[] = page.split('\n')
  const walkthrough = new Walkthrough(folder)
  await walkthrough.prepare()
  try {
    for (const step of stepsOf(page)) {
      const printed = await walkthrough.run(step)
      if (step.output === null) continue
      const { from, to } = step.output
      lines.fill(null, from, to)
      lines[from - 1] += `\n${printed}`
    }
  } finally {
    walkthrough.end()
  }
  return lines.filter((line) => line !== null).join('\n')
}
