/** Writes messages of the schema as bytes, with @bufbuild/protobuf, which is an optional package. */
import { createRequire } from 'node:module'
import type { BinaryWriter as Writer } from '@bufbuild/protobuf/wire'
import { type Message, SCHEMA, type Value } from './schema.js'

const PACKAGE = '@bufbuild/protobuf'

/** @throws Error with instructions to install the package, where it is missing */
export function protobufWriter(): new () => Writer {
  try {
    const wire = createRequire(import.meta.url)(`${PACKAGE}/wire`) as typeof import('@bufbuild/protobuf/wire')
    return wire.BinaryWriter
  } catch (error) {
    const message = `toOnnx needs the package ${PACKAGE}, which could not be loaded. Install it: npm install ${PACKAGE}`
    throw new Error(message, { cause: error })
  }
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
