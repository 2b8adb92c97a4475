/** ONNX models as bytes: what is used of the public schema, github.com/onnx/onnx, onnx.proto. */
import protobuf from 'protobufjs/light.js';
import {
  FLOAT,
  type AttributeValue,
  type OnnxModel,
  type OnnxTensor,
  type OnnxValue,
} from '../../../shared/model/onnx/onnx-model.ts';

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated' as const, type, id });

/** Field numbers of onnx.proto. */
const MESSAGES = {
  ModelProto: {
    irVersion: one('int64', 1),
    producerName: one('string', 2),
    graph: one('GraphProto', 7),
    opsetImport: many('OperatorSetIdProto', 8),
    metadataProps: many('StringStringEntryProto', 14),
  },
  OperatorSetIdProto: { domain: one('string', 1), version: one('int64', 2) },
  StringStringEntryProto: { key: one('string', 1), value: one('string', 2) },
  GraphProto: {
    node: many('NodeProto', 1),
    name: one('string', 2),
    initializer: many('TensorProto', 5),
    input: many('ValueInfoProto', 11),
    output: many('ValueInfoProto', 12),
  },
  NodeProto: {
    input: many('string', 1),
    output: many('string', 2),
    name: one('string', 3),
    opType: one('string', 4),
    attribute: many('AttributeProto', 5),
  },
  AttributeProto: {
    name: one('string', 1),
    i: one('int64', 3),
    s: one('bytes', 4),
    ints: many('int64', 8),
    strings: many('bytes', 9),
    type: one('int32', 20),
  },
  TensorProto: {
    dims: many('int64', 1),
    dataType: one('int32', 2),
    name: one('string', 8),
    rawData: one('bytes', 9),
  },
  ValueInfoProto: { name: one('string', 1), type: one('TypeProto', 2) },
  TypeProto: { tensorType: one('TensorTypeProto', 1) },
  TensorTypeProto: { elemType: one('int32', 1), shape: one('TensorShapeProto', 2) },
  TensorShapeProto: { dim: many('DimensionProto', 1) },
  DimensionProto: { dimValue: one('int64', 1), dimParam: one('string', 2) },
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(MESSAGES).map(([name, fields]) => [name, { fields }])),
});

export function onnxBytes(model: OnnxModel): Uint8Array {
  const type = root.lookupType('ModelProto');
  return type.encode(type.create(messageOf(model))).finish();
}

function messageOf({ irVersion, opset, name, metadata, ...graph }: OnnxModel) {
  return {
    irVersion,
    producerName: 'offbeat',
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: graph.nodes.map(({ opType, input, output, attributes }, i) => ({
        ...{ opType, input, output, name: `${opType}_${i}` },
        attribute: Object.entries(attributes).map(attributeOf),
      })),
      initializer: graph.initializers.map(tensorOf),
      input: graph.inputs.map(valueOf),
      output: graph.outputs.map(valueOf),
    },
  };
}

/** Types as onnx.proto numbers them. */
function attributeOf([name, value]: [string, AttributeValue]) {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if (typeof value === 'string') return { name, s: bytes(value), type: 3 };
  if (typeof value[0] === 'number') return { name, ints: value, type: 7 };
  return { name, strings: value.map((text) => bytes(String(text))), type: 8 };
}

function tensorOf({ name, dims, dataType, values }: OnnxTensor) {
  const isFloat = dataType === FLOAT;
  const rawData = new Uint8Array(values.length * (isFloat ? 4 : 8));
  const view = new DataView(rawData.buffer);
  for (let i = 0; i < values.length; i++) {
    if (isFloat) view.setFloat32(4 * i, values[i], true);
    else view.setBigInt64(8 * i, BigInt(values[i]), true);
  }
  return { name, dims, dataType, rawData };
}

function valueOf({ name, dims }: OnnxValue) {
  const dim = dims.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
