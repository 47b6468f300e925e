/** The controls of one's own points. */
import { CLASS_NAMES } from '../../data/make.js'
import { data } from '../page-state.js'
import { type Brush, brush, isEditing, removeAll, takeRows, told } from './editing.js'
import { Swatch } from './legend.js'
import { ownPoints } from './points.js'

export function Editor() {
  return (
    <div class="editor">
      {isEditing.value ? (
        <>
          <fieldset class="brushes">
            <legend>A click on the map</legend>
            {CLASS_NAMES.map((name, label) => (
              <BrushChoice key={name} value={label}>
                <Swatch label={label} /> {name}
              </BrushChoice>
            ))}
            <BrushChoice value="erase">erases</BrushChoice>
          </fieldset>
          <p class="note" id="keys">
            Click to add a point, drag one to move it. On the keyboard: arrows move the cursor (Shift: smaller steps),
            Enter adds, Delete removes, 1 to 4 choose the class.
          </p>
          <button type="button" onClick={removeAll}>
            Remove all points
          </button>
        </>
      ) : (
        <button type="button" disabled={ownPoints(data.value) === null} onClick={takeRows}>
          Edit these points
        </button>
      )}
      <p class="told" role="status">
        {told.value}
      </p>
    </div>
  )
}

function BrushChoice({ value, children }: { readonly value: Brush; readonly children: preact.ComponentChildren }) {
  return (
    <label>
      <input
        type="radio"
        name="brush"
        checked={brush.value === value}
        onChange={() => {
          brush.value = value
        }}
      />
      {children}
    </label>
  )
}
