/** The page of a report: its sections, escaped text, and the same bytes for the same data. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ReportData } from '#lib/cli/report/parts/data.js'
import { reportPage } from '#lib/cli/report/report-page.js'
import { dataText, html, jsonText } from '#lib/page/html.js'
import { shownNumber, shownShare } from '#lib/page/numbers.js'
import { drawCount } from '../support/drawn.js'
import { bareReport, fullReport, HOSTILE } from '../support/reports.js'
import { rowTests } from '../support/rows.js'

const headings = (page: string): string[] =>
  Array.from(page.matchAll(/<h2 [^>]*>(.*?)<\/h2>/g), ([, text]) => text.replace(/<[^>]*>/g, ''))

const WHOLE = [
  'Quality of the predictions of length',
  'Quality of the predictions of weight',
  'Findings',
  'Training',
  'Columns',
  'Importance of the columns',
  'Predictions by single columns',
  'Worst rows',
  'The model',
]

describe('the page of a report', () => {
  const row = rowTests()

  it('has a section for each part of the data, and a link to it', () => {
    const page = reportPage(fullReport())
    assert.deepEqual(headings(page), WHOLE)
    const ids = Array.from(page.matchAll(/<section id="([^"]+)"/g), ([, id]) => id)
    const links = Array.from(page.matchAll(/<a href="#([^"]+)"/g), ([, id]) => id)
    assert.equal(new Set(ids).size, WHOLE.length)
    assert.deepEqual(links, ids)
  })

  it('has one section, no chart and no script where only the model is known', () => {
    const page = reportPage(bareReport())
    assert.deepEqual(headings(page), ['The model'])
    assert.doesNotMatch(page, /<script|<figure|<table/)
    assert.match(page, /script-src &#39;none&#39;;/)
  })

  const full = fullReport()
  const [labels] = full.targets
  const without: readonly [name: string, change: Partial<ReportData>, heading: string][] = [
    ['no findings', { findings: [] }, 'Findings'],
    ['no losses', { curves: undefined }, 'Training'],
    ['a training of no epochs', { curves: [{ epochs: [], training: [], reason: '' }] }, 'Training'],
    ['no columns', { columns: [], dropped: [] }, 'Columns'],
    [
      'no importance',
      { targets: full.targets.map((target) => ({ ...target, importance: undefined })) },
      'Importance of the columns',
    ],
    [
      'no dependence',
      { targets: full.targets.map((target) => ({ ...target, dependence: [] })) },
      'Predictions by single columns',
    ],
    [
      'a column without values',
      { targets: full.targets.map((target) => ({ ...target, dependence: [{ column: 'a', values: [], series: [] }] })) },
      'Predictions by single columns',
    ],
    ['no worst rows', { targets: full.targets.map((target) => ({ ...target, worst: [] })) }, 'Worst rows'],
  ]
  for (const [name, change, heading] of without) {
    row('leaves out a section without data, and its link', name, () => {
      const page = reportPage({ ...full, ...change })
      assert.deepEqual(
        headings(page),
        WHOLE.filter((text) => text !== heading),
      )
      assert.equal(page.match(/<a href="#/g)?.length, WHOLE.length - 1)
    })
  }

  const parts: readonly [name: string, change: object, pattern: RegExp][] = [
    ['scores', { scores: [] }, /<span>Scores</],
    ['confusion', { confusion: undefined }, /Confusion matrix/],
    ['reliability', { reliability: { bins: [], error: 0 } }, /Calibration/],
  ]
  for (const [name, change, pattern] of parts) {
    row('leaves out a part of the quality without data', name, () => {
      const shown = (target: object) => reportPage({ ...full, targets: [{ ...labels, ...target }] })
      assert.match(shown({}), pattern)
      assert.doesNotMatch(shown(change), pattern)
    })
  }

  it('does not name the target in the heading where there is only one', () => {
    assert.equal(headings(reportPage({ ...full, targets: [labels] }))[0], 'Quality of the predictions')
  })

  it('is the same for the same data, byte by byte', () => {
    assert.equal(reportPage(fullReport()), reportPage(structuredClone(fullReport())))
  })

  it('says that scores on rows of the training are too good', () => {
    assert.match(
      reportPage({ ...full, scored: { rows: 5, part: 'training' } }),
      /the model was trained on: scores on new rows will be worse/,
    )
  })

  it('has findings by their severity', () => {
    const found = Array.from(reportPage(full).matchAll(/class="severity (\w+)"/g), ([, severity]) => severity)
    assert.deepEqual(found, ['error', 'warning', 'note'])
  })

  it('has the licence of the package whose code is in it', () => {
    assert.match(reportPage(full), /uPlot:\nThe MIT License/)
  })
})

describe('text of a table in the page of a report', () => {
  /** The tags of a page outside its scripts and its style sheet, with their attributes. */
  const tagsOf = (page: string): string[] =>
    page.replace(/(<(script|style)[^>]*>).*?<\/\2>/gs, '$1').match(/<[a-z!/][^>]*>/gi) ?? []
  /** Text inside attributes differs by what is in it. */
  const skeleton = (page: string): string[] => tagsOf(page).map((tag) => tag.replace(/"[^"]*"/g, '""'))

  it('makes no tag and no attribute, whatever it is', () => {
    const plain = skeleton(reportPage(fullReport('x')))
    assert.deepEqual(skeleton(reportPage(fullReport(HOSTILE))), plain)
    const text = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[<>"'&=/a-c \u2028-]+$/))
    fc.assert(
      fc.property(text, (name) => {
        assert.deepEqual(skeleton(reportPage(fullReport(name))), plain)
      }),
      { numRuns: drawCount(500) },
    )
  })

  it('does not end the data of a chart, and comes back from it as it was', () => {
    const page = reportPage(fullReport(HOSTILE))
    const charts = Array.from(page.matchAll(/<script type="application\/json">(.*?)<\/script>/gs), ([, text]) => text)
    assert.equal(charts.length, 4)
    for (const text of charts) assert.doesNotMatch(text, /[<>&\u2028\u2029]/)
    const names: string[] = charts.flatMap((text) => JSON.parse(text).series.map(({ name }: { name: string }) => name))
    assert.ok(names.some((name) => name.startsWith('</script><script>')))
    assert.deepEqual(JSON.parse(jsonText({ [HOSTILE]: [HOSTILE] }).text), { [HOSTILE]: [HOSTILE] })
  })

  it('is shortened where it is long, and control characters are replaced', () => {
    assert.equal(dataText('a'.repeat(100)).text, `<bdi>${'a'.repeat(80)}…</bdi>`)
    assert.equal(html`${'a\0b\x1bc\td'}`.text, 'a\ufffdb\ufffdc\td')
  })
})

