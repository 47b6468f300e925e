/** The journal of a study: what was trained is read from it, and appended to it. */
import { turn } from '../../backend/slices.js'
import type { ParameterSpec } from '../space/trial.js'
import { checkBatch, checkStudy, type NewBatch } from './check.js'
import { contentOf, studyProblem } from './content.js'
import { type BatchPart, parametersLine, planLine, studyLine } from './encode.js'
import { JournalLog, type JournalOptions } from './log.js'
import type { StudyRecord } from './replay.js'
import type { JournalBatch, JournalContent, JournalStudy, JournalTrial } from './types.js'

/** Between two turns of the event loop, this many trials are made text. */
const TRIALS_A_TURN = 1000

/** What an append wrote. */
export interface Appended {
  /** The trials that were written. The others were in the journal already. */
  readonly added: number
  /** SHA-256 of all values of the batch, in hex. */
  readonly digest: string
}

export class Journal {
  // Calls run one after the other.
  private pending: Promise<unknown> = Promise.resolve()
  // When the trials of the next batch began, for people who read the journal.
  private start = new Date()
  private readonly specs: ReadonlyMap<string, ParameterSpec>

  private constructor(
    private readonly log: JournalLog,
    private readonly study: JournalStudy,
  ) {
    this.specs = new Map(study.parameters.map((one) => [one.name, one]))
  }

  /** The absolute path. */
  get path(): string {
    return this.log.path
  }

  /**
   * Opens the journal of a study, new or not. A study that is not in the file is added, and a line that a killed process
   * left incomplete is removed.
   * @param path a file's name or URL; other studies may be in it
   * @throws Error where the file is no journal, has another study of this name, or cannot be written to
   */
  static async open(path: unknown, study: JournalStudy, options: JournalOptions = {}): Promise<Journal> {
    checkStudy(study)
    const journal = new Journal(new JournalLog(path, options), study)
    await journal.log.read()
    journal.check()
    await journal.addStudy()
    return journal
  }

  /** Reads what was appended since, and returns all that the journal has of the study. */
  read(): Promise<JournalContent> {
    return this.queued(async () => {
      await this.log.read()
      // The parameters with the values of their choices, not as the file shows them.
      return { ...(await contentOf(this.required(), this.path)), parameters: this.study.parameters }
    })
  }

  /**
   * Reads what was appended since, and returns one batch; null where the journal does not have all of its trials. It takes
   * less time than `read` where the journal is long.
   */
  batch(number: number): Promise<JournalBatch | null> {
    return this.queued(async () => {
      await this.log.read()
      const { store, encoder } = this.required()
      return store.batch(number, encoder)
    })
  }

  /**
   * Appends those trials of a batch that the journal does not have, in one write. Once it resolves, they are on the disk.
   * If it fails, the journal has some of the trials or none, and can be read and continued.
   * @throws Error where the journal has one of the trials with another result; both are named
   */
  async append(batch: NewBatch): Promise<Appended> {
    checkBatch(batch, this.specs)
    return this.queued(() => this.appendNow(batch))
  }

  private queued<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.pending.then(work)
    this.pending = result.catch(() => {})
    return result
  }

  /** The record of the study, which must be this one. */
  private check(): StudyRecord {
    const found = this.log.replay.study(this.study.name)
    const problem = found === undefined ? null : studyProblem(found, this.study)
    if (problem !== null) {
      throw new Error(
        `The journal ${this.path} has another study named ${JSON.stringify(this.study.name)}. ${problem}. ` +
          'Give the study another name, or choose another journal. Nothing was changed.',
      )
    }
    return found as StudyRecord
  }

  private async addStudy(): Promise<void> {
    const { log, study } = this
    let lines: string[] = []
    await log.append(
      async () => {
        const found = this.check() as StudyRecord | undefined
        const id = found?.id ?? log.replay.nextStudy
        lines = found === undefined ? [studyLine(log.writer, study)] : []
        if (!found?.plan) lines.push(planLine(log.writer, id, study))
        if (!found?.parameters) lines.push(parametersLine(log.writer, id, study))
        return lines.join('')
      },
      () => {
        for (const line of lines) log.replay.take(line)
      },
    )
  }

  private async appendNow({ number, trials, trained }: NewBatch): Promise<Appended> {
    const { log } = this
    const { encoder } = this.required()
    const texts = await inTurns(trials, (trial) => encoder.text(trial))
    const [{ number: first }] = trials
    const part: BatchPart = {
      number,
      first,
      trials: trials.length,
      digest: encoder.digest(number, first, trained, texts),
      trained,
    }
    const end = new Date()
    let added: readonly number[] = []
    await log.append(
      async () => {
        const { id, store } = this.required()
        for (const trial of trials) store.check(trial, null, encoder)
        store.checkBatch(part, null)
        added = [...trials.keys()].filter((i) => !store.has(trials[i].number))
        const line = encoder.lines(part, { writer: log.writer, study: id, start: this.start, end })
        return (await inTurns(added, (i) => line(trials[i], texts[i]))).join('')
      },
      () => {
        const study = this.required()
        for (const i of added) study.store.add(copied(trials[i]), part, null, encoder)
        log.replay.count(study, added.length)
      },
    )
    this.start = end
    return { added: added.length, digest: part.digest }
  }

  private required(): StudyRecord {
    const found = this.check() as StudyRecord | undefined
    if (found !== undefined) return found
    throw new Error(`The study ${JSON.stringify(this.study.name)} was deleted from the journal ${this.path} meanwhile.`)
  }
}

/** The texts of items, in turns of the event loop. */
async function inTurns<Item>(items: readonly Item[], write: (item: Item) => string): Promise<string[]> {
  const texts: string[] = []
  for (const item of items) {
    texts.push(write(item))
    if (texts.length % TRIALS_A_TURN === 0) await turn()
  }
  return texts
}

/** A trial without its options, which the caller may change. */
const copied = ({ number, state, value, draw, epochs, rungs, reason }: JournalTrial): JournalTrial => ({
  number,
  state,
  value,
  draw: { ...draw },
  epochs,
  rungs: [...rungs],
  reason,
})
