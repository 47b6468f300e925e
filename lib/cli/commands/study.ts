/** `study`: what a search has found so far, from its journal. */
import { readJournal } from '../../search/journal/index.js'
import { studyPage } from '../../search/page/study-page.js'
import { DONE, UsageError } from '../support/errors.js'
import { studyOfJournal } from '../support/journal-study.js'
import { checkDestination, printResult, standardOutput, writeFile } from '../support/output.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'
import { studyContent, studyText, tableText } from '../support/study-text.js'

export const run: Run = async ([path], given) => {
  const { study: name, out, table, json } = given as { study?: string; out?: string; table?: boolean; json?: boolean }
  if (table === true && json === true) throw new UsageError('Expected one of --table and --json.')
  const stats = fileStats(path)
  if (out !== undefined) await checkDestination(out, [stats])
  const study = studyOfJournal(await readJournal(path, name === undefined ? {} : { study: name }))
  if (out !== undefined) await writeFile(out, studyPage(study))
  if (table === true) await standardOutput().write(tableText(study))
  else {
    await printResult(
      () => [...studyText(study), ...(out === undefined ? [] : [`page ${out}`])].join('\n'),
      () => ({ ...studyContent(study), page: out }),
      json,
    )
  }
  return DONE
}
