/** The studies of a worker, made of what the queue has stored: the last ones are kept. */

import { planDigest } from './batches/digest.js'
import { LocalRunner } from './batches/local-runner.js'
import type { JobHead, WorkerName } from './queue/job-text.js'
import type { QueueServerLink } from './queue/server.js'
import { getText } from './queue/store.js'
import { dataDigestOf, optionsOfTexts } from './queue/study-text.js'
import { type SearchSettings, searchSettings } from './search-settings.js'

export interface WorkerStudy {
  readonly settings: SearchSettings
  readonly runner: LocalRunner
  /** The digest of its plan. */
  readonly plan: string
  /** The letters of its texts. */
  readonly size: number
}

/** The most studies that are kept, and the letters of their texts. The last one is kept whatever its size. */
const MAX_STUDIES = 8
const MAX_SIZE = 2 ** 28

export class WorkerStudies {
  /** By the digest of their texts, the one that was used last at the end. */
  private readonly kept = new Map<string, WorkerStudy>()

  constructor(
    private readonly link: QueueServerLink,
    private readonly training: { readonly threads: number | 'auto'; readonly backend: string | undefined },
  ) {}

  /**
   * The study of a job; null where the server does not have its data.
   * @throws (the promise is rejected) Error for a study with another plan, and for data that is damaged
   */
  async of({ study: digest, plan }: JobHead, { name }: WorkerName): Promise<WorkerStudy | null> {
    const found = this.kept.get(digest) ?? (await this.read(digest))
    if (found === null) return null
    this.kept.delete(digest)
    this.kept.set(digest, found)
    this.forget()
    if (found.plan !== plan) {
      throw new Error(
        `The study has the digest ${found.plan} by the worker ${name}, and ${plan} by the search. Their data differs: do not change ` +
          'it while a search runs.',
      )
    }
    return found
  }

  private async read(digest: string): Promise<WorkerStudy | null> {
    const study = await getText(this.link, digest)
    const data = study === null ? null : await getText(this.link, dataDigestOf(study))
    if (study === null || data === null) return null
    const { threads, backend } = this.training
    const settings = searchSettings({ ...optionsOfTexts(study, data), threads, backend })
    const own = planDigest(settings.plan, settings.objective)
    return { settings, runner: new LocalRunner(settings), plan: own, size: study.length + data.length }
  }

  private forget(): void {
    let size = 0
    for (const one of this.kept.values()) size += one.size
    for (const [digest, one] of this.kept) {
      if (this.kept.size === 1 || (this.kept.size <= MAX_STUDIES && size <= MAX_SIZE)) return
      this.kept.delete(digest)
      size -= one.size
    }
  }
}
