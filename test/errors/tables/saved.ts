/** Saved networks that are damaged, or none. */
import { Network } from 'lockstep-nn'
import { activationNames } from '../../support/tables.js'
import { newNetwork, type WrongCall } from '../../support/wrong.js'

type Row = readonly [title: string, saved: unknown, error: 'TypeError' | 'RangeError', message: string]

const KEYS = 'format, version, inputs, layers, parameters, digest'
const good = newNetwork().toJSON()
const { digest } = good
const edited = (changes: object): object => ({ ...good, ...changes })

/** The engine's error for text that is no JSON. */
function complaint(text: string): string {
  try {
    JSON.parse(text)
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing'
}

/** The parameters with one character of their base64 text changed, and the matching digest. */
function flipped(at: number): { parameters: string; digest: string } {
  const old = good.parameters[at]
  const parameters = good.parameters.slice(0, at) + (old === 'A' ? 'B' : 'A') + good.parameters.slice(at + 1)
  const bytes = Uint8Array.from(Buffer.from(parameters, 'base64'))
  return { parameters, digest: newNetwork({ seed: undefined, parameters: new Float64Array(bytes.buffer) }).digest() }
}

const damaged = (found: string): string =>
  `Expected the digest ${found} for the saved network but received "${digest.slice(0, 40)}…" of type string. It is damaged or was edited.`

const cut = JSON.stringify(good).slice(0, -20)
const OTHER = newNetwork({ seed: 2 })

const rows: readonly Row[] = [
  ['nothing', undefined, 'TypeError', 'Expected an object for the saved network but received undefined.'],
  ['an array', [], 'TypeError', 'Expected an object for the saved network but received an array of length 0.'],
  [
    'empty text',
    '',
    'TypeError',
    `Expected JSON text for the saved network but received "" of type string. It is damaged: ${complaint('')}`,
  ],
  [
    'truncated text',
    cut,
    'TypeError',
    `Expected JSON text for the saved network but received ${JSON.stringify(`${cut.slice(0, 40)}…`)} of type string. It is damaged: ${complaint(cut)}`,
  ],
  [
    'the text of a number',
    '42',
    'TypeError',
    'Expected an object for the saved network but received 42 of type number.',
  ],
  [
    'an unknown key',
    edited({ optimizer: 'sgd' }),
    'TypeError',
    `Unknown option "optimizer" in the saved network. Known: ${KEYS}.`,
  ],
  [
    'no format',
    edited({ format: undefined }),
    'RangeError',
    'Expected "lockstep-nn" for format of the saved network but received undefined.',
  ],
  [
    'another format',
    edited({ format: 'onnx' }),
    'RangeError',
    'Expected "lockstep-nn" for format of the saved network but received "onnx" of type string.',
  ],
  [
    'another version',
    edited({ version: 2 }),
    'RangeError',
    'Expected version 1 for version of the saved network but received 2 of type number. A newer lockstep-nn may read it.',
  ],
  [
    'parameters as an array',
    edited({ parameters: [1, 2] }),
    'TypeError',
    'Expected base64 text for parameters of the saved network but received an array of length 2.',
  ],
  [
    'parameters cut in a number',
    edited({ parameters: good.parameters.slice(0, 16) }),
    'RangeError',
    'Expected 184 characters, for 17 parameters, for parameters of the saved network but received 16. It is damaged.',
  ],
  [
    'parameters cut between numbers',
    edited({ parameters: good.parameters.slice(0, 32) }),
    'RangeError',
    'Expected 184 characters, for 17 parameters, for parameters of the saved network but received 32. It is damaged.',
  ],
  [
    'no inputs',
    edited({ inputs: undefined }),
    'TypeError',
    'Expected an integer from 1 to 16777216 for inputs but received undefined.',
  ],
  [
    'other layers',
    edited({ layers: [{ units: 3, activation: 'tan' }, { units: 2 }] }),
    'RangeError',
    `Expected the name of an activation for layers[0].activation but received "tan" of type string. Did you mean "tanh"? Known: ${activationNames.join(', ')}.`,
  ],
  [
    'a softmax of one unit',
    edited({ layers: [{ units: 3 }, { units: 1, activation: 'softmax' }] }),
    'RangeError',
    "Expected at least 2 units for softmax for layers[1].units but received 1 of type number. It would always be 1. For two classes, use activation: 'sigmoid' with the loss binaryCrossentropy.",
  ],
  [
    'another activation',
    edited({ layers: [{ units: 3, activation: 'relu' }, { units: 2 }] }),
    'RangeError',
    damaged(
      newNetwork({
        layers: [{ units: 3, activation: 'relu' }, { units: 2 }],
        seed: undefined,
        parameters: newNetwork().parameters,
      }).digest(),
    ),
  ],
  [
    'the parameters of another network',
    edited({ parameters: OTHER.toJSON().parameters }),
    'RangeError',
    damaged(OTHER.digest()),
  ],
  [
    'one other character in the parameters',
    edited({ parameters: flipped(7).parameters }),
    'RangeError',
    damaged(flipped(7).digest),
  ],
  [
    'another character near the end',
    edited({ parameters: flipped(good.parameters.length - 4).parameters }),
    'RangeError',
    damaged(flipped(good.parameters.length - 4).digest),
  ],
  [
    'no digest',
    edited({ digest: undefined }),
    'RangeError',
    `Expected the digest ${digest} for the saved network but received undefined. It is damaged or was edited.`,
  ],
  [
    'another digest',
    edited({ digest: 'abc' }),
    'RangeError',
    `Expected the digest ${digest} for the saved network but received "abc" of type string. It is damaged or was edited.`,
  ],
]

export const savedCalls: readonly WrongCall[] = rows.map(([title, saved, error, message]) => ({
  title: `fromJSON of ${title}`,
  call: () => Network.fromJSON(saved as never),
  error,
  message,
}))
