/** The report as one HTML page. */
import { documentText, headlineHtml } from '../../page/document.js'
import { dataText, type Html } from '../../page/html.js'
import { shownNumber, shownShare } from '../../page/numbers.js'
import { type Section, sectionHtml } from '../../page/section.js'
import { STYLE } from '../../page/style.js'
import { chartScript, chartStyle } from './page-files.js'
import type { ReportData, Score } from './parts/data.js'
import { columnsSection } from './sections/columns.js'
import { findingsSection } from './sections/findings.js'
import { qualitySection } from './sections/quality.js'
import { reproductionSection } from './sections/reproduction.js'
import { trainingSection } from './sections/training.js'
import { dependenceSection, importanceSection } from './sections/understanding.js'
import { worstSection } from './sections/worst.js'

const MAX_FIGURES = 12

/** The page of a report. The same data make the same bytes. Sections without data are left out. */
export function reportPage(data: ReportData): string {
  const sections = sectionsOf(data)
  const hasCharts = sections.some((section) => sectionHtml(section).text.includes('class="plot"'))
  return documentText({
    title: data.title,
    summary: data.summary,
    headline: headline(data),
    sections,
    style: `${hasCharts ? chartStyle() : ''}${STYLE}`,
    script: hasCharts ? chartScript() : null,
  })
}

function sectionsOf(data: ReportData): Section[] {
  const { targets, scored } = data
  return [
    ...targets.map((target, i) => qualitySection(target, scored, i, targets.length)),
    findingsSection(data),
    trainingSection(data),
    columnsSection(data),
    importanceSection(data),
    dependenceSection(data),
    worstSection(data),
    reproductionSection(data),
  ].filter((section) => section !== null)
}

/** The first scores of each target, in large figures. */
function headline({ targets }: ReportData): Html | null {
  const shown = targets.flatMap(({ name, scores }) =>
    scores.slice(0, targets.length > 1 ? 1 : 3).map((score) => ({ name: targets.length > 1 ? name : '', score })),
  )
  const figure = ({ value, isShare }: Score) => (isShare ? shownShare(value) : shownNumber(value))
  return headlineHtml(
    shown
      .slice(0, MAX_FIGURES)
      .map(({ name, score }) => [dataText(name === '' ? score.name : `${name}: ${score.name}`), figure(score)]),
  )
}
