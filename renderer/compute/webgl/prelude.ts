/**
 * GLSL that every kernel may call, on four numbers at a time. GPU.js puts the text before its own
 * functions and learns the types from the table.
 */
type Type = 'vec4' | 'float' | 'int';

/** A GLSL function that a kernel's source may call. */
export interface NativeFunction {
  readonly name: string;
  readonly returns: Type;
  readonly parameters: readonly (readonly [Type, string])[];
  /** Its statements. */
  readonly body: string;
}

const four = (...names: string[]): [Type, string][] => names.map((name) => ['vec4', name]);

export const PRELUDE: readonly NativeFunction[] = [
  // sum + Wᵀ x with the rows w of W.
  {
    name: 'multiplyAdd',
    returns: 'vec4',
    parameters: four('sum', 'x', 'w0', 'w1', 'w2', 'w3'),
    body: 'return sum + x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;',
  },
  // sum + W g with the rows w of W.
  {
    name: 'dotAdd',
    returns: 'vec4',
    parameters: four('sum', 'g', 'w0', 'w1', 'w2', 'w3'),
    body: 'return sum + vec4(dot(g, w0), dot(g, w1), dot(g, w2), dot(g, w3));',
  },
  {
    name: 'plus',
    returns: 'vec4',
    parameters: four('a', 'b'),
    body: 'return a + b;',
  },
  {
    name: 'times',
    returns: 'vec4',
    parameters: four('a', 'b'),
    body: 'return a * b;',
  },
  {
    name: 'scaled',
    returns: 'vec4',
    parameters: [
      ['vec4', 'a'],
      ['float', 'by'],
    ],
    body: 'return a * by;',
  },
  // a where the condition holds, else 0.
  {
    name: 'only',
    returns: 'vec4',
    parameters: [
      ['int', 'condition'],
      ['vec4', 'a'],
    ],
    body: 'return condition == 1 ? a : vec4(0.0);',
  },
  {
    name: 'quotient',
    returns: 'int',
    parameters: [
      ['int', 'a'],
      ['int', 'b'],
    ],
    body: 'return a / b;',
  },
  {
    name: 'remainder',
    returns: 'int',
    parameters: [
      ['int', 'a'],
      ['int', 'b'],
    ],
    body: 'return a % b;',
  },
  // The whole power of two of e^a, and the rest of e^a less 1 (Moshier's Cephes, expf): drivers'
  // own exp differ in the sixth digit, and some flush or overflow in ways of their own.
  {
    name: 'wholePower',
    returns: 'vec4',
    parameters: four('a'),
    body: 'return floor(a * 1.44269504 + 0.5);',
  },
  {
    name: 'powerOfTwo',
    returns: 'vec4',
    parameters: four('k'),
    body: 'return intBitsToFloat((ivec4(k) + 127) << 23);',
  },
  {
    name: 'restLessOne',
    returns: 'vec4',
    parameters: four('a', 'k'),
    body: `
      vec4 r = (a - k * 0.693359375) + k * 2.12194440e-4;
      vec4 p = 1.9875691500e-4 * r + 1.3981999507e-3;
      p = p * r + 8.3334519073e-3;
      p = p * r + 4.1665795894e-2;
      p = p * r + 1.6666665459e-1;
      p = p * r + 5.0000001201e-1;
      return p * r * r + r;`,
  },
  {
    name: 'exponential',
    returns: 'vec4',
    parameters: four('a'),
    body: `
      vec4 inside = clamp(a, -87.0, 88.0);
      vec4 k = wholePower(inside);
      return powerOfTwo(k) * (1.0 + restLessOne(inside, k));`,
  },
  {
    name: 'exponentialOf',
    returns: 'float',
    parameters: [['float', 'a']],
    body: 'return exponential(vec4(a)).x;',
  },
  {
    name: 'sigmoid',
    returns: 'vec4',
    parameters: four('a'),
    body: 'return 1.0 / (1.0 + exponential(-a));',
  },
  // tanh a = −d / (2 + d) with d = e^{−2a} − 1, which keeps the digits of a small a.
  {
    name: 'tangent',
    returns: 'vec4',
    parameters: four('a'),
    body: `
      vec4 inside = -2.0 * min(abs(a), 20.0);
      vec4 k = wholePower(inside);
      vec4 power = powerOfTwo(k);
      vec4 d = power * restLessOne(inside, k) + (power - 1.0);
      return sign(a) * -d / (2.0 + d);`,
  },
];

export function glslOf({ name, returns, parameters, body }: NativeFunction): string {
  const list = parameters.map(([type, parameter]) => `${type} ${parameter}`).join(', ');
  return `${returns} ${name}(${list}) { ${body} }\n`;
}

const TYPES = { vec4: 'Array(4)', float: 'Float', int: 'Integer' } as const;

/** As GPU.js wants to hear of it; what stands in the prelude brings no text of its own. */
export function declare(native: NativeFunction, source: string): object {
  return {
    name: native.name,
    source,
    returnType: TYPES[native.returns],
    argumentTypes: Object.fromEntries(
      native.parameters.map(([type, parameter]) => [parameter, TYPES[type]]),
    ),
  };
}
