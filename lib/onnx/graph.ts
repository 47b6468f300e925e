/** A graph of ONNX operators under construction. Values are identified by name. */
import { wrongValue } from '../checks/errors.js'
import { INT_ATTRIBUTE, INT64, INTS_ATTRIBUTE, type Message, PRECISIONS, type Precision } from './schema.js'

interface Node {
  readonly opType: string
  readonly input: readonly string[]
  output: string
  readonly attribute: readonly Message[]
}

/** Integers, such as `axis`, or lists of them, such as `axes`. */
type Attributes = Readonly<Record<string, number | readonly number[]>>

export class Graph {
  private readonly nodes: Node[] = []
  private readonly initializers = new Map<string, Message>()
  /** The prefix of the current layer's values. */
  private scope = ''

  constructor(private readonly precision: Precision) {}

  enter(scope: string): void {
    this.scope = scope
  }

  /** Adds a node; returns the name of its output. */
  op(opType: string, input: readonly string[], attributes: Attributes = {}): string {
    const output = `${this.scope}.${opType}.${this.nodes.length}`
    const attribute = Object.entries(attributes).map(
      ([name, value]): Message =>
        typeof value === 'number'
          ? { name, i: value, type: INT_ATTRIBUTE }
          : { name, ints: value, type: INTS_ATTRIBUTE },
    )
    this.nodes.push({ opType, input, output, attribute })
    return output
  }

  /** Adds a scalar, for broadcasting. */
  number(value: number): string {
    return this.tensor(`${value}`, [], Float64Array.of(value))
  }

  /** Adds a tensor that is stored in the file. */
  tensor(name: string, shape: readonly number[], values: Float64Array): string {
    if (!this.initializers.has(name)) {
      const { dataType, bytes, max, set } = PRECISIONS[this.precision]
      const view = new DataView(new ArrayBuffer(bytes * values.length))
      for (let i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) > max) {
          throw wrongValue(`numbers that ${this.precision} has`, name, values[i], "Use precision: 'float64'.")
        }
        set(view, bytes * i, values[i])
      }
      this.initializers.set(name, { dims: shape, dataType, name, rawData: new Uint8Array(view.buffer) })
    }
    return name
  }

  /** Adds an index, or a list of them. */
  integers(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values
    const dims = typeof values === 'number' ? [] : [values.length]
    const name = `${this.scope}.indices.${this.nodes.length}`
    const view = new DataView(new ArrayBuffer(8 * list.length))
    for (let i = 0; i < list.length; i++) view.setBigInt64(8 * i, BigInt(list[i]), true)
    this.initializers.set(name, { dims, dataType: INT64, name, rawData: new Uint8Array(view.buffer) })
    return name
  }

  /** The graph from `x` [rows × inputs] to `y` [rows × outputs], which is the value with this name. */
  message(inputs: number, result: string, outputs: number): Message {
    const matrix = (name: string, columns: number): Message => ({
      name,
      type: {
        tensorType: {
          elemType: PRECISIONS[this.precision].dataType,
          shape: { dim: [{ dimParam: 'rows' }, { dimValue: columns }] },
        },
      },
    })
    for (const node of this.nodes) if (node.output === result) node.output = 'y'
    return {
      node: this.nodes.map(({ opType, input, output, attribute }) => ({
        input,
        output: [output],
        name: output,
        opType,
        attribute,
      })),
      name: 'network',
      initializer: [...this.initializers.values()],
      input: [matrix('x', inputs)],
      output: [matrix('y', outputs)],
    }
  }
}
