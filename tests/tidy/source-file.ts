/** Reading sources as text and as syntax: what they import, how long their functions are. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Import } from './layers.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Tracked and new files with one of these extensions, as paths from the root. */
export function listFiles(extensions: readonly string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  return files.filter((file) => extensions.some((extension) => file.endsWith(extension)));
}

/** The text; of a component, its script with the lines around it left empty. */
export function readScript(file: string): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return file.endsWith('.vue') ? scriptOf(text) : text;
}

export function scriptOf(component: string): string {
  const match = /<script[^>]*>([\s\S]*?)<\/script>/.exec(component);
  if (!match) return '';
  const before = component.slice(0, match.index).split('\n').length - 1;
  return '\n'.repeat(before) + match[1];
}

/** Every module named by an import or export, of types or values, at once or later. */
export function importsOf(file: string, script: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier) found.push(resolve(file, specifier));
    ts.forEachChild(node, visit);
  };
  visit(parse(file, script));
  return found;
}

function specifierOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const { moduleSpecifier } = node;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : null;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal) ? literal.text : null;
  }
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const [argument] = isCall ? node.arguments : [];
  return argument && ts.isStringLiteral(argument) ? argument.text : null;
}

function resolve(file: string, specifier: string): Import {
  if (specifier.startsWith('.')) return { kind: 'file', name: join(dirname(file), specifier) };
  if (specifier.startsWith('node:')) return { kind: 'package', name: 'node:' };
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return { kind: 'package', name };
}

export interface FunctionLength {
  readonly line: number;
  readonly lines: number;
}

export function functionsOf(file: string, script: string): FunctionLength[] {
  const source = parse(file, script);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const found: FunctionLength[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = lineOf(node.getStart(source));
      found.push({ line: first + 1, lines: lineOf(node.getEnd()) - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function parse(file: string, script: string): ts.SourceFile {
  const name = file.endsWith('.vue') ? `${file}.ts` : file;
  return ts.createSourceFile(name, script, ts.ScriptTarget.Latest, true);
}
