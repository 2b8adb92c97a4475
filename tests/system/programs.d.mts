export const PROGRAMS: readonly string[];
/** null: it is not installed. */
export function findProgram(name: string): string | null;
export function howToBring(name: string): string;
export function bringPrograms(say?: (text: string) => void): void;
