/** The command line of a bench: the options that benches share, and a one-line error for a wrong one. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { outHelp } from './results.js'
import { wrap } from './text.js'

/** The options that benches share. A bench adds those that it supports, with its defaults, to its command. */
export const shared = {
  rounds: (value: number, most = 10_000) =>
    new Option('--rounds <n>', 'how often each is measured').default(value).argParser(whole(1, most)),
  epochs: (value: number, most: number) =>
    new Option('--epochs <n>', 'epochs of a training').default(value).argParser(whole(1, most)),
  seconds: (value: number, most: number, what = 'how long a measurement takes') =>
    new Option('--seconds <n>', what).default(value).argParser(secondsUpTo(most)),
  quick: (what: string) => new Option('--quick', `${what}, to see that it works`).default(false),
  json: (what = 'where to write the figures as JSON') => new Option('--json <file>', what),
  /** `part`: the bench's own folder of results. */
  out: (part = '') => new Option('--out <dir>', outHelp(part)),
  publish: (what: string) => new Option('--publish', what).default(false),
}

/** The paragraphs of a help text in lines of 80 columns; indented ones, such as commands, are not wrapped. */
const paragraphs = (help: string): string[] =>
  help.split('\n\n').map((text) => `\n${text.startsWith(' ') ? text : wrap(text.trim().replaceAll('\n', ' '))}`)

/** A command without arguments that reports a wrong option in one line, with status 2. `help`: further paragraphs. */
export const benchCommand = (name: string, description: string, help = ''): Command =>
  new Command(name)
    .description(description)
    .addHelpText('after', help && paragraphs(help).join('\n'))
    .allowExcessArguments(false)
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

/** Reads the command line. With --quick, `quickValues` replace the defaults of options that were not given. */
export function readOptions<Options extends object>(
  command: Command,
  quickValues: Partial<Options> = {},
  argv: readonly string[] = process.argv,
): Options {
  const given = command.parse(argv).opts<Options & { quick?: boolean }>()
  if (!given.quick) return given
  const replaced = Object.entries(quickValues).filter(([name]) => !wasGiven(command, name))
  return { ...given, ...Object.fromEntries(replaced) }
}

/** Whether the command line has this option. */
export const wasGiven = (command: Command, name: string): boolean => command.getOptionValueSource(name) === 'cli'

/** Reads a list of names or numbers. */
export function parseList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) throw new InvalidArgumentError('Expected names or numbers separated by commas.')
  return items
}

/** Reads a list of known names, each once. */
export const someOf =
  <Name extends string>(known: readonly Name[]) =>
  (text: string): Name[] => {
    const names = parseList(text).map((item) => {
      const name = known.find((one) => one === item)
      if (name === undefined) {
        throw new InvalidArgumentError(`Expected some of ${known.join(', ')} but received '${item}'.`)
      }
      return name
    })
    return [...new Set(names)]
  }

/** Reads a whole number from `least` to `most`. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
    }
    return number
  }

/** Reads a number of seconds above 0, up to `most`. */
const secondsUpTo =
  (most: number) =>
  (text: string): number => {
    const seconds = Number(text)
    if (text.trim() === '' || !(seconds > 0 && seconds <= most)) {
      throw new InvalidArgumentError(`Expected a number of seconds above 0, up to ${most}.`)
    }
    return seconds
  }
