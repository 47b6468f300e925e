/** Five guided steps. Each sets the page, and checks what was done. */
import { signal } from '@preact/signals'
import { STEPS } from '../../lesson/steps.js'
import { change, settings, snapshot } from '../page-state.js'

/** The number of the step; null before the lesson. */
const at = signal<number | null>(null)

function begin(step: number): void {
  at.value = step
  change(STEPS[step].settings)
}

export function Lesson() {
  return (
    <section class="panel" aria-labelledby="lesson">
      <h2 id="lesson">Lesson</h2>
      {at.value === null ? <Start /> : <Step number={at.value} />}
    </section>
  )
}

function Start() {
  return (
    <>
      <p>Five short steps about networks and their training. They replace the settings of the page.</p>
      <button type="button" onClick={() => begin(0)}>
        Start the lesson
      </button>
    </>
  )
}

function Step({ number }: { readonly number: number }) {
  const { title, text, task, isDone, result } = STEPS[number]
  const shown = snapshot.value
  const done = shown !== null && isDone(settings.value, shown)
  return (
    <>
      <h3>
        {number + 1} of {STEPS.length}: {title}
      </h3>
      <p>{text}</p>
      <p>
        <strong>To do:</strong> {task}
      </p>
      {shown?.learned != null && (
        <p id="learned">
          {shown.learned} of {settings.value.members} members learn all training rows.
        </p>
      )}
      <p role="status" id="check">
        {done ? `Done. ${result}` : 'Not done yet.'}
      </p>
      <div class="buttons">
        <button type="button" disabled={number === 0} onClick={() => begin(number - 1)}>
          Previous step
        </button>
        <button type="button" onClick={() => begin(number)}>
          Begin this step again
        </button>
        <button type="button" disabled={number === STEPS.length - 1} onClick={() => begin(number + 1)}>
          Next step
        </button>
        <button
          type="button"
          onClick={() => {
            at.value = null
          }}
        >
          End the lesson
        </button>
      </div>
    </>
  )
}
