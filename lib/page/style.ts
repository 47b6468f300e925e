/**
 * The style sheet of the page. Colours are variables, which the script of the charts reads as well. All texts have a
 * contrast of at least 4.5 (WCAG 2.2, AA) on their ground, in light and dark.
 */
import { PRINTED } from './printed.js'

const LIGHT = `
  --ground: #ffffff; --panel: #f5f7f9; --line: #d3d9df; --grid: #e4e8ec; --text: #1c2228; --muted: #55606b; --link: #0a58a8;
  --color-0: #0b62b0; --color-1: #b3480f; --color-2: #23753a; --color-3: #7a3fb0; --color-4: #66707a; --mark: #55606b;
  --hit: 11, 98, 176; --miss: 190, 70, 20; --shade: 0.42; --error: #b3261e; --warning: #8a5300; --note: #0a58a8;`

const DARK = `
  --ground: #14181c; --panel: #1e242a; --line: #3a434c; --grid: #2b333b; --text: #e6eaee; --muted: #a5b0bb; --link: #7ab8ff;
  --color-0: #6cb2ff; --color-1: #ffa15e; --color-2: #72d08c; --color-3: #c79bff; --color-4: #98a3ae; --mark: #a5b0bb;
  --hit: 60, 140, 230; --miss: 220, 110, 50; --shade: 0.5; --error: #ff8a80; --warning: #ffc46b; --note: #7ab8ff;`

const SHADES = Array.from(
  { length: 10 },
  (_, i) =>
    `.hit.shade-${i + 1} { background: rgba(var(--hit), calc(var(--shade) * ${(i + 1) / 10})); }
.miss.shade-${i + 1} { background: rgba(var(--miss), calc(var(--shade) * ${(i + 1) / 10})); }`,
).join('\n')

const COLORS = [0, 1, 2, 3, 4].map((i) => `.swatch.color-${i} { color: var(--color-${i}); }`).join('\n')