describe('a template of HTML', () => {
  it('escapes text and numbers, keeps HTML, joins lists, and has nothing for null', () => {
    assert.equal(
      html`<p title="${`"'`}">${'<a> & b'}${html`<b>${1.5}</b>`}${['<', html`<i></i>`, null]}${null}</p>`.text,
      '<p title="&quot;&#39;">&lt;a&gt; &amp; b<b>1.5</b>&lt;<i></i></p>',
    )
  })
})

describe('a number in a report', () => {
  const row = rowTests()
  const cases: readonly [value: number, shown: string][] = [
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [1234567, '1,234,567'],
    [-1234, '−1,234'],
    [0.5, '0.5'],
    [1 / 3, '0.3333'],
    [-2 / 3, '−0.6667'],
    [12.3456, '12.35'],
    [999.96, '1,000'],
    [1234.56, '1,235'],
    [123456.7, '123,457'],
    [0.00012346, '0.0001235'],
    [0.000012345, '1.234e−5'],
    [1e9, '1e9'],
    [1.23456e100, '1.235e100'],
    [5e-324, '4.941e−324'],
    [NaN, 'not defined'],
    [Infinity, 'infinite'],
    [-Infinity, '−infinite'],
  ]
  for (const [value, shown] of cases) {
    row('has four digits, or is an integer in full', String(value === 0 ? shown + 1 / value : value), () => {
      assert.equal(shownNumber(value), shown)
    })
  }

  it('is a percentage where it is a share', () => {
    assert.deepEqual([0.1234, 1, 0, NaN].map(shownShare), ['12.3\u00a0%', '100.0\u00a0%', '0.0\u00a0%', 'not defined'])
  })
})
