/** The link that holds everything, and whether the link that was opened gave the same model. */
import { signal } from '@preact/signals'
import { messageOf } from '#lib/checks/errors.js'
import { type Link, writeLink } from '../../state/link.js'
import type { Snapshot } from '../../training/snapshot/snapshot-types.js'
import { opened, settings, snapshot } from '../page-state.js'

declare const LIBRARY_VERSION: string

/** What the last "Copy link" did, as a sentence. */
const copied = signal('')

async function copy(): Promise<void> {
  const shown = snapshot.value
  if (shown === null) return
  if (shown.digest === null) {
    copied.value = 'Pause first: the digest of a large model is computed when it rests.'
    return
  }
  try {
    const link = { settings: settings.value, epoch: shown.epoch, digest: shown.digest, version: LIBRARY_VERSION }
    history.replaceState(null, '', await writeLink(link))
  } catch (error) {
    copied.value = messageOf(error)
    return
  }
  copied.value = await navigator.clipboard.writeText(location.href).then(
    () => 'The link is copied.',
    () => 'The link is in the address bar.',
  )
}

export function Share() {
  const link = opened.value
  return (
    <section class="panel" aria-labelledby="share">
      <h2 id="share">Link</h2>
      <p>A link holds the data, all settings and the epoch. It trains the same model on any machine.</p>
      <button type="button" onClick={copy}>
        Copy link
      </button>
      <p role="status">{copied.value}</p>
      <p role="status" id="comparison">
        {link !== null && comparison(link, snapshot.value)}
      </p>
    </section>
  )
}

/** Whether the model has the digest of the link. */
function comparison(link: Link, shown: Snapshot | null): string {
  if (shown === null || (shown.epoch < link.epoch && shown.ended === null)) {
    return `Training to epoch ${link.epoch} of the link.`
  }
  // After that epoch the model is another one.
  if (shown.epoch > link.epoch) return `The link was made at epoch ${link.epoch}. The training went on since.`
  if (shown.digest === null) return ''
  if (shown.digest === link.digest) return `Same digest as in the link, after ${link.epoch} epochs.`
  const why =
    link.version === LIBRARY_VERSION
      ? ''
      : ` It was made with version ${link.version} of the library; this is ${LIBRARY_VERSION}.`
  return `Another digest than in the link, which has ${link.digest}.${why}`
}
