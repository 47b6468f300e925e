/** The program that trains the same model in Node.js, as text. */
import type { DataSet } from '../data/data-set.js'
import type { Settings } from '../state/settings.js'
import { shapeOf } from '../training/layers.js'
import { outputsOf, targetsOf } from '../training/targets.js'

/**
 * A program of ten lines and the data, which prints the digest. It has the prepared rows, as numbers that JavaScript
 * reads to the same bits, so that it needs neither the page nor the table.
 * @param epochs the whole epochs that are trained
 * @param digest the digest after them, for the comment
 */
export function codeOf(settings: Settings, data: DataSet, epochs: number, digest: string): string {
  const outputs = outputsOf(settings, data)
  const { inputs, layers } = shapeOf(settings, data.inputs.length, outputs)
  const { members, seed, trainer } = settings
  const isEnsemble = members > 1
  const seeds = Array.from({ length: members }, (_, i) => seed + i)
  const { optimizer, schedule, batchSize } = trainer
  const { training, validation } = data
  const arrayOf = (values: Float64Array): string => `Float64Array.of(${Array.from(values, numberText)})`
  const isValidated = validation.count > 0
  const fit = [
    `epochs: ${epochs}`,
    `batchSize: ${batchSize}`,
    `seed: ${JSON.stringify(isEnsemble ? seeds : seed)}`,
    ...(isValidated ? ['validationData'] : []),
  ].join(', ')
  const model = isEnsemble ? 'Ensemble' : 'Network'
  const seedOption = isEnsemble ? `seeds: ${JSON.stringify(seeds)}` : `seed: ${seed}`
  const validationText = `const validationData = [${arrayOf(validation.x)}, ${arrayOf(targetsOf(validation.y, data, outputs))}]`
  return [
    `import { ${model}, Trainer } from 'lockstep-nn'`,
    `const layers = ${literal(layers)}`,
    `const model = new ${model}({ inputs: ${inputs}, layers, ${seedOption} })`,
    `const trainer = new Trainer(model, ${literal({ loss: outputs.loss, optimizer, schedule })})`,
    `// ${training.count} training rows of ${inputs} inputs, and their targets`,
    `const x = ${arrayOf(training.x)}`,
    `const y = ${arrayOf(targetsOf(training.y, data, outputs))}`,
    ...(isValidated ? [validationText] : []),
    ...(epochs > 0 ? [`trainer.partialFitSync(x, y, { ${fit} })`] : []),
    `console.log(model.digest()) // ${digest}`,
    '',
  ].join('\n')
}

/** The shortest text of the same number. JSON would lose the sign of -0. */
const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Plain data as a literal of JavaScript. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${literal(part)}`)
      .join(', ')} }`
  }
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** The program for display: long lists of numbers are shortened. */
export const shortened = (code: string): string =>
  code.replace(/Float64Array\.of\(([^)]*)\)/g, (whole, numbers: string) =>
    numbers.length > 60 ? `Float64Array.of(${numbers.slice(0, 40).replace(/,[^,]*$/, '')}, …)` : whole,
  )
