import type { Layout } from '../layout.ts';
import type { Program } from '../program.ts';
import type { Layer, Turns } from './layer.ts';

/**
 * Steps out of surfaces by turns into one in the order of time, gates beside each other; `behind`
 * is 1 for states, which lie one behind their step.
 */
export function inTime(
  { memory, isReversed, states, y }: Layer,
  parts: readonly Turns[],
  output: Layout,
  behind: number,
): Program {
  const H4 = states.X;
  const pick = parts.map(
    (_, g) => `
      if (gate === ${g}) {
        if (odd === 0) value = even${g}_at(column, y, i);
        else value = odd${g}_at(column, y, i);
      }`,
  );
  return memory.program({
    name: 'in the order of time',
    textures: Object.fromEntries(
      parts.flatMap((_, g) => [
        [`even${g}`, states],
        [`odd${g}`, states],
      ]),
    ),
    output,
    body: `
      const gate = quotient(x, ${H4});
      const column = x - gate * ${H4};
      const i = ${isReversed ? `${y.T - 1} - z` : 'z'} + ${behind};
      const odd = remainder(i, 2);
      let value = [0, 0, 0, 0];
      ${pick.join('')}
      return value;`,
  });
}
