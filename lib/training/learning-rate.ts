/** `trainer.learningRate`: sets the rate of a trainer's optimizer between its calls. */
import { wrongType } from '../checks/errors.js'
import { isFloat64Array } from '../checks/validate.js'
import { optimizersFor } from './compiled-model.js'
import { isTraining } from './lock.js'
import type { TrainerSetup } from './make-job.js'

/** The optimizer as an object of options. */
const optionsOf = (given: unknown): object => (typeof given === 'object' && given !== null ? given : { name: given })

/** given: the optimizer as the trainer got it; rate: a number or, for an ensemble, one per member */
export function setLearningRates({ compiled, schedule }: TrainerSetup, given: unknown, rate: unknown): void {
  if (typeof schedule === 'function') {
    throw wrongType('nothing', 'learningRate', rate, 'It has no effect where schedule is a function.')
  }
  if (isTraining(compiled.members)) {
    throw new Error('This network is being trained. Set learningRate between two trainings, or give a schedule.')
  }
  const rates = isFloat64Array(rate) ? [...rate] : rate
  if (rate === undefined || (compiled.name === 'network' && Array.isArray(rates))) {
    throw wrongType('a number', 'learningRate', rate)
  }
  const chosen = optimizersFor({ ...optionsOf(given), learningRate: rates }, compiled.members.length)
  compiled.optimizers.splice(0, chosen.length, ...chosen)
}
