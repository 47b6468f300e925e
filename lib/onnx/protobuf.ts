/** Writes messages of the schema as bytes, with @bufbuild/protobuf, which is an optional package. */
import { loadProtobuf } from '#packages'
import { wrongType } from '../checks/errors.js'
import type { ProtobufWire, ProtobufWriter as Writer } from '../platform/packages.js'
import { type Message, SCHEMA, type Value } from './schema.js'

/**
 * The writer of the package.
 * @param given the caller's `@bufbuild/protobuf/wire`; undefined: the installed one
 * @throws Error with instructions, where the package cannot be loaded
 */
export function protobufWriter(given: unknown): new () => Writer {
  if (given === undefined) return loadProtobuf().BinaryWriter
  const BinaryWriter = typeof given === 'object' && given !== null ? (given as ProtobufWire).BinaryWriter : undefined
  if (typeof BinaryWriter !== 'function') {
    throw wrongType(
      'the package @bufbuild/protobuf/wire',
      'protobuf',
      given,
      "Import * from '@bufbuild/protobuf/wire'.",
    )
  }
  return BinaryWriter
}

const VARINT = 0
const LENGTH_DELIMITED = 2

/** Writes a message of this name. */
export function writeMessage(writer: Writer, name: string, message: Message): Writer {
  for (const [field, value] of Object.entries(message)) {
    const [number, kind] = SCHEMA[name][field]
    const single = kind.replace('*', '')
    for (const one of (kind.endsWith('*') ? value : [value]) as readonly Value[]) {
      if (single === 'int') writer.tag(number, VARINT).int64(one as number)
      else {
        writer.tag(number, LENGTH_DELIMITED)
        if (single === 'text') writer.string(one as string)
        else if (single === 'bytes') writer.bytes(one as Uint8Array)
        else writeMessage(writer.fork(), single, one as Message).join()
      }
    }
  }
  return writer
}
