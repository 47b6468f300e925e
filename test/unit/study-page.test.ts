/** The page of a study: its sections, escaped text, what its charts are drawn from, and the same bytes for the same study. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { valueAxisOf } from '#lib/search/page/parts/axis.js'
import { gatherStudy } from '#lib/search/page/parts/gather.js'
import { studyPage } from '#lib/search/page/study-page.js'
import type { Trial } from '#lib/search/space/trial.js'
import type { StudyData } from '#lib/search/study/study-data.js'
import { drawCount } from '../support/drawn.js'
import { HOSTILE } from '../support/reports.js'
import { rowTests } from '../support/rows.js'
import { drawnStudy, spaceOf, trialOf, uniform } from '../support/studies.js'

const headings = (page: string): string[] =>
  Array.from(page.matchAll(/<h2 [^>]*>(.*?)<\/h2>/g), ([, text]) => text.replace(/<[^>]*>/g, ''))

const WHOLE = [
  'Best trial',
  'History',
  'Importance of the parameters',
  'Parallel coordinates',
  'Values by parameter',
  'Values by epoch',
  'Trials',
  'Failed trials',
  'The study',
]

const rowsOf = (page: string): string[] =>
  /<div id="rows">.*?<tbody[^>]*>(.*?)<\/tbody>/s.exec(page)?.[1].match(/<tr/g) ?? []

/** The first trials of a study that all are complete or all failed. */
const withState = (state: Trial['state']): StudyData => {
  const study = drawnStudy(300)
  const trials = study.trials.filter((trial) => trial.state === state)
  return { ...study, trials, best: state === 'complete' ? study.best : null }
}

