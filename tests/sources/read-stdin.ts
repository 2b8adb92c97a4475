/** Reads standard input as a source and prints what came: run as a process of its own. */
import { SourceReader } from './reader.ts';

const reader = new SourceReader({ kind: 'stdin' });
await reader.ended();
const sum = reader.firsts().reduce((a, b) => a + b, 0);
const states = reader.states.map(({ status }) => status);
console.log(JSON.stringify({ rows: reader.rows.length, sum, states }));
