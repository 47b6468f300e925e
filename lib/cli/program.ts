/** Reads the command line with commander, and runs the command. */
import process from 'node:process'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { VERSION } from '../checks/version.js'
import { COMMANDS } from './commands.js'
import { DONE, FAILED, InterruptedError, messageOf, UsageError, WRONG_USAGE } from './support/errors.js'
import type { CommandSpec, Given, OptionSpec } from './support/spec.js'

const NAME = 'lockstep-nn'

/** Runs a command line, without the program's name, and resolves to the exit status. An error is a line on stderr. */
export async function runProgram(words: readonly string[]): Promise<number> {
  let status = DONE
  const help: string[] = []
  const program = new Command(NAME)
    .description('Trains small neural networks on tables, with the same bits on every machine.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('--help', 'show the options and examples of a command')
    .exitOverride()
    // The error is written once, below.
    .configureOutput({ outputError: () => {}, writeOut: (text) => void help.push(text) })
  for (const spec of COMMANDS) {
    add(program, spec).action(async (...received: unknown[]) => {
      const command = received.at(-1) as Command
      const given = command.opts()
      requireOptions(spec, given)
      const { run } = await spec.load()
      status = await run(command.args, given)
    })
  }
  try {
    if (words.length === 0) throw new UsageError(`Expected a command: ${COMMANDS.map(({ name }) => name).join(', ')}.`)
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === DONE) return await shown(help.join(''))
    const wrongUsage = error instanceof CommanderError || error instanceof UsageError
    const message = sentence(messageOf(error).replace(/^error: /, ''))
    process.stderr.write(`${NAME}: ${message}${wrongUsage ? ` See ${NAME} ${helped(words)}--help.` : ''}\n`)
    if (error instanceof InterruptedError) return error.status
    return wrongUsage ? WRONG_USAGE : FAILED
  }
  return status
}

/** Writes the help. */
async function shown(text: string): Promise<number> {
  const { standardOutput } = await import('./support/output.js')
  try {
    await standardOutput().write(text)
    return DONE
  } catch (error) {
    process.stderr.write(`${NAME}: ${messageOf(error)}\n`)
    return FAILED
  }
}

/** The command whose help is to be read, with a space. */
const helped = ([word]: readonly string[]): string => (COMMANDS.some(({ name }) => name === word) ? `${word} ` : '')

const sentence = (text: string): string => (/[.?!)]$/.test(text) ? text : `${text}.`)

/** Not by commander, which would name a missing option before a misspelled one. */
function requireOptions({ options }: CommandSpec, given: Given): void {
  for (const { flags, isRequired } of options) {
    const name = flags.replace(/^--| .*$/g, '')
    if (isRequired && given[name] === undefined) throw new UsageError(`Expected the option ${flags}.`)
  }
}

function add(program: Command, { name, summary, operands, options, examples }: CommandSpec): Command {
  const command = program.command(name).description(summary).summary(summary).allowExcessArguments(false)
  for (const [operand, description] of operands) command.argument(`<${operand}>`, description)
  for (const option of options) command.addOption(optionOf(option))
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
}

function optionOf({ flags, description, read, choices }: OptionSpec): Option {
  const option = new Option(flags, description)
  if (choices !== undefined) option.choices(choices)
  if (read !== undefined) {
    option.argParser((text: string) => {
      try {
        return read(text)
      } catch (error) {
        throw new InvalidArgumentError(messageOf(error))
      }
    })
  }
  return option
}
