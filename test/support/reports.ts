/** Data of reports: one with every section, and texts that would be markup if a page did not escape them. */
import type { ReportData } from '#lib/cli/report/parts/data.js'

/** A text that runs a script, or breaks the page, wherever it is not escaped. */
export const HOSTILE = `</script><script>hacked=1</script><img src=x onerror="hacked=1">'"&\u2028</table>`

/** A report with every section. `name` is in the place of every text of the caller's table. */
export function fullReport(name = 'length'): ReportData {
  const labels = [name, 'b', 'c']
  const series = (of: string, last = 0.3) => ({ name: of, means: [0.1, 0.4, last] })
  return {
    title: `Model of ${name}`,
    summary: `Predicts the label ${name} from 3 columns.`,
    facts: [
      ['network', '4 → 8 → 3'],
      ['parameters', 67],
      ['date', name],
    ],
    columns: [
      { name, type: 'number', inputs: 1, missing: 3, encoding: 'standardScaler: (value − 2) / 1.5' },
      { name: 'coat', type: 'category', inputs: 3, missing: 0, encoding: `one input for each of: ${name}` },
    ],
    dropped: [{ name, reason: `Every value is ${name}.` }],
    curves: [
      {
        epochs: [0, 1, 2, 3, 4],
        training: [1.5, 0.5, 0.2, 0.1, 0.01],
        validation: [1.6, 0.6, 0.35, 0.3, 0.4],
        bestEpoch: 3,
        reason: 'validationLoss has not improved in 1 epoch since epoch 3',
      },
    ],
    targets: [
      {
        name,
        scores: [
          { name: 'accuracy', value: 0.8, isShare: true, baseline: 0.4 },
          { name: 'log loss', value: 0.51 },
        ],
        confusion: {
          labels,
          counts: [
            [30, 2, 0],
            [1, 12, 3],
            [0, 0, 0],
          ],
          merged: 0,
        },
        reliability: {
          bins: [
            { from: 0.4, to: 0.5, rows: 10, confidence: 0.45, right: 0.4 },
            { from: 0.9, to: 1, rows: 38, confidence: 0.97, right: 0.95 },
          ],
          error: 0.026,
        },
        worst: [
          {
            row: 'line 17',
            actual: name,
            predicted: 'b',
            figure: 'true label: 1.0 %',
            values: [
              [name, name],
              ['legs', '4'],
            ],
          },
        ],
        importance: {
          score: 'accuracy',
          rows: 48,
          notPermuted: 0,
          columns: [
            { name, mean: 0.3, deviation: 0.02 },
            { name: 'coat', mean: -0.01 },
          ],
        },
        dependence: [
          { column: name, values: [1, 2, 3], series: [series(name), series('b', 0.9)] },
          { column: 'coat', values: [name, 'fur', 'wool'], series: [series(name)] },
        ],
      },
      {
        name: 'weight',
        scores: [{ name: 'R²', value: 0.7, baseline: 0 }],
        scatter: { actual: [3, 1, 2, 2], predicted: [2.5, 1.5, 2, 2.25], rows: 40 },
        coverage: [{ level: 0.9, covered: 0.917, rows: 48, meanWidth: 9.3 }],
      },
    ],
    scored: { rows: 48, part: 'test' },
    findings: [
      { severity: 'note', name: 'few rows', reason: `${name} has 12 rows.`, remedy: 'Use more rows.' },
      { severity: 'error', name: 'constant column', where: name, reason: 'All are equal.', remedy: `Drop ${name}.` },
      {
        severity: 'warning',
        name: 'unscaled inputs',
        where: name,
        reason: 'The deviation is 801.',
        remedy: 'Scale it.',
      },
    ],
    reproduction: {
      digest: 'a'.repeat(64),
      command: `npx lockstep-nn train pets.csv --target ${name}`,
      versions: [['lockstep-nn', '0.1.0']],
    },
  }
}

/** A confusion matrix of as many labels as a report shows, all long. */
export function wideReport(): ReportData {
  const names = Array.from({ length: 20 }, (_, i) => `a label of many words ${i}`)
  const confusion = { labels: names, counts: names.map((_, i) => names.map((_, j) => (i * j * 997) % 5000)), merged: 3 }
  return { ...fullReport(), targets: [{ name: 'kind', scores: [], confusion }] }
}

/** A report with only what every report has. */
export const bareReport = (): ReportData => ({
  title: 'Model of kind',
  summary: 'Predicts the label kind.',
  facts: [],
  columns: [],
  targets: [],
  scored: { rows: 0, part: 'test' },
  reproduction: { digest: 'b'.repeat(64), versions: [] },
})
