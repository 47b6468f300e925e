/**
 * The width and height of printed charts, in CSS pixels: within A4 and letter paper, less margins. The scripts of charts
 * draw with them before the print begins, when the page has the sizes of the screen; lib/cli/report/page/charts.ts, which
 * is no module, has the same numbers.
 */
export const PRINTED = { wide: [640, 220], tall: [640, 300], small: [310, 150], square: [300, 300] } as const
