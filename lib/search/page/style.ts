/** What the style sheet of a study's page has besides that of all pages. */
export const STUDY_STYLE = `
.headline { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
.headline dd { font-size: 1.25rem; }
.bars tbody th { overflow-wrap: anywhere; }
.plot canvas { display: block; width: 100%; height: auto; touch-action: manipulation; }
.tall .plot { height: 22rem; }
.mark { display: inline-block; width: 0.65rem; height: 0.65rem; border-radius: 50%; margin-right: 0.4rem; background: currentColor; }
.mark.complete { color: var(--color-0); }
.mark.pruned { color: var(--color-4); opacity: 0.6; }
.mark.failed { color: var(--error); border-radius: 0; height: 0.2rem; vertical-align: middle; }
.mark.top, .mark.record { color: var(--color-1); }
.mark.record, .parallel .mark { border-radius: 0; height: 0.2rem; width: 1.25rem; vertical-align: middle; }
.mark.selected { color: var(--text); border-radius: 0; height: 0.25rem; width: 1.25rem; vertical-align: middle; }
button { font: inherit; font-size: 0.875rem; color: var(--link); background: var(--panel); border: 1px solid var(--line);
  border-radius: 0.375rem; padding: 0.25rem 0.6rem; cursor: pointer; }
button[disabled] { color: var(--muted); cursor: default; }
th button { background: none; border: 0; padding: 0.25rem 0; font-weight: inherit; }
thead button { color: inherit; }
thead button::after { content: " ↕"; color: var(--muted); }
[aria-sort="ascending"] button::after { content: " ↑"; color: var(--text); }
[aria-sort="descending"] button::after { content: " ↓"; color: var(--text); }
tr.chosen th, tr.chosen td { background: var(--panel); }
#selected { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; margin: 1rem 0; }
#rows tbody td { white-space: nowrap; }
#rows .scroll { max-height: 40rem; overflow: auto; }
@media print {
  .script, .hint { display: none; }
  #rows .scroll { max-height: none; }
  .plot { min-width: 0 !important; }
  #rows table { table-layout: fixed; width: 100%; font-size: 6.5pt; }
  #rows th, #rows td, #rows tbody td { white-space: normal; overflow-wrap: anywhere; min-width: 0; padding: 0.15rem 0.3rem 0.15rem 0;
    font-size: inherit; }
  #rows button { font-size: inherit; padding: 0; color: inherit; text-align: inherit; }
  thead button::after { content: none; }
}
`