/** Printed pages are light: while a page is printed, the script of the charts sets the attribute. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root:not([data-printed]) { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0.5rem 0; max-width: 45rem; }
footer, .muted, .note, .hint, .readout { color: var(--muted); }
.note, .hint, .readout, footer { font-size: 0.875rem; }
nav ul, .key, .findings { list-style: none; margin: 0.5rem 0; padding: 0; }
nav ul, .key { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
nav a { display: inline-block; padding: 0.25rem 0; }
.headline { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.headline div { background: var(--panel); border-radius: 0.5rem; padding: 0.75rem; }
.headline dt { color: var(--muted); font-size: 0.875rem; }
.headline dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 0.5rem 1.5rem; }
.facts dt { color: var(--muted); font-size: 0.875rem; }
.facts dd { margin: 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.9375rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
caption span { position: sticky; left: 0; display: inline-block; width: max-content; max-width: min(100vw - 2rem, 45rem); }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
th { font-weight: 600; }
tbody th { font-weight: 500; min-width: 4.5rem; max-width: 18rem; }
thead th { color: var(--muted); font-size: 0.875rem; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.columns td:last-child { min-width: 8rem; }
.confusion th, .confusion td { padding: 0.3rem 0.6rem; min-width: 0; }
.confusion thead th { text-align: right; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
${SHADES}
.bars { width: 100%; }
.bars td:nth-child(2) { width: 50%; min-width: 5rem; }
.bar { display: block; height: 1rem; margin-top: 0.25rem; background: var(--panel); }
.bar span { display: block; height: 100%; background: var(--color-0); }
.worst td:last-child { min-width: 12rem; color: var(--muted); }
.pair::after { content: " · "; }
.pair:last-child::after { content: none; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; }
.key { font-size: 0.875rem; }
.swatch { display: inline-block; width: 1.25rem; margin-right: 0.4rem; vertical-align: middle; border-top: 3px solid; }
.swatch.points { width: 0.6rem; height: 0.6rem; border: 0; border-radius: 50%; background: currentColor; }
.swatch.dashed { border-top-style: dashed; border-top-width: 2px; }
.swatch.mark { width: 0; height: 1rem; border-top: 0; border-left: 2px dashed; color: var(--mark); margin-left: 0.6rem; }
${COLORS}
.plot { height: 18rem; overflow: hidden; }
.small .plot { height: 12rem; }
.square .plot { height: auto; aspect-ratio: 1; max-width: 26rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 2rem; }
.charts > * { min-width: 0; }
.charts .wide { grid-column: 1 / -1; }
.readout { min-height: 1.5em; margin: 0; font-variant-numeric: tabular-nums; }
.uplot, .uplot .u-wrap { max-width: 100%; }
.uplot { font: inherit; }
summary { cursor: pointer; color: var(--link); font-size: 0.875rem; padding: 0.25rem 0; }
.findings li { border-left: 4px solid var(--line); padding: 0.25rem 0 0.25rem 0.75rem; margin: 1rem 0; }
.severity { text-transform: uppercase; font-size: 0.8125rem; letter-spacing: 0.03em; }
.severity.error { color: var(--error); }
.severity.warning { color: var(--warning); }
.severity.note { color: var(--note); }
code { font: 0.9375rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; background: var(--panel); border-radius: 0.5rem; padding: 0.75rem; margin: 0.5rem 0; }
.digest { max-width: none; }
@media (hover: none) { .hint, .readout { display: none; } }
@media screen and (max-width: 40rem) {
  .bars td:nth-child(2) { width: 30%; min-width: 3rem; }
  .stack, .stack tbody, .stack tr { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { border-bottom: 1px solid var(--line); padding: 0.4rem 0; }
  .stack th { display: block; max-width: none; border: 0; padding: 0; font-weight: 600; }
  .stack td { display: inline; border: 0; padding: 0 0.75rem 0 0; }
  .stack td:last-child { display: block; overflow-wrap: anywhere; }
  .stack tbody th::before, .stack td::before { content: attr(data-label) " "; color: var(--muted); font-size: 0.875rem; font-weight: 400; }
  .stack caption { display: block; }
}
@media print {
  @page { margin: 14mm; }
  html { font-size: 13px; }
  body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.4; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  nav, details, .hint, .readout { display: none; }
  h1, h2:first-child { margin-top: 0; }
  h2 { margin: 1.5rem 0 0.5rem; }
  .scroll { overflow: visible; margin: 0.75rem 0; }
  table { font-size: 9pt; max-width: 100%; }
  th, td { padding-top: 0.15rem; padding-bottom: 0.15rem; }
  .confusion th, .confusion td { padding: 0.2rem 0.35rem; }
  .many { font-size: 6.5pt; }
  .many th, .many td { padding: 0.15rem 0.1rem; font-size: inherit; white-space: normal; }
  bdi { overflow-wrap: anywhere; }
  thead th, thead .number { white-space: normal; }
  tbody th, td:not(.number), thead .number { min-width: 4rem; }
  .confusion th, .confusion td, .confusion thead th { min-width: 0; }
  thead { display: table-header-group; }
  h2, h3, caption, figcaption, thead { break-after: avoid; }
  figure, tr, li, .short, .headline, .facts { break-inside: avoid; }
  section > p { break-after: avoid; }
  figure { margin: 0.75rem 0; }
  .facts { grid-template-columns: repeat(4, 1fr); }
  .charts { grid-template-columns: 1fr 1fr; }
  .plot { width: ${PRINTED.wide[0]}px; height: ${PRINTED.wide[1]}px; }
  .tall .plot { width: ${PRINTED.tall[0]}px; height: ${PRINTED.tall[1]}px; }
  .small .plot { width: ${PRINTED.small[0]}px; height: ${PRINTED.small[1]}px; }
  .square .plot { width: ${PRINTED.square[0]}px; height: ${PRINTED.square[1]}px; aspect-ratio: auto; }
  .uplot { transform: scale(0.5); transform-origin: 0 0; max-width: none; }
  .uplot .u-wrap { max-width: none; }
}
`
