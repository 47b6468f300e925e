/** The messages between the page and the Worker. Each names the load that it belongs to: late ones are dropped. */
import type { SavedEnsemble, SavedNetwork } from 'lockstep-nn'
import type { DataSet } from '../data/data-set.js'
import type { Settings } from '../state/settings.js'
import type { Picture, Snapshot } from './snapshot/snapshot-types.js'

/** From the page. `load` begins a new run, all others are about the run of that number. */
export type Request =
  | {
      readonly kind: 'load'
      readonly load: number
      readonly settings: Settings
      /** The Worker trains up to this epoch at once; 0 for none. */
      readonly until: number
    }
  /** Goes on until `pause`. */
  | { readonly kind: 'play'; readonly load: number }
  | { readonly kind: 'pause'; readonly load: number }
  /** Pauses, then makes one step of the optimizer, or trains one epoch. */
  | { readonly kind: 'step'; readonly load: number }
  | { readonly kind: 'epoch'; readonly load: number }
  /** Asks for one snapshot, as soon as there is something new, or if another picture is wanted. */
  | { readonly kind: 'next'; readonly load: number; readonly picture: Picture }
  /** Asks for the model after the whole epochs, to be saved. */
  | { readonly kind: 'save'; readonly load: number }

/** From the Worker. */
export type Response =
  /** The run has begun, with this data. */
  | { readonly kind: 'loaded'; readonly load: number; readonly data: DataSet }
  /** The settings cannot be trained with, in a sentence; or the Worker failed. The run has ended. */
  | { readonly kind: 'refused'; readonly load: number; readonly problem: string }
  | { readonly kind: 'snapshot'; readonly load: number; readonly snapshot: Snapshot }
  | {
      readonly kind: 'saved'
      readonly load: number
      readonly epoch: number
      readonly model: SavedNetwork | SavedEnsemble
    }
