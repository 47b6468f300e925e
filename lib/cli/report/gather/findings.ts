/** What the doctor finds in the rows that were trained on and in the trained networks. */
import type { ModelFinding } from '../../../data/index.js'
import type { Finding } from '../parts/data.js'
import type { AnyModel, Records } from './outcomes.js'
import { sampleOf } from './scatter.js'

/** The number of rows that the doctor examines. */
const MAX_ROWS = 10_000

/**
 * @param trained rows that the model was trained on
 * @param others rows that it was not trained on, which should not be among them; null: none are known
 */
export function findingsOf(model: AnyModel, trained: Records, others: Records | null, seed: number): Finding[] {
  const sample = sampleOf(trained.length, MAX_ROWS, seed).map((i) => trained[i])
  return model.diagnose(sample, { seed, ...(others === null ? {} : { validation: others }) }).findings.map(findingOf)
}

const findingOf = ({ severity, name, reason, remedy }: ModelFinding): Finding => ({
  severity,
  name: name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  reason,
  remedy,
})
