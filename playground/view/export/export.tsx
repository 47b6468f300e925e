/** The files of the model: JSON, and the program that trains it in Node.js. */
import { signal } from '@preact/signals'
import { codeOf, shortened } from '../../export/code.js'
import { data, save, settings, snapshot } from '../page-state.js'

/** What the last button did, as a sentence. */
const done = signal('')

function download(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
  done.value = `${name} is in your downloads.`
}

async function saveModel(): Promise<void> {
  const { model } = await save()
  download('model.json', 'application/json', JSON.stringify(model))
}

/** The program of the epochs that are shown; null while there are none, or while no digest is computed. */
function program(): string | null {
  const [shown, made] = [snapshot.value, data.value]
  if (shown === null || made === null || shown.digest === null) return null
  return codeOf(settings.value, made, shown.epoch, shown.digest)
}

function saveProgram(): void {
  const code = program()
  if (code !== null) download('train.mjs', 'text/javascript', code)
}

export function Export() {
  const isResting = snapshot.value?.isRunning === false
  const code = isResting ? program() : null
  return (
    <section class="panel" aria-labelledby="export">
      <h2 id="export">Export</h2>
      <div class="buttons">
        <button type="button" disabled={snapshot.value === null} onClick={saveModel}>
          Save model.json
        </button>
        <button type="button" disabled={code === null} onClick={saveProgram}>
          Save train.mjs
        </button>
      </div>
      <p role="status" id="exported">
        {done.value}
      </p>
      <p class="note">
        train.mjs trains the same model in Node.js and prints the same digest. It contains the data. Pause to save it.
      </p>
      <details>
        <summary>Show train.mjs</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keys */}
        <section class="code" tabIndex={0} aria-label="train.mjs">
          <pre>{code === null ? 'Pause to see it.' : shortened(code)}</pre>
        </section>
      </details>
    </section>
  )
}