describe('the page of a study', () => {
  const row = rowTests()

  it('has a section for each part of the study, and a link to it', () => {
    const page = studyPage(drawnStudy(300))
    assert.deepEqual(headings(page), WHOLE)
    const ids = Array.from(page.matchAll(/<section id="([^"]+)"/g), ([, id]) => id)
    const links = Array.from(page.matchAll(/<a href="#([^"]+)"/g), ([, id]) => id)
    assert.equal(new Set(ids).size, WHOLE.length)
    assert.deepEqual(links, ids)
  })

  const study = drawnStudy(300)
  const parts: readonly [name: string, study: StudyData, missing: readonly string[]][] = [
    ['no best trial', { ...study, best: null }, ['Best trial']],
    ['no trials', drawnStudy(0), WHOLE.filter((text) => !/Importance|The study/.test(text))],
    ['complete trials only', withState('complete'), ['Failed trials']],
    ['failed trials only', withState('failed'), ['Best trial', 'Values by parameter', 'Values by epoch']],
    ['no rungs', { ...study, trials: study.trials.map((trial) => ({ ...trial, rungs: [] })) }, ['Values by epoch']],
    [
      'no parameters',
      { ...study, space: spaceOf() },
      ['Importance of the parameters', 'Parallel coordinates', 'Values by parameter'],
    ],
  ]
  for (const [name, part, missing] of parts) {
    row('leaves out a section without data, and its link', name, () => {
      const page = studyPage(part)
      assert.deepEqual(
        headings(page),
        WHOLE.filter((text) => !missing.includes(text)),
      )
      assert.equal(page.match(/<a href="#/g)?.length, WHOLE.length - missing.length)
    })
  }

  it('has no script where there are no trials', () => {
    assert.match(studyPage(drawnStudy(0)), /script-src &#39;none&#39;;/)
  })

  it('is the same for the same study, byte by byte', () => {
    assert.equal(studyPage(drawnStudy(200)), studyPage(drawnStudy(200)))
  })

  it('has the program that trains the best trial again, and the digests of its model and of the study', () => {
    const page = studyPage({ ...drawnStudy(50), bestDigest: 'b'.repeat(64) })
    assert.match(page, /import \{ Network, Trainer \} from &#39;lockstep-nn&#39;/)
    assert.ok(page.includes('b'.repeat(64)) && page.includes('d'.repeat(64)))
  })

  it('says where nothing can be said of the importance', () => {
    assert.match(studyPage(withState('failed')), /too few, or too much alike/)
  })

  const sizes: readonly [trials: number, rows: number, most: number][] = [
    [5, 5, 60_000],
    [300, 200, 300_000],
    [10_000, 200, 1_200_000],
    [60_000, 200, 1_200_000],
  ]
  for (const [trials, rows, most] of sizes) {
    row('has a limited size, and a row for each of the best 200 trials', `${trials} trials`, () => {
      const page = studyPage(drawnStudy(trials))
      assert.ok(page.length < most, `${page.length}`)
      assert.equal(rowsOf(page).length, rows)
      assert.equal(page.includes(`The best 200 of`), trials > 200)
    })
  }

  it('has charts of twelve of many parameters, the most important ones, and says so', () => {
    const parameters = Array.from({ length: 30 }, (_, i) => uniform(`space.p${i}`))
    const trials = Array.from({ length: 100 }, (_, n) => {
      const draw = Object.fromEntries(parameters.map(({ name }, i) => [name, ((n * (i + 7)) % 101) / 101]))
      return trialOf(n, draw, draw['space.p20'])
    })
    const page = studyPage({ ...study, space: spaceOf(...parameters), trials, best: 0 })
    assert.equal(page.match(/data-kind="slice"/g)?.length, 12)
    assert.match(page, /data-kind="slice" data-place="0"[^>]*><\/div>/)
    assert.match(page, /<figcaption><bdi>p20<\/bdi>/)
    assert.match(page, /18 more parameters are not shown/)
  })

  it('counts the reasons of failed trials', () => {
    const trials = [...'aababc'].map((reason, i) => trialOf(i, {}, null, { reason }))
    const page = studyPage({ ...study, space: spaceOf(), trials, best: null })
    const found = Array.from(page.matchAll(/<li><bdi>(\w)<\/bdi> <br><span class="muted">(\d)/g), ([, a, b]) => a + b)
    assert.deepEqual(found, ['a3', 'b2', 'c1'])
  })
})

describe('text in the page of a study', () => {
  const tagsOf = (page: string): string[] =>
    page.replace(/(<(script|style)[^>]*>).*?<\/\2>/gs, '$1').match(/<[a-z!/][^>]*>/gi) ?? []
  const skeleton = (name: string): string[] =>
    tagsOf(studyPage(drawnStudy(12, name))).map((tag) => tag.replace(/"[^"]*"/g, '""'))

  it('makes no tag and no attribute, whatever it is', () => {
    const plain = skeleton('x')
    assert.deepEqual(skeleton(HOSTILE), plain)
    const text = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[<>"'&=/a-c \u2028-]+$/))
    fc.assert(
      fc.property(text, (name) => assert.deepEqual(skeleton(name), plain)),
      { numRuns: drawCount(300) },
    )
  })

  it('does not end the data of the charts, and comes back from it as it was', () => {
    const [, text] =
      /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(studyPage(drawnStudy(12, HOSTILE))) ?? []
    assert.doesNotMatch(text, /[<>&\u2028\u2029]/)
    const { parameters } = JSON.parse(text)
    const labels = parameters.flatMap(({ axis }: { axis: { labels?: string[] } }) => axis.labels ?? [])
    assert.ok(labels.some((label: string) => label.startsWith('</script>')))
  })

  it('is not in the script of the page, which is its only one', () => {
    const scripts = Array.from(
      studyPage(drawnStudy(12, HOSTILE)).matchAll(/<script>(.*?)<\/script>/gs),
      ([, text]) => text,
    )
    assert.equal(scripts.length, 1)
    assert.ok(!scripts[0].includes('hacked') && scripts[0].length > 5_000 && scripts[0].length < 30_000)
  })
})

describe('what the charts of a study show', () => {
  const row = rowTests()

  it('are the trials by their numbers, with their places and the best so far', () => {
    const draw = { x: 0.5 }
    const trials = [
      trialOf(0, draw, 0.5),
      trialOf(1, draw, 0.7),
      trialOf(2, draw, null),
      trialOf(3, {}, 0.1, { state: 'pruned', epochs: 4, rungs: [{ epoch: 4, value: 0.1 }] }),
      trialOf(4, draw, 0.2, { rungs: [{ epoch: 4, value: 0.3 }] }),
      trialOf(5, draw, Infinity),
    ]
    const { data } = gatherStudy({ ...drawnStudy(0), space: spaceOf(uniform('a.x')), trials, best: 4 })
    assert.equal(data.states, 'ccfpcf')
    assert.deepEqual(data.values, [0.5, 0.7, null, 0.1, 0.2, null])
    assert.deepEqual(data.ranks, [2, 3, 5, 4, 1, 6])
    assert.deepEqual(data.record, { numbers: [0, 4], values: [0.5, 0.2] })
    assert.deepEqual(data.rungs, [[10, 0.5], [10, 0.7], [], [4, 0.1], [4, 0.3, 10, 0.2], []])
    assert.equal(data.best, 4)
    assert.deepEqual(data.parameters[0].values, [null, null, null, null, null, null])
    assert.equal(data.parameters[0].short, 'x')
  })

  it('are the highest values so far where higher is better', () => {
    const trials = [0.1, 0.5, 0.3, 0.9].map((value, i) => trialOf(i, {}, value))
    const { data } = gatherStudy({ ...drawnStudy(0), space: spaceOf(), better: 'higher', trials, best: 3 })
    assert.deepEqual(data.record, { numbers: [0, 1, 3], values: [0.1, 0.5, 0.9] })
  })

  it('are at most 10,000 trials, with the best 2,000 of them', () => {
    const { data } = gatherStudy(drawnStudy(25_000))
    assert.equal(data.numbers.length, 10_000)
    assert.equal(data.trials, 25_000)
    assert.deepEqual(
      data.ranks.filter((rank) => rank <= 2_000).sort((a, b) => a - b),
      Array.from({ length: 2_000 }, (_, i) => i + 1),
    )
    assert.equal(new Set(data.numbers).size, 10_000)
    assert.deepEqual(
      data.numbers,
      [...data.numbers].sort((a, b) => a - b),
    )
    assert.equal(data.ranks[data.best], 1)
  })

  it('have options for the trials of the table, as far as these are short', () => {
    const trials = Array.from({ length: 300 }, (_, i) =>
      trialOf(i, {}, i, { options: i === 1 ? 'a'.repeat(5000) : { i } }),
    )
    const { options } = gatherStudy({ ...drawnStudy(0), space: spaceOf(), trials, best: 0 }).data
    assert.deepEqual(
      Object.keys(options).map(Number),
      Array.from({ length: 200 }, (_, i) => i).filter((i) => i !== 1),
    )
    assert.equal(options[7], '{ i: 7 }')
  })

  const far = [...Array.from({ length: 99 }, (_, i) => 1 + i / 100), 1e9]
  const axes: readonly [name: string, values: readonly number[], better: 'lower' | 'higher', expected: object][] = [
    ['no values', [], 'lower', { low: 0, high: 1, isLog: false }],
    ['one value', [3], 'lower', { low: 1.5, high: 4.5, isLog: false }],
    ['one zero', [0], 'higher', { low: -0.5, high: 0.5, isLog: false }],
    ['numbers of one size', [1, 2, 3], 'lower', { low: 0.92, high: 3.08, isLog: false }],
    ['below 0', [-2, 0, 2], 'lower', { low: -2.16, high: 2.16, isLog: false }],
    ['one diverged trial', far, 'lower', { low: 0.804, high: 6.096, isLog: false }],
    ['one bad trial of R²', far.map((value) => -value), 'higher', { low: -6.096, high: -0.804, isLog: false }],
  ]
  for (const [name, values, better, expected] of axes) {
    row('have an axis with the best values, and with all that are not far worse', name, () => {
      const { low, high, isLog } = valueAxisOf(values, better)
      assert.deepEqual({ low: Number(low.toPrecision(6)), high: Number(high.toPrecision(6)), isLog }, expected)
    })
  }

  it('have a logarithmic axis without values that diverged by any factor', () => {
    const values = [...Array.from({ length: 50 }, (_, i) => 1.2 ** i), 1e180]
    const { low, high, isLog } = valueAxisOf(values, 'lower')
    assert.equal(isLog, true)
    assert.ok(low < 1 && high > values[49] && high < 1e9, `${high}`)
  })

  it('have a logarithmic axis where the values of nine tenths differ by a factor of more than 30', () => {
    const values = Array.from({ length: 50 }, (_, i) => 1.2 ** i)
    const { low, high, isLog } = valueAxisOf(values, 'lower')
    assert.equal(isLog, true)
    assert.ok(low > 0 && low < 1 && high > values[49] && high < 2 * values[49])
  })
})
