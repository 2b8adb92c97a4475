/**
 * An ONNX model as plain data, field by field as in the public schema (onnx.proto, IR version 8),
 * and a list of nodes that grows.
 */
const IR_VERSION = 8;
/** Operators as they were in 2021: most engines know them. */
const OPSET = 17;

export const FLOAT = 1;
const INT64 = 7;

export type AttributeValue = number | string | readonly number[] | readonly string[];

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** FLOAT is written as float32, INT64 as int64. */
  readonly dataType: typeof FLOAT | typeof INT64;
  readonly values: ArrayLike<number>;
}

export interface OnnxNode {
  readonly opType: string;
  /** '' stands for an optional input that is not given. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Sizes, or names of sizes that are known only when the model runs. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

export class OnnxGraph {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers = new Map<string, OnnxTensor>();
  private values = 0;

  newName(): string {
    return `value_${++this.values}`;
  }

  /** Notes a node; answers the name of its only output. */
  node(
    opType: string,
    input: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    output = this.newName(),
  ): string {
    this.nodes.push({ opType, input, output: [output], attributes });
    return output;
  }

  /** Notes a node of several outputs; '' for those that nobody asks for. */
  nodeOf(node: OnnxNode): void {
    this.nodes.push(node);
  }

  /** The same name stands for the same numbers. */
  floats(name: string, dims: readonly number[], values: ArrayLike<number>): string {
    this.initializers.set(name, { name, dims, dataType: FLOAT, values });
    return name;
  }

  integers(...values: readonly number[]): string {
    const name = `integers_${values.join('_')}`;
    this.initializers.set(name, { name, dims: [values.length], dataType: INT64, values });
    return name;
  }

  model(
    name: string,
    inputs: readonly OnnxValue[],
    outputs: readonly OnnxValue[],
    metadata: Readonly<Record<string, string>> = {},
  ): OnnxModel {
    const { nodes } = this;
    const initializers = [...this.initializers.values()];
    return {
      ...{ irVersion: IR_VERSION, opset: OPSET, name, metadata },
      ...{ inputs, outputs, nodes, initializers },
    };
  }
}
