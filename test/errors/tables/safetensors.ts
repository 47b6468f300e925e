/** Wrong safetensors files. */
import { fromSafetensors } from 'lockstep-nn/formats'
import { edited, fileOf, partsOf, tinyFile } from '../../support/safetensors.js'
import type { WrongCall } from '../../support/wrong.js'

type Fault = WrongCall['error']
type BadFile = (title: string, file: () => unknown, error: Fault, message: string) => WrongCall
type Change = (title: string, change: Record<string, unknown>, error: Fault, message: string) => WrongCall

const FILE = 'the safetensors file'
const good = tinyFile()
const { header, data } = partsOf(good)
const WEIGHTS = 'layers.0.weights'
const BIAS = 'layers.0.bias'
const { digest } = header.__metadata__ as { digest: string }

const bytes: BadFile = (title, file, error, message) => ({
  title: `fromSafetensors of ${title}`,
  call: () => fromSafetensors(file() as Uint8Array),
  error,
  message,
})

/** The good file with another tensor of weights, and without its digest, which would refuse it. */
const weights: Change = (title, change, error, message) => {
  const changed = () => edited(good, (all) => ({ ...all, [WEIGHTS]: { ...all[WEIGHTS], ...change } }))
  return bytes(title, changed, error, message.replace('TENSOR', `tensor "${WEIGHTS}" of ${FILE}`))
}

const metadata: Change = (title, change, error, message) => {
  const changed = () => edited(good, (all) => ({ ...all, __metadata__: { ...all.__metadata__, ...change } }))
  return bytes(title, changed, error, message)
}

const HEADER = `the header of ${FILE}`
const TRUNCATED = 'The file is truncated or damaged.'

