/** The page's side of the Worker: sends requests about the current run, and drops responses about earlier ones. */
import type { DataSet } from '../data/data-set.js'
import type { Settings } from '../state/settings.js'
import type { Request, Response } from '../training/messages.js'
import type { Picture, Snapshot } from '../training/snapshot/snapshot-types.js'

/** What a response is given to. */
export interface Listener {
  loaded(data: DataSet): void
  refused(problem: string): void
  snapshot(snapshot: Snapshot): void
}

type Saved = Response & { readonly kind: 'saved' }
type Command = 'play' | 'pause' | 'step' | 'epoch'

export class WorkerClient {
  private readonly worker: Worker
  private load = 0
  private waiting: ((saved: Saved) => void)[] = []

  constructor(private readonly listener: Listener) {
    this.worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<Response>) => this.take(data)
    this.worker.onerror = ({ message }) =>
      listener.refused(`The Worker failed: ${message || 'its file cannot be loaded'}. Reload the page.`)
  }

  /** Begins a new run; until: the epoch up to which it trains at once. */
  begin(settings: Settings, until = 0): void {
    this.load++
    this.waiting = []
    this.send({ kind: 'load', load: this.load, settings, until })
  }

  command(kind: Command): void {
    this.send({ kind, load: this.load })
  }

  /** Asks for the next snapshot. */
  ask(picture: Picture): void {
    this.send({ kind: 'next', load: this.load, picture })
  }

  /** The model after the whole epochs. It never resolves where another run begins meanwhile. */
  save(): Promise<Saved> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      this.send({ kind: 'save', load: this.load })
    })
  }

  private send(request: Request): void {
    this.worker.postMessage(request)
  }

  private take(response: Response): void {
    if (response.load !== this.load) return
    if (response.kind === 'loaded') this.listener.loaded(response.data)
    else if (response.kind === 'refused') this.listener.refused(response.problem)
    else if (response.kind === 'snapshot') this.listener.snapshot(response.snapshot)
    else this.waiting.shift()?.(response)
  }
}
