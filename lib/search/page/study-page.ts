/** A study as one HTML page. */
import { documentText, headlineHtml } from '../../page/document.js'
import { factList } from '../../page/facts.js'
import { html, jsonText } from '../../page/html.js'
import { counted, shownNumber } from '../../page/numbers.js'
import type { Section } from '../../page/section.js'
import { STYLE } from '../../page/style.js'
import type { StudyData } from '../study/study-data.js'
import { countsOf } from './parts/counts.js'
import { type GatheredStudy, gatherStudy } from './parts/gather.js'
import { SCRIPT } from './script-text.js'
import { bestSection } from './sections/best.js'
import { historySection, rungsSection } from './sections/history.js'
import { importanceSection, parallelSection, slicesSection } from './sections/parameters.js'
import { failedSection, trialsSection } from './sections/trials.js'
import { STUDY_STYLE } from './style.js'

/**
 * The page of a study: its best trial, the history of values, the importance of the parameters, charts of these, and a
 * table of trials. One HTML file that needs nothing from elsewhere and requests nothing; about 0.2 MB for 300 trials, 1 MB
 * for 10,000 or more. The same study makes the same bytes. It is made without files, in browsers too.
 */
export function studyPage(study: StudyData): string {
  const gathered = gatherStudy(study)
  return documentText({
    title: study.name,
    summary: summaryOf(study),
    headline: headline(gathered),
    sections: sectionsOf(gathered),
    style: `${STYLE}${STUDY_STYLE}`,
    script: study.trials.length === 0 ? null : SCRIPT,
  })
}

function sectionsOf(gathered: GatheredStudy): Section[] {
  return [
    bestSection(gathered),
    historySection(gathered),
    importanceSection(gathered),
    parallelSection(gathered),
    slicesSection(gathered),
    rungsSection(gathered),
    trialsSection(gathered),
    failedSection(gathered),
    studySection(gathered),
  ].filter((section) => section !== null)
}

function summaryOf({ trials, space, metric, better }: StudyData): string {
  const { complete, pruned, failed } = countsOf(trials)
  return (
    `${counted(trials.length, 'trial')} of ${counted(space.parameters.length, 'parameter')}: ` +
    `${shownNumber(complete)} complete, ${shownNumber(pruned)} pruned, ${shownNumber(failed)} failed. ` +
    `The value of a trial is its ${metric}; ${better} is better.`
  )
}

function headline({ study, best }: GatheredStudy) {
  const { complete, pruned } = countsOf(study.trials)
  return headlineHtml([
    ...(best === null || best.value === null
      ? []
      : [
          [html`best <bdi>${study.metric}</bdi>`, shownNumber(best.value)] as const,
          ['best trial', String(best.number)] as const,
        ]),
    ['trials', shownNumber(study.trials.length)],
    ['complete', shownNumber(complete)],
    ...(pruned === 0 ? [] : [['pruned', shownNumber(pruned)] as const]),
  ])
}

/** What the study is, and the data of the charts. */
function studySection({ study, data }: GatheredStudy): Section {
  const { sampler, pruner, seed, digest, trials } = study
  const content = [
    factList([
      ['sampler', sampler],
      ['pruner', pruner],
      ['seed', String(seed)],
    ]),
    digest === null
      ? null
      : html`<p>Equal digests mean the same trials with the same bits. The digest of this study:</p>
<p class="digest"><code>${digest}</code></p>
`,
    trials.length === 0 ? null : html`<script type="application/json" id="data">${jsonText(data)}</script>\n`,
  ]
  return { id: 'study', title: 'The study', content }
}