export const safetensorsFiles: readonly WrongCall[] = [
  bytes('text', () => 'abc', 'TypeError', `Expected a Uint8Array for ${FILE} but received "abc" of type string.`),
  bytes(
    'a buffer',
    () => good.buffer,
    'TypeError',
    `Expected a Uint8Array for ${FILE} but received an object of type ArrayBuffer. Wrap it: new Uint8Array(buffer).`,
  ),
  bytes(
    'values instead of bytes',
    () => new Float64Array(4),
    'TypeError',
    `Expected a Uint8Array for ${FILE} but received a Float64Array of length 4.`,
  ),
  bytes(
    'nothing',
    () => new Uint8Array(0),
    'RangeError',
    `Expected at least 8 bytes for ${FILE} but received 0 bytes. ${TRUNCATED}`,
  ),
  bytes(
    'half a header',
    () => good.subarray(0, 30),
    'RangeError',
    `Expected at most the 22 bytes that follow for the length of ${HEADER} but received ${good.length - 8 - data.length}n of type bigint. ${TRUNCATED}`,
  ),
  bytes(
    'a huge header',
    () => fileOf('{}', data, 2n ** 63n),
    'RangeError',
    `Expected at most 100000000 bytes for the length of ${HEADER} but received ${2n ** 63n}n of type bigint. The file is damaged.`,
  ),
  bytes(
    'half its data',
    () => good.subarray(0, good.length - 1),
    'RangeError',
    `Expected an offset of at most 47 for data_offsets[1] of tensor "${BIAS}" of ${FILE} but received 48 of type number. ${TRUNCATED}`,
  ),
  bytes(
    'more than its data',
    () => fileOf(header, new Uint8Array(49)),
    'RangeError',
    `Expected 48 bytes of data for ${FILE} but received 49 bytes. The file is damaged.`,
  ),
  bytes(
    'a header that is not UTF-8',
    () => {
      const copy = good.slice()
      copy[12] = 0xff
      return copy
    },
    'RangeError',
    `Expected UTF-8 for ${HEADER} but received other bytes. The file is damaged.`,
  ),
  bytes(
    'a header with a byte order mark',
    () => fileOf('\ufeff{}'),
    'RangeError',
    `Expected text that begins with { for ${HEADER} but received "\ufeff{}" of type string. The file is damaged.`,
  ),
  bytes(
    'a header that is an array',
    () => fileOf('[1]'),
    'RangeError',
    `Expected text that begins with { for ${HEADER} but received "[1]" of type string. The file is damaged.`,
  ),
  bytes(
    'a header that is deeply nested',
    () => fileOf(`{"a":${'['.repeat(100_000)}`),
    'RangeError',
    `Expected at most 3 levels for ${HEADER} but received more at byte 15. The file is damaged.`,
  ),
  bytes(
    'a header with a tensor twice',
    () => fileOf('{"ü":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"\\u00fc":{}}', new Uint8Array(8)),
    'RangeError',
    `Expected each key once for ${HEADER}, byte 62, but received "ü" of type string. The file is damaged.`,
  ),
  bytes(
    'a tensor with a key twice',
    () => fileOf('{"a":{"dtype":"F64","dtype":"F64","shape":[],"data_offsets":[0,8]}}', new Uint8Array(8)),
    'RangeError',
    `Expected each key once for ${HEADER}, byte 28, but received "dtype" of type string. The file is damaged.`,
  ),
  bytes(
    'metadata twice',
    () => fileOf('{"__metadata__":{},"__metadata__":{"format":"lockstep-nn"}}'),
    'RangeError',
    `Expected each key once for ${HEADER}, byte 27, but received "__metadata__" of type string. The file is damaged.`,
  ),
  bytes(
    'a tensor that is a number',
    () => fileOf({ a: 1 }),
    'TypeError',
    `Expected an object for tensor "a" of ${FILE} but received 1 of type number. The file is damaged.`,
  ),
  bytes(
    'a tensor called __proto__',
    () => fileOf('{"__proto__":{"dtype":"F64","shape":[1]}}'),
    'TypeError',
    `Expected [begin, end] for data_offsets of tensor "__proto__" of ${FILE} but received undefined. The file is damaged.`,
  ),
  weights(
    'a type that is no text',
    { dtype: 7 },
    'TypeError',
    `Expected the name of a type for dtype of TENSOR but received 7 of type number. The file is damaged.`,
  ),
  weights(
    'another type',
    { dtype: 'F32', shape: [2, 4] },
    'RangeError',
    'Expected shape [2, 2] for TENSOR but received [2, 4].',
  ),
  weights(
    'whole numbers',
    { dtype: 'I64' },
    'RangeError',
    'Expected F64 or F32 for dtype of TENSOR but received "I64" of type string. Convert it first.',
  ),
  weights(
    'a size that is no whole number',
    { shape: [2, 2.5] },
    'RangeError',
    `Expected a size for shape[1] of TENSOR but received 2.5 of type number. The file is damaged.`,
  ),
  weights(
    'a size below 0',
    { shape: [-2, -2] },
    'RangeError',
    `Expected a size for shape[0] of TENSOR but received -2 of type number. The file is damaged.`,
  ),
  weights(
    'no sizes',
    { shape: 4 },
    'TypeError',
    `Expected an array of sizes for shape of TENSOR but received 4 of type number. The file is damaged.`,
  ),
  weights(
    'sizes beyond all numbers',
    { shape: [2 ** 53 - 1, 2 ** 53 - 1, 4] },
    'RangeError',
    `Expected ${8 * (2 ** 53 - 1) * (2 ** 53 - 1) * 4} bytes (F64, shape [9007199254740991, 9007199254740991, 4]) for data_offsets of TENSOR but received 32 bytes. The file is damaged.`,
  ),
  weights(
    'another shape of as many values',
    { shape: [4] },
    'RangeError',
    'Expected shape [2, 2] for TENSOR but received [4].',
  ),
  weights(
    'offsets that are turned',
    { data_offsets: [32, 0] },
    'RangeError',
    `Expected an offset of at least 32 for data_offsets[1] of TENSOR but received 0 of type number. The file is damaged.`,
  ),
  weights(
    'an offset below 0',
    { data_offsets: [-8, 24] },
    'RangeError',
    `Expected an offset for data_offsets[0] of TENSOR but received -8 of type number. The file is damaged.`,
  ),
  weights(
    'offsets that are text',
    { data_offsets: '08' },
    'TypeError',
    `Expected [begin, end] for data_offsets of TENSOR but received "08" of type string. The file is damaged.`,
  ),
  weights(
    'offsets that overlap another tensor',
    { data_offsets: [8, 40] },
    'RangeError',
    'Expected an offset of 0 for data_offsets[0] of TENSOR but received 8 of type number. There is a gap before it.',
  ),
  bytes(
    'tensors one above the other',
    () => fileOf({ ...header, [BIAS]: { dtype: 'F64', shape: [2], data_offsets: [24, 40] } }, data.subarray(0, 40)),
    'RangeError',
    `Expected an offset of 32 for data_offsets[0] of tensor "${BIAS}" of ${FILE} but received 24 of type number. It overlaps another tensor.`,
  ),
  bytes(
    'a tensor too few',
    () => fileOf({ __metadata__: header.__metadata__, [WEIGHTS]: header[WEIGHTS] }, data.subarray(0, 32)),
    'RangeError',
    `Expected a tensor "${BIAS}" for ${FILE} but received one without. It holds "${WEIGHTS}".`,
  ),
  bytes(
    'a tensor under another name',
    () => fileOf({ __metadata__: header.__metadata__, [WEIGHTS]: header[WEIGHTS], bias: header[BIAS] }, data),
    'RangeError',
    `Expected a tensor "${BIAS}" for ${FILE} but received one without. It holds "${WEIGHTS}", "bias".`,
  ),
  bytes(
    'a tensor too many',
    () =>
      fileOf(
        { ...header, 'layers.0.mask': { dtype: 'BOOL', shape: [2], data_offsets: [48, 50] } },
        new Uint8Array([...data, 0, 1]),
      ),
    'RangeError',
    `Expected only tensors of the network for ${FILE} but received "layers.0.mask" of type string. Did you mean "${BIAS}"? Known: ${WEIGHTS}, ${BIAS}.`,
  ),
  bytes(
    'no metadata',
    () => fileOf({ [WEIGHTS]: header[WEIGHTS], [BIAS]: header[BIAS] }, data),
    'RangeError',
    `Expected "lockstep-nn" for format in the metadata of ${FILE} but received undefined. Use loadSafetensors() for tensors of other programs.`,
  ),
  metadata(
    'the format of another program',
    { format: 'pt' },
    'RangeError',
    `Expected "lockstep-nn" for format in the metadata of ${FILE} but received "pt" of type string. Use loadSafetensors() for tensors of other programs.`,
  ),
  metadata(
    'another version',
    { version: '2' },
    'RangeError',
    `Expected "1" for version in the metadata of ${FILE} but received "2" of type string. Use loadSafetensors() for tensors of other programs.`,
  ),
  metadata(
    'metadata that is no text',
    { version: 1 },
    'TypeError',
    `Expected text for "version" in __metadata__ of ${FILE} but received 1 of type number. The file is damaged.`,
  ),
  bytes(
    'metadata that is a list',
    () => fileOf({ ...header, __metadata__: [] }, data),
    'TypeError',
    `Expected an object for __metadata__ of ${FILE} but received an array of length 0. The file is damaged.`,
  ),
  metadata(
    'no architecture',
    { architecture: undefined },
    'TypeError',
    `Expected JSON text for architecture in the metadata of ${FILE} but received undefined.`,
  ),
  metadata(
    'an architecture that is no object',
    { architecture: '[]' },
    'TypeError',
    `Expected an object for architecture in the metadata of ${FILE} but received an array of length 0.`,
  ),
  metadata(
    'an architecture with a prototype',
    { architecture: '{"inputs":2,"__proto__":{"layers":[{"units":2}]}}' },
    'TypeError',
    `Unknown option "__proto__" in architecture in the metadata of ${FILE}. Known: inputs, layers.`,
  ),
  metadata(
    'an architecture larger than the file',
    { architecture: '{"inputs":16777216,"layers":[{"units":127}]}' },
    'RangeError',
    `Expected shape [16777216, 127] for tensor "${WEIGHTS}" of ${FILE} but received [2, 2].`,
  ),
  metadata(
    'another digest',
    { digest: 'abc' },
    'RangeError',
    `Expected the digest ${digest} for ${FILE} but received "abc" of type string. It is damaged or was edited.`,
  ),
]
