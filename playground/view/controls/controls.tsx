/** The controls of all settings. */
import { LIMITS } from '../../state/limits.js'
import { type DataSettings, SOURCES, type Source, type TrainerSettings } from '../../state/settings.js'
import { TABLES } from '../../state/tables.js'
import { change, settings } from '../page-state.js'
import { CsvControls } from './csv.js'
import { ChoiceField, Group, NamedField, NumberField } from './fields.js'
import { LayerControls } from './layers.js'

const changeData = (part: Partial<DataSettings>): boolean =>
  change({ ...settings.value, data: { ...settings.value.data, ...part } })
const changeTrainer = (part: Partial<TrainerSettings>): boolean =>
  change({ ...settings.value, trainer: { ...settings.value.trainer, ...part } })

export function Controls() {
  return (
    <section class="panel" aria-labelledby="controls">
      <h2 id="controls">Settings</h2>
      <DataControls />
      <LayerControls />
      <TrainerControls />
    </section>
  )
}

function DataControls() {
  const { source, rows, noise, validation, seed } = settings.value.data
  return (
    <Group title="Data">
      <ChoiceField
        label="data set"
        value={source}
        names={SOURCES}
        onChange={(name) => changeData({ source: name as Source })}
      />
      {source === 'csv' && <CsvControls />}
      <NumberField
        label="rows"
        value={rows}
        {...LIMITS.rows}
        step={1}
        onChange={(value) => changeData({ rows: value })}
      />
      <NumberField label="noise" value={noise} {...LIMITS.noise} onChange={(value) => changeData({ noise: value })} />
      <NumberField
        label="share for validation"
        value={validation}
        {...LIMITS.validation}
        onChange={(value) => changeData({ validation: value })}
      />
      <NumberField
        label="seed of the data"
        value={seed}
        {...LIMITS.seed}
        step={1}
        onChange={(value) => changeData({ seed: value })}
      />
    </Group>
  )
}

function TrainerControls() {
  const { members, seed, trainer } = settings.value
  const { loss, optimizer, schedule, l1, l2, batchSize } = trainer
  return (
    <Group title="Training">
      <NamedField
        label="loss"
        value={loss}
        table={TABLES.losses}
        onChange={(value) => changeTrainer({ loss: value })}
      />
      <NamedField
        label="optimizer"
        value={optimizer}
        table={TABLES.optimizers}
        onChange={(value) => changeTrainer({ optimizer: value })}
      />
      <NamedField
        label="schedule"
        value={schedule}
        table={TABLES.schedules}
        onChange={(value) => changeTrainer({ schedule: value })}
      />
      <NumberField label="l1" value={l1} min={0} onChange={(value) => changeTrainer({ l1: value })} />
      <NumberField label="l2" value={l2} min={0} onChange={(value) => changeTrainer({ l2: value })} />
      <NumberField
        label="batch size"
        value={batchSize}
        {...LIMITS.batchSize}
        step={1}
        onChange={(value) => changeTrainer({ batchSize: value })}
      />
      <NumberField
        label="members"
        value={members}
        {...LIMITS.members}
        step={1}
        onChange={(value) => change({ ...settings.value, members: value })}
      />
      <NumberField
        label="seed of the training"
        value={seed}
        {...LIMITS.seed}
        step={1}
        onChange={(value) => change({ ...settings.value, seed: value })}
      />
    </Group>
  )
}
