/** Reads journals without their search: one, or those of several machines that trained parts of one study. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { listed } from '../../checks/words.js'
import { contentOf, studyProblem } from './content.js'
import { JournalLog } from './log.js'
import type { StudyRecord } from './replay.js'
import { TrialStore } from './trials.js'
import type { JournalContent } from './types.js'

/** Which study of the files. */
export interface ReadOptions {
  /** Its name; by default the only study of lockstep-nn in the file. */
  readonly study?: string
}

/**
 * All that a journal has of a study. The values of choices are as the journal shows them: null, booleans, numbers and
 * texts.
 * @throws Error where there is no such file, or it is no journal, or has no such study
 */
export async function readJournal(path: unknown, options: ReadOptions = {}): Promise<JournalContent> {
  const { found, log } = await recordOf(path, options)
  return contentOf(found, log.path)
}

/**
 * The trials of several journals of one study, such as those of the parts that several machines trained: checked, each
 * trial once, in order of number.
 * @throws Error where the studies or their plans differ, or a trial has two results: both are named
 */
export async function mergeJournals(paths: readonly unknown[], options: ReadOptions = {}): Promise<JournalContent> {
  if (!Array.isArray(paths)) throw wrongType('an array of paths', 'paths', paths)
  if (paths.length === 0) throw wrongSize('at least one path', 'paths', 'none')
  const store = new TrialStore()
  const contents: JournalContent[] = []
  let encoder: StudyRecord['encoder'] | null = null
  for (const path of paths) {
    const { found, log } = await recordOf(path, options)
    const content = await contentOf(found, log.path)
    contents.push(content)
    requireSame(found, content, contents[0], log.path)
    encoder ??= found.encoder
    store.addAll(found.store, encoder)
  }
  const [first] = contents
  const batches = encoder === null ? [] : await store.whole(encoder)
  return { ...first, batches, trials: store.all(), foreign: contents.flatMap(({ foreign }) => foreign) }
}

function requireSame(found: StudyRecord, content: JournalContent, first: JournalContent, path: string): void {
  const problem =
    content.name === first.name
      ? studyProblem(found, first)
      : `Its study is ${JSON.stringify(content.name)}, that of the first journal ${JSON.stringify(first.name)}`
  if (problem === null) return
  throw new Error(`The journal ${path} is of another study than the first journal. ${problem}.`)
}

async function recordOf(path: unknown, { study }: ReadOptions): Promise<{ found: StudyRecord; log: JournalLog }> {
  if (study !== undefined && typeof study !== 'string') throw wrongType('a text', 'study', study)
  const log = new JournalLog(path, {})
  if (!(await log.exists())) throw new Error(`There is no journal ${log.path}. Check the path.`)
  await log.read()
  const { studies } = log.replay
  const names = listed(studies.map(({ name }) => JSON.stringify(name)))
  const known = studies.length === 0 ? 'It has no study yet.' : `It has ${names}.`
  if (study !== undefined) {
    const found = log.replay.study(study)
    if (found !== undefined) return { found, log }
    throw new Error(`The journal ${log.path} has no study ${JSON.stringify(study)}. ${known}`)
  }
  const own = studies.filter(({ plan }) => plan !== null)
  if (own.length === 1) return { found: own[0], log }
  const count = own.length === 0 ? 'no study' : `${own.length} studies`
  throw new Error(`The journal ${log.path} has ${count} of lockstep-nn: name one of them. ${known}`)
}
