/**
 * `npm run bench:search`: how long searches take, in parts. Each part prints a table and writes its figures; `--publish` writes
 * the table into its page too.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from '../harness/machine.js'
import { CannotMeasure, runProgram } from '../harness/program.js'
import { publishTable } from '../harness/publish.js'
import { writeJson } from '../harness/results.js'
import { wrap } from '../harness/text.js'
import { type Options, type PartName, parseOptions } from './options.js'
import { costs } from './parts/costs.js'
import { queue } from './parts/queue.js'
import { sweep } from './parts/sweep.js'
import { xor } from './parts/xor.js'
import type { Part } from './report.js'

const PARTS: Readonly<Record<PartName, Part>> = { sweep, xor, costs, queue }

async function measurePart(name: PartName, options: Options): Promise<void> {
  const { quick, publish, out, epochs, trials, trainings } = options
  const { measure, page, rounds: usual } = PARTS[name]
  const machine = describeMachine()
  const rounds = options.rounds ?? usual
  const { rows, terminal, markdown } = await measure({ quick, rounds, epochs, trials, trainings })
  console.log(terminal)
  writeJson(join(out, `${name}.json`), { machine, rounds, rows })
  if (publish) publishTable(markdown, [page], `bench:search -- --parts ${name}`)
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv)
  // Before the measurement, so that an invalid directory is reported at once.
  mkdirSync(options.out, { recursive: true })
  const { cpu, kernelSet, node, load } = describeMachine()
  console.log(wrap(`${cpu}, ${kernelSet}, Node ${node}, load ${load}`))
  if (options.quick) console.log('Quick run: too short to compare by.')
  for (const name of options.parts) {
    try {
      await measurePart(name, options)
    } catch (error) {
      // The other parts do not need what this one lacks.
      if (!(error instanceof CannotMeasure)) throw error
      console.error(wrap(`${name}: ${error.message}`))
      process.exitCode = 2
    }
  }
  console.log(wrap(`Written to ${options.out}.`))
}

await runProgram(main)
