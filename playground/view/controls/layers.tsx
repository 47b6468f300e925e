/** The controls of the layers. */
import { LIMITS } from '../../state/limits.js'
import {
  DEFAULT_SETTINGS,
  type LayerSettings,
  type NetworkSettings,
  NORMALIZATIONS,
  type Normalization,
} from '../../state/settings.js'
import { TABLES } from '../../state/tables.js'
import { change, settings } from '../page-state.js'
import { ChoiceField, Group, NamedField, NumberField } from './fields.js'

const changeNetwork = (part: Partial<NetworkSettings>): boolean =>
  change({ ...settings.value, network: { ...settings.value.network, ...part } })

export function LayerControls() {
  const { layers, output } = settings.value.network
  const [added] = DEFAULT_SETTINGS.network.layers
  return (
    <Group title="Network">
      {layers.map((layer, i) => (
        <LayerFields
          key={i}
          number={i + 1}
          layer={layer}
          onChange={(part) => changeNetwork({ layers: layers.with(i, { ...layer, ...part }) })}
        />
      ))}
      <div class="buttons">
        <button
          type="button"
          disabled={layers.length >= LIMITS.layers.max}
          onClick={() => changeNetwork({ layers: [...layers, layers.at(-1) ?? added] })}
        >
          Add a layer
        </button>
        <button
          type="button"
          disabled={layers.length === LIMITS.layers.min}
          onClick={() => changeNetwork({ layers: layers.slice(0, -1) })}
        >
          Remove the last layer
        </button>
      </div>
      <NamedField
        label="output"
        value={output}
        table={TABLES.outputs}
        onChange={(value) => changeNetwork({ output: value })}
      />
    </Group>
  )
}

interface LayerProps {
  readonly number: number
  readonly layer: LayerSettings
  readonly onChange: (part: Partial<LayerSettings>) => boolean
}

function LayerFields({ number, layer, onChange }: LayerProps) {
  return (
    <Group title={`Layer ${number}`}>
      <NumberField
        label="units"
        value={layer.units}
        {...LIMITS.units}
        step={1}
        onChange={(units) => onChange({ units })}
      />
      <NamedField
        label="activation"
        value={layer.activation}
        table={TABLES.activations}
        onChange={(activation) => onChange({ activation })}
      />
      <ChoiceField
        label="normalization"
        value={layer.normalization}
        names={NORMALIZATIONS}
        onChange={(name) => onChange({ normalization: name as Normalization })}
      />
      <NumberField
        label="dropout"
        value={layer.dropout}
        min={0}
        max={0.95}
        onChange={(dropout) => onChange({ dropout })}
      />
    </Group>
  )
}
