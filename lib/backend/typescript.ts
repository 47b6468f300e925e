/** The TypeScript kernels as a backend. */
import type { TrainingOutcome } from '../kernels/plan.js'
import { evaluationWorkspace, type Training, trainingWorkspace } from '../kernels/training/buffers.js'
import { blockRows } from '../kernels/training/graph.js'
import { evaluate, predictorOf } from '../kernels/training/predict.js'
import { trainingOf } from '../kernels/training/train.js'
import type { Backend, PredictionCall, TrainingCall } from './backend.js'
import { type Advance, runSliced } from './slices.js'

const MAX_BLOCKS = 1 << 20

/** The training of member i. All members share one workspace, so that each begins after the end of the one before. */
function memberTraining({ plan, members, arrays }: TrainingCall, i: number): Training {
  if (members.count === 1) return trainingOf(plan, arrays)
  const part = (all: Float64Array, length: number) => all.subarray(i * length, (i + 1) * length)
  return trainingOf(
    {
      ...plan,
      seedLow: members.seeds[2 * i],
      seedHigh: members.seeds[2 * i + 1],
      optimizerOptions: part(members.optimizerOptions, plan.optimizerOptions.length),
    },
    {
      ...arrays,
      parameters: part(arrays.parameters, plan.parameterCount),
      state: part(arrays.state, arrays.state.length / members.count),
      history: part(arrays.history, plan.epochs),
    },
  )
}

function runToEnd(training: Training): TrainingOutcome {
  for (;;) {
    const outcome = training(MAX_BLOCKS)
    if (outcome !== null) return outcome
  }
}

async function runInSlices(training: Training): Promise<TrainingOutcome> {
  let outcome: TrainingOutcome | null = null
  await runSliced((blocks) => {
    outcome = training(blocks)
    return outcome !== null
  })
  return outcome as unknown as TrainingOutcome
}

/** The predictions of all members, member after member; a unit of work is a block of rows. */
function predictionOf({ plan, members, parameters, x, output, cancelled }: PredictionCall): Advance {
  const { inputs, outputs, parameterCount } = plan
  const predict = predictorOf(plan)
  const rows = x.length / inputs
  const unit = blockRows(plan, rows)
  let member = 0
  let row = 0
  return (units) => {
    for (let left = units * unit; left > 0 && member < members && cancelled[0] === 0; ) {
      const count = Math.min(left, rows - row)
      const p = parameters.subarray(member * parameterCount, (member + 1) * parameterCount)
      const to = (member * rows + row) * outputs
      predict(p, x.subarray(row * inputs, (row + count) * inputs), output.subarray(to, to + count * outputs))
      left -= count
      row += count
      if (row === rows) {
        member++
        row = 0
      }
    }
    return member === members || cancelled[0] !== 0
  }
}

export const typescriptBackend: Backend = {
  name: 'typescript',
  predictor: predictorOf,
  predictAsync: (call) => runSliced(predictionOf(call)),
  evaluationWorkspace,
  evaluate,
  usefulThreads: () => 1,
  trainingWorkspace: (plan) => trainingWorkspace(plan),
  train: (call) => Array.from({ length: call.members.count }, (_, i) => runToEnd(memberTraining(call, i))),
  async trainAsync(call) {
    const outcomes: TrainingOutcome[] = []
    for (let i = 0; i < call.members.count; i++) outcomes.push(await runInSlices(memberTraining(call, i)))
    return outcomes
  },
}
