/** Fields of the controls. A change is reported when it is complete, not with each key. */
import type { ComponentChildren } from 'preact'
import type { Option } from '#lib/kernels/option-table.js'
import type { Named } from '../../state/settings.js'
import { chosen, LENGTH, type Table } from '../../state/tables.js'

interface NumberProps {
  readonly label: string
  readonly value: number
  readonly min?: number
  readonly max?: number
  readonly step?: number | 'any'
  readonly onChange: (value: number) => boolean
}

/** If the new value is refused, the field shows the old one again. */
export function NumberField({ label, value, min, max, step = 'any', onChange }: NumberProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        step={step}
        onChange={({ currentTarget }) => {
          if (!onChange(currentTarget.valueAsNumber)) currentTarget.value = String(value)
        }}
      />
    </label>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly names: readonly string[]
  readonly onChange: (name: string) => void
}

export function ChoiceField({ label, value, names, onChange }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface NamedProps {
  readonly label: string
  readonly value: Named
  readonly table: Table
  readonly onChange: (value: Named) => boolean
}

/** An entry of one of the library's tables, and its options. */
export function NamedField({ label, value, table, onChange }: NamedProps) {
  const options = Object.entries(table[value.name])
  return (
    <div class="named">
      <ChoiceField
        label={label}
        value={value.name}
        names={Object.keys(table)}
        onChange={(name) => onChange(chosen(table, name))}
      />
      {options.length > 0 && (
        <details>
          <summary>Options of {value.name}</summary>
          {options.map(([name, option]) => (
            <OptionField
              key={name}
              label={name}
              option={option}
              value={value[name]}
              onChange={(given) => onChange({ ...value, [name]: given })}
            />
          ))}
        </details>
      )}
    </div>
  )
}

interface OptionProps {
  readonly label: string
  readonly option: Option
  /** Undefined where the option has its default. */
  readonly value: string | number | boolean | undefined
  readonly onChange: (value: string | number | boolean) => boolean
}

function OptionField({ label, option, value, onChange }: OptionProps) {
  if (option.kind === 'records') return null
  if (option.kind === 'flag') {
    return (
      <label class="field">
        <span>{label}</span>
        <input
          type="checkbox"
          checked={(value ?? option.default) === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      </label>
    )
  }
  if (option.kind === 'choice') {
    return (
      <ChoiceField label={label} value={String(value ?? option.default)} names={option.words} onChange={onChange} />
    )
  }
  const step = option.kind === 'integer' ? 1 : 'any'
  const least = label === LENGTH || !Number.isFinite(option.min) ? undefined : option.min
  return (
    <NumberField label={label} value={Number(value ?? option.default)} min={least} step={step} onChange={onChange} />
  )
}

export function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}
