/** The C++ compilers of this machine, for benches that build a program. */
import { execFile, spawnSync } from 'node:child_process'
import { CannotMeasure } from './program.js'

export interface Compiler {
  readonly command: string
  readonly family: 'gnu' | 'clang'
  /** Its name and version, for the reader. */
  readonly version: string
}

export const INSTALL_COMPILER = 'install g++ or clang++, or name one in the variable CXX'

/** A compiler's macro for this Node's processor: only a program for it can run this machine's kernel sets. */
const TARGET = { x64: '__x86_64__', arm64: '__aarch64__' }[process.arch as string] ?? ''

/** The installed compilers of these names. If CXX is set, only that one. */
export function findCompilers(names: readonly string[]): Compiler[] {
  return (process.env.CXX ? [process.env.CXX] : names).flatMap((command) => {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
    if (status !== 0) return []
    return [{ command, family: /clang/i.test(stdout) ? 'clang' : 'gnu', version: stdout.split('\n')[0].trim() }]
  })
}

/** Resolves to the result of `build` for the first compiler with which it succeeds. */
export async function withCompiler<Built>(build: (compiler: Compiler) => Promise<Built>): Promise<Built> {
  const failures: string[] = []
  for (const compiler of findCompilers(['c++', 'g++', 'clang++'])) {
    try {
      const macros = await runCompiler(compiler, ['-dM', '-E', '-x', 'c++', '-'])
      if (!macros.includes(TARGET)) throw new Error(`${compiler.command}: it does not compile for ${process.arch}`)
      return await build(compiler)
    } catch (error) {
      failures.push((error as Error).message.trim().split('\n').slice(0, 5).join('\n'))
    }
  }
  const why = ['No C++ compiler could build the program: ', INSTALL_COMPILER, '.', ...failures.map((one) => `\n${one}`)]
  throw new CannotMeasure(why.join(''))
}

/** Resolves to the compiler's output. */
export function runCompiler({ command }: Compiler, compilerArguments: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, compilerArguments, { maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end()
  })
}
