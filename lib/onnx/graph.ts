/** A graph of ONNX operators under construction. Values are identified by name. */
import { wrongValue } from '../checks/errors.js'
import {
  BOOL,
  INT_ATTRIBUTE,
  INT64,
  INTS_ATTRIBUTE,
  type Message,
  PRECISIONS,
  type Precision,
  STRINGS_ATTRIBUTE,
  TEXT,
} from './schema.js'

interface Node {
  readonly opType: string
  input: readonly string[]
  output: string
  readonly attribute: readonly Message[]
  readonly domain: string
}

/** Integers, such as `axis`, or lists of them, such as `axes`, or lists of texts. */
type Attributes = Readonly<Record<string, number | readonly number[] | readonly string[]>>

/** An input or an output of the graph; each has a row for each sample. */
export interface Port {
  readonly name: string
  /** A code of TensorProto.dataType. */
  readonly dataType: number
  /** The number of columns; null for a value for each sample. */
  readonly columns: number | null
}

/** The domain of the operators of classical machine learning. */
export const ML_DOMAIN = 'ai.onnx.ml'

function attributeOf([name, value]: [string, Attributes[string]]): Message {
  if (typeof value === 'number') return { name, i: value, type: INT_ATTRIBUTE }
  if (typeof value[0] === 'string') return { name, strings: value as readonly string[], type: STRINGS_ATTRIBUTE }
  return { name, ints: value as readonly number[], type: INTS_ATTRIBUTE }
}

export class Graph {
  private readonly nodes: Node[] = []
  private readonly initializers = new Map<string, Message>()
  /** The prefix of the current layer's or column's values. */
  private scope = ''
  /** The precision of numbers and tensors that are added. */
  private current: Precision

  /** @param taken the names of inputs and outputs, which no other value may have */
  constructor(
    private readonly precision: Precision,
    private readonly taken: ReadonlySet<string> = new Set(),
  ) {
    this.current = precision
  }

  enter(scope: string): void {
    this.scope = scope
  }

  /** Adds nodes whose numbers and tensors have another precision. */
  within<Result>(precision: Precision, add: () => Result): Result {
    this.current = precision
    try {
      return add()
    } finally {
      this.current = this.precision
    }
  }

  /** Adds a node; returns the name of its output. */
  op(opType: string, input: readonly string[], attributes: Attributes = {}, domain = ''): string {
    const output = this.free(`${this.scope}.${opType}.${this.nodes.length}`)
    this.nodes.push({ opType, input, output, attribute: Object.entries(attributes).map(attributeOf), domain })
    return output
  }

  /** Adds a scalar, for broadcasting. */
  number(value: number): string {
    const name = this.current === this.precision ? `${value}` : `${value} as ${this.current}`
    return this.tensor(name, [], Float64Array.of(value))
  }

  /** Adds a tensor that is stored in the file. */
  tensor(name: string, shape: readonly number[], values: Float64Array): string {
    return this.initializer(name, shape, () => {
      const { dataType, bytes, max, set } = PRECISIONS[this.current]
      const view = new DataView(new ArrayBuffer(bytes * values.length))
      for (let i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) > max) {
          throw wrongValue(`numbers that ${this.current} has`, name, values[i], "Use precision: 'float64'.")
        }
        set(view, bytes * i, values[i])
      }
      return { dataType, rawData: new Uint8Array(view.buffer) }
    })
  }

  /** Adds an index, or a list of them. */
  integers(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values
    const dims = typeof values === 'number' ? [] : [values.length]
    return this.initializer(`${this.scope}.indices.${this.initializers.size}`, dims, () => {
      const view = new DataView(new ArrayBuffer(8 * list.length))
      for (let i = 0; i < list.length; i++) view.setBigInt64(8 * i, BigInt(list[i]), true)
      return { dataType: INT64, rawData: new Uint8Array(view.buffer) }
    })
  }

  /** Adds a list of texts or of booleans. */
  list(name: string, values: readonly string[] | readonly boolean[]): string {
    return this.initializer(name, [values.length], (): Message => {
      if (typeof values[0] === 'string') return { dataType: TEXT, stringData: values as readonly string[] }
      return { dataType: BOOL, rawData: Uint8Array.from(values as readonly boolean[], Number) }
    })
  }

  /** Gives a value the name of an output of the graph. */
  result(value: string, name: string): void {
    const isOutput = this.taken.has(value) || !this.nodes.some(({ output }) => output === value)
    const made = isOutput ? this.op('Identity', [value]) : value
    for (const node of this.nodes) {
      node.input = node.input.map((one) => (one === made ? name : one))
      if (node.output === made) node.output = name
    }
  }

  /** Whether a node is of this domain. */
  uses(domain: string): boolean {
    return this.nodes.some((node) => node.domain === domain)
  }

  /** The graph with these inputs, and outputs that have been named by `result`. */
  message(inputs: readonly Port[], outputs: readonly Port[], name = 'network'): Message {
    const info = ({ name: port, dataType: elemType, columns }: Port): Message => ({
      name: port,
      type: {
        tensorType: {
          elemType,
          shape: { dim: [{ dimParam: 'rows' }, ...(columns === null ? [] : [{ dimValue: columns }])] },
        },
      },
    })
    return {
      node: this.nodes.map(({ opType, input, output, attribute, domain }) => ({
        input,
        output: [output],
        name: output,
        opType,
        attribute,
        ...(domain === '' ? {} : { domain }),
      })),
      name,
      initializer: [...this.initializers.values()],
      input: inputs.map(info),
      output: outputs.map(info),
    }
  }

  private initializer(key: string, dims: readonly number[], make: () => Message): string {
    const known = this.initializers.get(key)
    if (known !== undefined) return known.name as string
    const { dataType, ...data } = make()
    const name = this.free(key)
    this.initializers.set(key, { dims, dataType, name, ...data })
    return name
  }

  /** A name that no input or output has. */
  private free(name: string): string {
    return this.taken.has(name) ? this.free(`${name}_`) : name
  }
}
