// The programs and commands of a page of the documentation. A block of code with a name of a file, such as ```js app.mjs, is
// that file. A block ```sh has commands; `# native/…` after one is the first line of its output, with … for any text.

/**
 * @typedef {object} Example
 * @property {string} section the heading above it
 * @property {number} line the line of its opening fence, from 1
 * @property {string | null} file the name of the file; null for commands
 * @property {string} text
 */

const FENCE = /^```(\S*) ?(.*)$/

/** @returns {Example[]} in the order of the page */
export function examplesOf(page) {
  const examples = []
  let section = ''
  let open = null
  page.split('\n').forEach((line, i) => {
    const fence = FENCE.exec(line)
    if (open === null) {
      const heading = /^#+ (.*)$/.exec(line)
      if (heading !== null) section = heading[1]
      if (fence !== null) open = { language: fence[1], name: fence[2], line: i + 1, lines: [] }
    } else if (fence === null) open.lines.push(line)
    else {
      const { language, name, line: opened, lines } = open
      const isFile = name !== '' && language !== 'ts'
      const text = `${lines.join('\n')}\n`
      if (isFile || language === 'sh') examples.push({ section, line: opened, file: isFile ? name : null, text })
      open = null
    }
  })
  return examples
}

/** The commands of a block, each with the pattern of its first line of output, or null. */
export function commandsOf(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, command, expected] = /^(.*?)(?: # (.*))?$/.exec(line)
      return { command, expected: expected === undefined ? null : patternOf(expected) }
    })
}

const patternOf = (text) =>
  new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}( |$)`,
  )
