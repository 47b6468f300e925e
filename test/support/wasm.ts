/** The WebAssembly module for tests: compiled, with limited memory, and tests that need it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CompiledModule } from '#lib/backend/wasm/module.js'
import { ROOT } from './child.js'
import { wasmPaths } from './paths.js'

export const WASM_FILE = join(ROOT, 'dist', 'lockstep_nn.wasm')

export const hasWasm = wasmPaths.length > 0

/** Tests that need the module. Where it is not built, one pending test says so. */
export function describeWasm(title: string, body: (this: Mocha.Suite) => void): void {
  if (hasWasm) describe(title, body)
  else describe(title, () => it.skip('(the WebAssembly module is not built: npm run build:wasm)'))
}

interface Engine {
  readonly Module: new (bytes: Uint8Array) => CompiledModule
}

const compile = (bytes: Uint8Array): CompiledModule =>
  new (globalThis as unknown as { WebAssembly: Engine }).WebAssembly.Module(bytes)

let compiled: CompiledModule | null = null

export function wasmModule(): CompiledModule {
  compiled ??= compile(readFileSync(WASM_FILE))
  return compiled
}

const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1

/** The bytes of a number as WebAssembly has them: 7 bits in each, the lowest first. */
function leb(value: number): number[] {
  const low = value % 128
  return value < 128 ? [low] : [low | 128, ...leb((value - low) / 128)]
}

/** The module, whose memory may have at most this many pages of 64 KiB more than at its start. */
export function limitedModule(morePages: number): CompiledModule {
  const bytes = [...readFileSync(WASM_FILE)]
  const numberAt = (at: number): [value: number, next: number] => {
    let [value, factor, next] = [0, 1, at]
    for (; bytes[next] >= 128; next++, factor *= 128) value += (bytes[next] - 128) * factor
    return [value + bytes[next] * factor, next + 1]
  }
  // A section has its number, its length and its content; the first one is at byte 8.
  for (let at = 8; at < bytes.length; ) {
    const [length, content] = numberAt(at + 1)
    if (bytes[at] === MEMORY_SECTION) {
      // One memory, its flags, and its pages at the start.
      const [pages] = numberAt(content + 2)
      const limits = [1, HAS_MAXIMUM, ...leb(pages), ...leb(pages + morePages)]
      const section = [MEMORY_SECTION, ...leb(limits.length), ...limits]
      return compile(Uint8Array.from([...bytes.slice(0, at), ...section, ...bytes.slice(content + length)]))
    }
    at = content + length
  }
  throw new Error('The module has no memory.')
}
