/** The losses that those of a network are compared with. */
import { log } from '../../kernels/math.js'
import { Network } from '../../network/network.js'
import { Trainer } from '../../training/trainer.js'
import { likeTrainer, type Probe } from './trial.js'

/** The probability that stands for 0 or 1, whose logarithm is not finite. */
const SMALLEST = 1e-12

/** The mean of each output's targets; of class indices the share of each class. */
function meansOf({ trainer, rows, y, yColumns }: Probe): Float64Array {
  const { outputs } = trainer.network
  const byIndex = trainer.parts.compiled.loss.entry.targets === 'index'
  const sums = new Float64Array(outputs)
  for (let i = 0; i < y.length; i++) {
    if (byIndex) sums[y[i]] += 1
    else sums[i % yColumns] += y[i]
  }
  return sums.map((sum) => sum / rows)
}

/** The value below which a share `tau` of each output's targets lie. */
function quantilesOf({ rows, y, yColumns }: Probe, tau: number): Float64Array {
  return Float64Array.from({ length: yColumns }, (_, output) => {
    const sorted = Float64Array.from({ length: rows }, (_, row) => y[row * yColumns + output]).sort()
    return sorted[Math.min(rows - 1, Math.floor(tau * rows))]
  })
}

/** A loss that no predictions are below: 0, but for poisson, which omits Stirling's term: the mean of y - y ln y. */
export function leastLoss({ trainer, y }: Probe): number {
  if (trainer.parts.compiled.loss.name !== 'poisson') return 0
  let sum = 0
  for (const value of y) if (value > 0) sum += value - value * log(value)
  return sum / y.length
}

const probability = (mean: number): number => Math.min(Math.max(mean, SMALLEST), 1 - SMALLEST)

/**
 * The loss of the best constant predictions: what a network that has learned nothing of its inputs reaches.
 * @returns NaN where no constant predictions have a finite loss
 */
export function constantLoss(probe: Probe): number {
  const { trainer, x, y } = probe
  const { inputs, outputs } = trainer.network
  const { loss } = trainer.parts.compiled
  const activation = loss.entry.fusedWith ?? 'linear'
  /** The loss where the last z is this bias. */
  const lossOf = (bias: Float64Array): number => {
    const parameters = new Float64Array((inputs + 1) * outputs)
    parameters.set(bias, inputs * outputs)
    const network = new Network({ inputs, layers: [{ units: outputs, activation }], parameters })
    return new Trainer(network, { ...likeTrainer(trainer), optimizer: 'sgd' }).evaluate(x, y).loss
  }
  const means = meansOf(probe)
  if (activation === 'softmax') return lossOf(means.map((mean) => log(probability(mean))))
  if (activation === 'sigmoid') {
    return lossOf(means.map((mean) => log(probability(mean) / (1 - probability(mean)))))
  }
  // The best constant is a mean, a quantile, or near one of them.
  const tau = loss.name === 'quantile' ? loss.options[0] : 0.5
  const candidates = [lossOf(means), lossOf(quantilesOf(probe, tau))].filter(Number.isFinite)
  return candidates.length === 0 ? NaN : Math.min(...candidates)
}
