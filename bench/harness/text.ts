/** Formats numbers and lines for a terminal of 80 columns. */

export const WIDTH = 80

/** Breaks lines between words. A word that is too long, such as a file's name, has a line of its own. */
export function wrap(text: string, indent = ''): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, indent))
    .join('\n')
}

function wrapLine(text: string, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = `${indent}${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

/** The beginning of a line, where it is too long. */
export const clip = (line: string, width = WIDTH): string =>
  line.length > width ? `${line.slice(0, width - 1)}…` : line

/** Three significant digits, or all digits before the point if there are more. */
export function number(value: number): string {
  return value >= 1000
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : value.toLocaleString('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
}

/** Digits in groups of three. */
export const grouped = (value: number): string => value.toLocaleString('en')

/** A count and what it counts. */
export const many = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`
