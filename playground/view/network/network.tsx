/** The network: a map for each unit, weights as lines, and the table of the layers. */
import { useMemo } from 'preact/hooks'
import { useDrawn } from '../canvas.js'
import { Line } from '../line.js'
import { data, picture, settings, snapshot } from '../page-state.js'
import { drawNetwork } from './draw-network.js'
import { LayerTable } from './layer-table.js'
import { HEIGHT } from './layout.js'
import { UnitMaps } from './unit-maps.js'

export function Network() {
  const maps = useMemo(() => new UnitMaps(), [])
  const canvas = useDrawn((element, size) => {
    const [taken, made] = [snapshot.value, data.value]
    if (taken !== null && made !== null && size.width > 0) {
      drawNetwork(element, size, maps, taken, made, picture.value)
    }
  })
  return (
    <section class="panel" aria-labelledby="network">
      <div class="heading">
        <h2 id="network">Network</h2>
        <MemberChoice />
      </div>
      <canvas class="graph" ref={canvas} style={{ height: `${HEIGHT}px` }} role="img" aria-label={description()} />
      <p class="key">
        <Line colour="--second" dashes="" /> positive weight <Line colour="--first" dashes="5 3" /> negative weight;
        wider lines are larger weights. A square shows the values of a unit over the map: blue above 0, orange below.
      </p>
      <LayerTable />
    </section>
  )
}

function description(): string {
  const made = data.value
  if (made === null) return 'There is no network.'
  const hidden = settings.value.network.layers.map(({ units, activation }) => `${units} ${activation.name}`)
  const layers = hidden.length === 0 ? 'no hidden layer' : `hidden layers of ${hidden.join(', then ')} units`
  return `The network: ${made.inputs.length} inputs, ${layers}, and the output. A table of the layers follows.`
}

/** The member whose units and weights are shown. */
function MemberChoice() {
  const { members, seed } = settings.value
  return (
    <label class="choice">
      <span>member</span>
      <select
        disabled={members === 1}
        value={picture.value.member}
        onChange={({ currentTarget }) => {
          picture.value = { ...picture.value, member: Number(currentTarget.value) }
        }}
      >
        {Array.from({ length: members }, (_, i) => (
          <option key={i} value={i}>
            {i + 1} (seed {seed + i})
          </option>
        ))}
      </select>
    </label>
  )
}
