/** Wrong calls with safetensors files, and files of other networks. */
import { Ensemble, type Network } from 'lockstep-nn'
import { loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { edited, fileOf, float32Bytes, tiny, tinyFile } from '../../support/safetensors.js'
import { ENSEMBLE, type WrongCall } from '../../support/wrong.js'

const FILE = 'the safetensors file'
const good = tinyFile()
const WEIGHTS = 'layers.0.weights'
const BIAS = 'layers.0.bias'

const rows: readonly (readonly [string, (network: Network) => unknown, WrongCall['error'], string])[] = [
  [
    'toSafetensors of an ensemble',
    () => toSafetensors(new Ensemble(ENSEMBLE) as never),
    'TypeError',
    'Expected a Network for network but received an object of type Ensemble. Take one of ensemble.members.',
  ],
  [
    'toSafetensors of what toJSON gave',
    (network) => toSafetensors(network.toJSON() as never),
    'TypeError',
    'Expected a Network for network but received an object.',
  ],
  [
    'loadSafetensors into no network',
    () => loadSafetensors({} as never, good),
    'TypeError',
    'Expected a Network for network but received an object.',
  ],
  [
    'loadSafetensors of a matrix that is turned',
    (network) =>
      loadSafetensors(
        network,
        fileOf(
          {
            [WEIGHTS]: { dtype: 'F32', shape: [3, 2], data_offsets: [0, 24] },
            [BIAS]: { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
          },
          float32Bytes(1, 2, 3, 4, 5, 6, 7, 8, 9),
        ),
      ),
    'RangeError',
    `Expected shape [2, 3] for tensor "${WEIGHTS}" of ${FILE} but received [3, 2]. With transposed: true, matrices are transposed.`,
  ],
  [
    'loadSafetensors of whole numbers',
    () =>
      loadSafetensors(
        tiny(),
        edited(good, (all) => ({ ...all, [BIAS]: { ...all[BIAS], dtype: 'I64' } })),
      ),
    'RangeError',
    `Expected F64 or F32 for dtype of tensor "${BIAS}" of ${FILE} but received "I64" of type string. Convert it first.`,
  ],
  [
    'loadSafetensors of a type that does not exist',
    () =>
      loadSafetensors(
        tiny(),
        edited(good, (all) => ({ ...all, [BIAS]: { ...all[BIAS], dtype: 'F99' } })),
      ),
    'RangeError',
    `Expected F64 or F32 for dtype of tensor "${BIAS}" of ${FILE} but received "F99" of type string. Convert it first.`,
  ],
  [
    'loadSafetensors with another option',
    (network) => loadSafetensors(network, good, { transpose: true } as never),
    'TypeError',
    'Unknown option "transpose" in the options of loadSafetensors. Did you mean "transposed"? Known: names, transposed.',
  ],
  [
    'loadSafetensors with transposed as text',
    (network) => loadSafetensors(network, good, { transposed: 'yes' } as never),
    'TypeError',
    'Expected true or false for transposed but received "yes" of type string.',
  ],
  [
    'loadSafetensors with a name for a tensor that is none',
    () => loadSafetensors(tiny(), good, { names: { 'layers.0.weight': 'w' } }),
    'TypeError',
    `Unknown option "layers.0.weight" in names. Did you mean "${WEIGHTS}"? Known: ${WEIGHTS}, ${BIAS}.`,
  ],
  [
    'loadSafetensors with a name that is no text',
    () => loadSafetensors(tiny(), good, { names: () => 1 as never }),
    'TypeError',
    `Expected the name of a tensor for names of ${WEIGHTS} but received 1 of type number.`,
  ],
  [
    'loadSafetensors with one name for two tensors',
    () => loadSafetensors(tiny(), good, { names: () => WEIGHTS }),
    'RangeError',
    `Expected a name for each tensor for names of ${BIAS} but received "${WEIGHTS}" of type string. It is used twice.`,
  ],
  [
    'loadSafetensors of the file of another network',
    (network) => loadSafetensors(network, good),
    'RangeError',
    `Expected shape [2, 3] for tensor "${WEIGHTS}" of ${FILE} but received [2, 2].`,
  ],
]

export const safetensorsCalls: readonly WrongCall[] = rows.map(([title, call, error, message]) => ({
  title,
  call,
  error,
  message,
}))
