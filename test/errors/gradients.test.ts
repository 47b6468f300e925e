/** Wrong calls of `network.gradients` and `trainer.applyGradients`. */
import assert from 'node:assert/strict'
import { Ensemble, Network, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { type Refusal, refusals } from '../support/refusals.js'
import { detach, detached, ENSEMBLE, newNetwork, resizable, TRANSFERRED } from '../support/wrong.js'

const x = () => Float64Array.of(1, 2, 3, 4)
const dOutput = () => Float64Array.of(1, -1, 0.5, 2)

/** A call whose wrong part is one of x, outputGradients and the options. */
const call =
  (given: { x?: unknown; dOutput?: unknown; options?: unknown }, network = newNetwork()) =>
  (): unknown =>
    network.gradients((given.x ?? x()) as never, (given.dOutput ?? dOutput()) as never, given.options as never)

/** Gradients that would be written over something that the call reads. */
function overlapping(
  option: 'parameters' | 'inputs',
  other: 'x' | 'outputGradients' | 'network' | 'inputs',
): () => unknown {
  const memory = new Float64Array(40)
  const result = memory.subarray(3, 3 + (option === 'parameters' ? 17 : 4))
  const given = memory.subarray(0, 4)
  if (other === 'network') {
    const network = new Network({ inputs: 2, layers: [{ units: 3 }, { units: 2 }], parameters: memory.subarray(0, 17) })
    return call({ options: { [option]: result } }, network)
  }
  if (other === 'inputs') return call({ options: { parameters: result, inputs: given } })
  return call(
    other === 'x' ? { x: given, options: { [option]: result } } : { dOutput: given, options: { [option]: result } },
  )
}

const OVERLAPS = 'but received an array that overlaps it. Copy one of them.'

const onNetworks: readonly Refusal[] = [
  [
    'no gradients',
    call({ dOutput: {} }),
    'TypeError',
    'Expected a Float64Array or an array of rows for outputGradients but received an object.',
  ],
  [
    'a text for x',
    call({ x: '1' }),
    'TypeError',
    'Expected a Float64Array or an array of rows for x but received "1" of type string.',
  ],
  [
    'samples of a wrong width',
    call({ x: new Float64Array(5) }),
    'RangeError',
    'Expected rows of 2 values (the inputs of the network) for x but received a Float64Array of length 5.',
  ],
  ['no samples', call({ x: new Float64Array(0) }), 'RangeError', 'Expected at least one row for x but received none.'],
  [
    'gradients of a wrong width',
    call({ dOutput: new Float64Array(5) }),
    'RangeError',
    'Expected rows of 2 values (the units of the last layer) for outputGradients but received a Float64Array of length 5.',
  ],
  [
    'gradients of other rows',
    call({ dOutput: new Float64Array(6) }),
    'RangeError',
    'Expected 2 rows, as many as x has, for outputGradients but received 3.',
  ],
  [
    'a sample that is not finite',
    call({
      x: [
        [1, 2],
        [3, Infinity],
      ],
    }),
    'RangeError',
    'Expected a finite number for x[1][1] but received Infinity of type number. Remove or fill in such rows first.',
  ],
  [
    'a gradient that is not finite',
    call({
      dOutput: [
        [1, 2],
        [Number.NaN, 1],
      ],
    }),
    'RangeError',
    'Expected a finite number for outputGradients[1][0] but received NaN of type number. Remove or fill in such rows first.',
  ],
  [
    'transferred gradients',
    call({ dOutput: detached(4) }),
    'TypeError',
    `Expected an attached buffer for outputGradients but received ${TRANSFERRED}`,
  ],
  [
    'options that are no object',
    call({ options: 3 }),
    'TypeError',
    'Expected an object for the options of gradients but received 3 of type number.',
  ],
  [
    'an unknown option',
    call({ options: { output: false } }),
    'TypeError',
    'Unknown option "output" in the options of gradients. output belongs to the options of predict, or to the options of predictAsync. Known: backend, parameters, inputs.',
  ],
  [
    'parameters as true',
    call({ options: { parameters: true } }),
    'TypeError',
    'Expected a Float64Array for parameters but received true of type boolean.',
  ],
  [
    'parameters as null',
    call({ options: { parameters: null } }),
    'TypeError',
    'Expected a Float64Array for parameters but received null.',
  ],
  [
    'too few parameters',
    call({ options: { parameters: new Float64Array(16) } }),
    'RangeError',
    'Expected a Float64Array of length 17 for parameters but received one of length 16.',
  ],
  [
    'too many inputs',
    call({ options: { inputs: new Float64Array(5) } }),
    'RangeError',
    'Expected a Float64Array of length 4 for inputs but received one of length 5.',
  ],
  [
    'inputs of single precision',
    call({ options: { inputs: new Float32Array(4) } }),
    'TypeError',
    'Expected a Float64Array for inputs but received a Float32Array of length 4. Convert it with Float64Array.from().',
  ],
  [
    'inputs whose buffer is gone',
    call({ options: { inputs: detached(4) } }),
    'TypeError',
    `Expected an attached buffer for inputs but received ${TRANSFERRED}`,
  ],
  [
    'inputs over a resizable buffer',
    call({ options: { inputs: resizable(4) } }),
    'RangeError',
    'Expected a buffer of fixed length for inputs but received a resizable one. Copy it with Float64Array.from().',
  ],
  [
    'nothing to compute',
    call({ options: { parameters: false, inputs: false } }),
    'RangeError',
    'Expected parameters, inputs or both for gradients but received false for both. Remove one of the two options.',
  ],
  ...(['parameters', 'inputs'] as const).flatMap((option): Refusal[] => [
    [
      `${option} over x`,
      overlapping(option, 'x'),
      'RangeError',
      `Expected memory that does not overlap that of x for ${option} ${OVERLAPS}`,
    ],
    [
      `${option} over outputGradients`,
      overlapping(option, 'outputGradients'),
      'RangeError',
      `Expected memory that does not overlap that of outputGradients for ${option} ${OVERLAPS}`,
    ],
    [
      `${option} over the network`,
      overlapping(option, 'network'),
      'RangeError',
      `Expected memory that does not overlap that of network.parameters for ${option} ${OVERLAPS}`,
    ],
  ]),
  [
    'parameters over inputs',
    overlapping('parameters', 'inputs'),
    'RangeError',
    `Expected memory that does not overlap that of parameters for inputs ${OVERLAPS}`,
  ],
  [
    'a value that is not a category',
    () => {
      const layers = [{ type: 'embedding', columns: [{ column: 1, categories: 2, units: 1 }] } as const, { units: 2 }]
      return new Network({ inputs: 2, layers }).gradients(x(), dOutput())
    },
    'RangeError',
    'Expected an integer from 0 to 1 for x[0][1] but received 2 of type number. The embedding of this column has a vector for each of these integers.',
  ],
  [
    'a network whose buffer is gone',
    () => {
      const network = newNetwork()
      detach(network.parameters)
      return network.gradients(x(), dOutput())
    },
    'TypeError',
    `Expected an attached buffer for network.parameters but received ${TRANSFERRED}`,
  ],
  [
    'rows that transfer the samples while they are read',
    () => {
      const samples = x()
      const row = [1, 2]
      Object.defineProperty(row, 0, { get: () => (samples.length > 0 ? detach(samples).length : 1) })
      return newNetwork().gradients(samples, [row, [1, 2]])
    },
    'RangeError',
    'Expected at least one row for x but received none.',
  ],
]

refusals('network.gradients', onNetworks)

const LOSS = { loss: 'meanSquaredError', optimizer: 'adam' } as const
const apply =
  (gradients: unknown, trainer: Trainer<Network> | Trainer<Ensemble> = new Trainer(newNetwork(), LOSS)) =>
  (): void =>
    trainer.applyGradients(gradients as Float64Array)

refusals('trainer.applyGradients', [
  ['no gradients', apply(undefined), 'TypeError', 'Expected a Float64Array for gradients but received undefined.'],
  ['a list', apply([1, 2]), 'TypeError', 'Expected a Float64Array for gradients but received an array of length 2.'],
  [
    'the result of gradients',
    apply({ parameters: new Float64Array(17) }),
    'TypeError',
    'Expected a Float64Array for gradients but received an object.',
  ],
  [
    'too few',
    apply(new Float64Array(16)),
    'RangeError',
    'Expected a Float64Array of length 17 for gradients but received one of length 16.',
  ],
  [
    'those of one member',
    apply(new Float64Array(17), new Trainer(new Ensemble(ENSEMBLE), LOSS)),
    'RangeError',
    'Expected a Float64Array of length 51 for gradients but received one of length 17.',
  ],
  [
    'transferred ones',
    apply(detached(17)),
    'TypeError',
    `Expected an attached buffer for gradients but received ${TRANSFERRED}`,
  ],
  [
    'one that is not finite',
    apply(new Float64Array(17).fill(Number.NaN, 3, 4)),
    'RangeError',
    'Expected a finite number for gradients[3] but received NaN of type number. The step was not made.',
  ],
  [
    'a network without trainable layers',
    apply(new Float64Array(3), new Trainer(new Network({ inputs: 2, layers: [{ units: 1, trainable: false }] }), LOSS)),
    'RangeError',
    'Expected at least one layer to train for layers but received none. Every layer has trainable: false; leave it out of one.',
  ],
  [
    'a schedule that throws',
    apply(new Float64Array(17), new Trainer(newNetwork(), { ...LOSS, schedule: () => Number.NaN })),
    'RangeError',
    'Expected a finite number of at least 0 for the rate that schedule gives for epoch 0 but received NaN of type number.',
  ],
])

describe('a network that is being trained', () => {
  it('takes no gradients of another trainer meanwhile', async () => {
    for (const backend of implementations) {
      const network = newNetwork()
      const training = new Trainer(network, { ...LOSS, backend }).fit(x(), dOutput(), { epochs: 3 })
      const before = network.parameters.slice()
      assert.throws(() => new Trainer(network, { ...LOSS, backend }).applyGradients(new Float64Array(17).fill(1)), {
        name: 'Error',
        message: 'This network is being trained already. Await the first fit, or train a second network.',
      })
      sameBits(network.parameters, before, 'parameters')
      await training
      new Trainer(network, { ...LOSS, backend }).applyGradients(new Float64Array(17).fill(1))
    }
  })
})
