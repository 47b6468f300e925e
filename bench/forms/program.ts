/** Builds measure.cc for each kernel set, and links it with the objects of the addon's build. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Compiler, runCompiler, withCompiler } from '../harness/compiler.js'
import { CannotMeasure } from '../harness/program.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FOLDER = join(ROOT, 'out', 'bench', 'forms')
const SOURCES = [
  'bench/forms/measure.cc',
  'native/cost.cc',
  'native/kernel_set.cc',
  'native/pool.cc',
  'native/codec/layer_codec.cc',
  'native/codec/numbers.cc',
  'native/codec/plan_codec.cc',
]
const FLAGS = ['-std=c++20', '-O3', '-DNDEBUG', '-ffp-contract=off', '-pthread', '-I', join(ROOT, 'native')]

/** The parts of a kernel set: the code that the addon has, so that its own speed is measured. */
function objectsOf(set: string): string[] {
  const folder = join(ROOT, 'build', 'CMakeFiles', `kernels_${set}.dir`, 'native', 'isa')
  const objects = ['ensemble', 'lanes', 'tiled'].map((part) => join(folder, `${part}.cc.o`))
  const missing = objects.find((object) => !existsSync(object))
  if (missing === undefined) return objects
  throw new CannotMeasure(`The build of the addon has no ${missing}: LOCKSTEP_SETS=${set} npm run build:native`)
}

export interface Built {
  /** The compiler and its version, for the reader. */
  readonly compiler: string
  /** The program of each kernel set. */
  readonly programs: Map<string, string>
}

export function build(sets: readonly string[]): Promise<Built> {
  const objects = sets.map(objectsOf)
  mkdirSync(FOLDER, { recursive: true })
  return withCompiler(async (compiler) => {
    const programs = await Promise.all(sets.map((set, i) => buildOne(compiler, set, objects[i])))
    return { compiler: compiler.version, programs: new Map(sets.map((set, i) => [set, programs[i]])) }
  })
}

async function buildOne(compiler: Compiler, set: string, objects: readonly string[]): Promise<string> {
  const program = join(FOLDER, `forms-${set}`)
  const measured = `-DLOCKSTEP_MEASURED=${set[0].toUpperCase()}${set.slice(1)}`
  const sources = SOURCES.map((source) => join(ROOT, source))
  await runCompiler(compiler, [...FLAGS, measured, ...sources, ...objects, '-o', program])
  return program
}
