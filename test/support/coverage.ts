/** Counts the properties of drawn cases, so that a test can check that each was drawn often enough. */
import type { OptimizerOption } from 'lockstep-nn'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import { LAYER_INITIALIZERS } from '#lib/network/initialize.js'
import { activationOf, type Case, isDense, lossNameOf, unitsOf } from './case.js'
import type { Outcome } from './run.js'
import { isWide, teamOf } from './threads.js'

const nameOf = (choice: string | { readonly name: string } | undefined): string =>
  choice === undefined ? 'default' : typeof choice === 'string' ? choice : choice.name

function variantOf(optimizer: OptimizerOption): string {
  if (typeof optimizer === 'string') return optimizer
  const { name } = optimizer
  if ('amsgrad' in optimizer && optimizer.amsgrad === true) return `${name} with amsgrad`
  if (name === 'rmsprop') {
    const { momentum = 0, centered = false } = optimizer
    return `rmsprop${momentum === 0 ? '' : ' with momentum'}${centered ? ', centered' : ''}`
  }
  if (name !== 'sgd' || (optimizer.momentum ?? 0) === 0) return name
  return optimizer.nesterov === true ? 'sgd with nesterov' : 'sgd with momentum'
}

const sizeClass = (size: number): string => (size <= 4 ? '1 to 4' : size <= 17 ? '5 to 17' : '18 to 70')

const countOf = (threads: number): string => (threads < 4 ? `${threads}` : '4 or more')

/** The network for which the kernels have their own form. */
const isSmall = ({ inputs, layers }: Case): boolean =>
  isDense({ layers }) && inputs === 2 && layers.length === 2 && layers[0].units === 2 && layers[1].units === 1

function* extraLabels(drawn: Case): Generator<string> {
  const { layers, optimizer, sampleWeight } = drawn
  const trainable = layers.map((layer) => layer.trainable !== false)
  const extras = [
    ...(sampleWeight === undefined ? [] : ['sampleWeight']),
    ...(layers.some(({ l1 }) => l1 !== undefined) ? ['l1'] : []),
    ...(layers.some(({ l2 }) => l2 !== undefined) ? ['l2'] : []),
    ...(trainable.includes(false) ? ['frozen layers'] : []),
    ...COMMON_OPTIONS.filter((name) => typeof optimizer === 'object' && name in optimizer),
  ]
  for (const extra of extras) {
    yield extra
    if (isWide(drawn)) yield `wide with ${extra}`
  }
  if (!trainable[0]) yield 'frozen first layer'
  if (trainable.lastIndexOf(true) > trainable.indexOf(false)) yield 'frozen below a trainable layer'
  if (trainable.indexOf(true) < trainable.lastIndexOf(false)) yield 'frozen above a trainable layer'
  if (extras.length === 0) yield isSmall(drawn) ? '2-2-1 with plain steps' : 'plain steps'
}

function* labels(drawn: Case, outcome: Outcome): Generator<string> {
  const { layers, loss, optimizer, start, rows, form, fit } = drawn
  const batch = Math.min(fit.batchSize, rows)
  for (const layer of new Set(layers.slice(0, -1).map(activationOf))) yield `hidden ${layer}`
  yield `last ${activationOf(layers[layers.length - 1])}`
  yield `loss ${lossNameOf(loss)}`
  if (typeof loss !== 'string') yield `loss ${loss.name} with options`
  yield `optimizer ${variantOf(optimizer)}`
  yield `initializer ${'values' in start ? 'none' : nameOf(start.initializer)}`
  for (const name of LAYER_INITIALIZERS) if (layers.some((layer) => layer[name] !== undefined)) yield name
  yield `layers ${layers.length}`
  yield `widest layer ${sizeClass(Math.max(...unitsOf(drawn)))}`
  yield `rows ${sizeClass(rows)}`
  yield `batch ${sizeClass(batch)}`
  yield `data ${form}`
  yield `shuffle ${fit.shuffle}`
  if (rows % batch !== 0) yield `a rest of rows: ${fit.lastBatch ?? 'default'}`
  yield* extraLabels(drawn)
  if (isWide(drawn)) yield `wide on ${countOf(drawn.threads)}, a team of ${countOf(teamOf(drawn))}`
  for (const type of new Set(layers.map(({ type: given }) => given))) {
    if (type === undefined || type === 'dense') continue
    yield `type ${type}`
    if (layers[0].type === type) yield `first ${type}`
    if (teamOf(drawn) > 1) yield `${type} on a team`
    if (batch === 1 || rows % batch === 1) yield `${type} with one row at a time`
    if (batch > 64) yield `${type} with more than a block`
  }
  if (isSmall(drawn)) yield `2-2-1 with batches of ${batch <= 4 ? batch : 'more'}`
  yield outcome.divergence === null ? 'finished' : 'diverged'
  if (outcome.divergence !== null && outcome.divergence.epoch > 0) yield 'diverged after the first epoch'
}

export class Coverage {
  private readonly counts = new Map<string, number>()

  note(drawn: Case, outcome: Outcome): void {
    for (const label of labels(drawn, outcome)) this.counts.set(label, this.of(label) + 1)
  }

  of(label: string): number {
    return this.counts.get(label) ?? 0
  }

  toString(): string {
    const sorted = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))
    return sorted.map(([label, count]) => `${String(count).padStart(8)} ${label}`).join('\n')
  }
}
