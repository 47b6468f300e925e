/** The buttons that run the training, and its facts. */
import { epoch, pause, play, problem, reset, snapshot, step } from '../page-state.js'

const percent = (share: number | null): string => (share === null ? '' : `${(100 * share).toFixed(1)} %`)
const rounded = (value: number | undefined): string => (value === undefined ? '' : value.toPrecision(4))

export function RunBar() {
  const shown = snapshot.value
  const isRunning = shown?.isRunning === true
  const cannotRun = problem.value !== '' || shown?.ended != null
  return (
    <section aria-label="Training">
      <div class="buttons">
        <button type="button" class="primary" disabled={cannotRun} onClick={isRunning ? pause : play}>
          {isRunning ? 'Pause' : 'Play'}
        </button>
        <button type="button" disabled={cannotRun} onClick={step}>
          One step
        </button>
        <button type="button" disabled={cannotRun} onClick={epoch}>
          One epoch
        </button>
        <button type="button" onClick={reset}>
          Reset
        </button>
      </div>
      <Facts />
      {shown?.ended != null && <p class="problem">{shown.ended}</p>}
    </section>
  )
}

function Facts() {
  const shown = snapshot.value
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Epoch', shown === null ? '' : `${shown.epoch}`],
    ['Step', shown === null ? '' : `${shown.step} of ${shown.stepsPerEpoch}`],
    ['Epochs per second', shown === null ? '' : shown.epochsPerSecond.toFixed(0)],
    ['Backend', shown?.backend.name ?? ''],
    ['Training loss', rounded(shown?.losses.training.mean.at(-1))],
    ['Validation loss', rounded(shown?.losses.validation.mean.at(-1))],
    ['Training accuracy', percent(shown?.accuracy.training ?? null)],
    ['Validation accuracy', percent(shown?.accuracy.validation ?? null)],
  ]
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
      <p class="digest">
        Digest: <code id="digest">{shown?.digest ?? '–'}</code>
      </p>
    </>
  )
}
