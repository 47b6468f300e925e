/**
 * The files of workloads: the numbers as raw little-endian float64 and everything else in `workload.json`, which any language
 * reads in a few lines.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputsOf, type Workload, type WorkloadSpec } from './spec.js'

/** Writes a workload for peers to read. */
export function writeWorkload(workload: Workload, directory: string): void {
  const { summary: _, unit: __, x, y, starts, population, ...spec } = workload
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'workload.json'), `${JSON.stringify(spec, null, 2)}\n`)
  const files = { x, y, ...Object.fromEntries(starts.map((start, i) => [`parameters-${i}`, start])) }
  if (population !== undefined) {
    const { validation, learningRates } = population
    Object.assign(files, {
      'x-validation': validation.x,
      'y-validation': validation.y,
      'learning-rates': learningRates,
    })
  }
  for (const [file, values] of Object.entries(files)) {
    writeFileSync(join(directory, `${file}.f64`), littleEndian(values))
  }
}

function littleEndian(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.byteLength))
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true)
  })
  return new Uint8Array(view.buffer)
}

/** What a peer reads. */
export interface ServedWorkload extends WorkloadSpec, Pick<Workload, 'x' | 'y' | 'starts' | 'population'> {
  outputs: number
}

export function readWorkload(directory: string): ServedWorkload {
  const spec = JSON.parse(readFileSync(join(directory, 'workload.json'), 'utf8')) as WorkloadSpec
  const numbers = (name: string) => readNumbers(join(directory, `${name}.f64`))
  const starts = readdirSync(directory).filter((name) => /^parameters-\d+\.f64$/.test(name)).length
  const population =
    spec.members === undefined
      ? {}
      : {
          population: {
            validation: { x: numbers('x-validation'), y: numbers('y-validation') },
            learningRates: numbers('learning-rates'),
          },
        }
  return {
    ...spec,
    outputs: outputsOf(spec),
    x: numbers('x'),
    y: numbers('y'),
    starts: Array.from({ length: starts }, (_, i) => numbers(`parameters-${i}`)),
    ...population,
  }
}

function readNumbers(file: string): Float64Array {
  const bytes = readFileSync(file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float64Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true))
}
