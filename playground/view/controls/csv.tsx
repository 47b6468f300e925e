/** The controls of one's own table. */
import { signal } from '@preact/signals'
import { type CsvSettings, TASKS, type Task } from '../../state/settings.js'
import { change, data, picture, settings } from '../page-state.js'
import { ChoiceField } from './fields.js'

/** The text that is not yet used; null where it is that of the settings. */
const draft = signal<string | null>(null)
/** What is wrong with a file. */
const fileProblem = signal('')

const MAX_FILE = 1_000_000

function changeCsv(part: Partial<CsvSettings>): boolean {
  const { data: given } = settings.value
  return change({ ...settings.value, data: { ...given, csv: { ...given.csv, ...part } } })
}

/** Another table has other columns. */
function take(text: string): void {
  if (changeCsv({ text, target: '', columns: [] })) draft.value = null
}

async function read(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0]
  if (file === undefined) return
  fileProblem.value = ''
  if (file.size > MAX_FILE) {
    fileProblem.value = `${file.name} has ${file.size} bytes, of which the playground takes ${MAX_FILE}. Use fewer rows.`
    return
  }
  try {
    take(await file.text())
  } catch {
    fileProblem.value = `${file.name} cannot be read. Choose it again.`
  }
}

const namesOf = (text: string): string => text.trim().split('\n', 1)[0]

export function CsvControls() {
  const { text, target, task, columns } = settings.value.data.csv
  const inputs = data.value?.inputs ?? []
  const shown = draft.value ?? text
  return (
    <div class="csv">
      <label class="field">
        <span>CSV file</span>
        <input type="file" accept=".csv,.tsv,.txt,text/csv" onChange={({ currentTarget }) => read(currentTarget)} />
      </label>
      <p class="problem" role="status">
        {fileProblem.value}
      </p>
      <label class="wide">
        <span>CSV text</span>
        <textarea
          rows={6}
          spellcheck={false}
          value={shown}
          onInput={({ currentTarget }) => {
            draft.value = currentTarget.value
          }}
        />
      </label>
      <button type="button" disabled={draft.value === null} onClick={() => take(shown)}>
        Use this text
      </button>
      <p class="note">Columns: {namesOf(text)}</p>
      <label class="field">
        <span>target column</span>
        <input
          value={target}
          placeholder="the last one"
          onChange={({ currentTarget }) => changeCsv({ target: currentTarget.value.trim() })}
        />
      </label>
      <ChoiceField
        label="predict it as"
        value={task}
        names={TASKS}
        onChange={(name) => changeCsv({ task: name as Task })}
      />
      <label class="field">
        <span>input columns</span>
        <input
          value={columns.join(', ')}
          placeholder="all"
          onChange={({ currentTarget }) => changeCsv({ columns: listIn(currentTarget.value) })}
        />
      </label>
      {inputs.length > 2 && (
        <>
          <AxisField label="map from left to right" axis={0} />
          <AxisField label="map from bottom to top" axis={1} />
          <p class="note">All other inputs have their median or their most frequent value in the maps.</p>
        </>
      )}
    </div>
  )
}

const listIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function AxisField({ label, axis }: { readonly label: string; readonly axis: 0 | 1 }) {
  const names = (data.value?.inputs ?? []).map(({ name }) => name)
  const { axes } = picture.value
  return (
    <ChoiceField
      label={label}
      value={names[axes[axis]]}
      names={names}
      onChange={(name) => {
        const [across, up] = axes
        const chosen = names.indexOf(name)
        picture.value = { ...picture.value, axes: axis === 0 ? [chosen, up] : [across, chosen] }
      }}
    />
  )
}
