/** Every sentence that the engine can say to a person has a Chinese one. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import ofItself from '../../renderer/app/i18n/zh-cn-said.json' with { type: 'json' };
import ofSources from '../../renderer/app/i18n/zh-cn-said-of-sources.json' with { type: 'json' };
import { createTranslator } from '../../shared/domain/translate.ts';

const SENTENCES = { ...ofItself, ...ofSources };
const inChinese = createTranslator(SENTENCES);

/** Errors for people wherever they arise; of RangeErrors those that answer a person's input. */
const SPOKEN = ['Failure', 'DeliveryError'];
const RANGE_ERRORS =
  /^(shared\/(activity|detect|domain|decode)|electron\/engine\/(activity|sources))\//;
/** The bench is told in English, on the command line. */
const OTHER = /^electron\/(cli|engine\/bench)\//;
const LETTERS_MIN = 4;

interface Said {
  readonly place: string;
  readonly text: string;
}

/** What an expression can be as text, `‹n›` for each part that is only known later. */
function textsOf(node: ts.Expression, known: ReadonlyMap<string, ts.Expression>): string[] {
  const all = (parts: readonly ts.Expression[][]): string[] =>
    parts.reduce<string[]>(
      (before, options) =>
        before.flatMap((text) =>
          options.flatMap((one) => textsOf(one, known)).map((more) => text + more),
        ),
      [''],
    );
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression, known);
  if (ts.isConditionalExpression(node)) {
    return [...textsOf(node.whenTrue, known), ...textsOf(node.whenFalse, known)];
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return all([[node.left], [node.right]]);
  }
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(({ expression, literal }) =>
      textsOf(expression, known).map((text) => text + literal.text),
    );
    return spans.reduce(
      (before, options) => before.flatMap((text) => options.map((more) => text + more)),
      [node.head.text],
    );
  }
  const meant = ts.isIdentifier(node) ? known.get(node.text) : undefined;
  return meant ? textsOf(meant, known) : ['‹›'];
}

function saidIn(file: string): Said[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Said[] = [];
  const known = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer) {
      known.set(node.name.getText(), node.initializer);
    }
    const message = messageIn(node, file);
    if (message) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const place = `${file}:${line + 1}`;
      found.push(...textsOf(message, known).map((text) => ({ place, text })));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The words of an error that is made, of a row that is set aside, of an address refused. */
function messageIn(node: ts.Node, file: string): ts.Expression | undefined {
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText();
    if (name === 'Failure') return node.arguments?.[1];
    const isTold = SPOKEN.includes(name) || (name === 'RangeError' && RANGE_ERRORS.test(file));
    return isTold ? node.arguments?.[0] : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const isTold = /(^|[.#])(bad|refuse)$/.test(node.expression.getText());
  return isTold ? node.arguments.at(-1) : undefined;
}

const files = globSync('{electron,shared}/**/*.ts')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !OTHER.test(file));
const said = files
  .flatMap(saidIn)
  .filter(({ text }) => text.replaceAll('‹›', '').replace(/[^a-z]/gi, '').length >= LETTERS_MIN);

describe('what the engine says', () => {
  test('is found in the sources', () => {
    expect(said.length).toBeGreaterThan(150);
  });

  test('has a Chinese sentence, with all that stands in its blanks', () => {
    const wrong = said.filter(({ text }) => {
      let count = 0;
      const filled = text.replaceAll('‹›', () => `7${count++}7`);
      const chinese = inChinese(filled);
      const keeps = Array.from({ length: count }, (_, i) => chinese.includes(`7${i}7`));
      return !/\p{Script=Han}/u.test(chinese) || keeps.includes(false);
    });
    expect(wrong.map(({ place, text }) => `${place} ${text}`)).toEqual([]);
  });

  test('keeps its blanks in every entry', () => {
    const blanksOf = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();
    for (const [english, chinese] of Object.entries(SENTENCES)) {
      const blanks = blanksOf(english);
      expect(blanks, english).toEqual(blanks.map((_, i) => `{${i}}`));
      // A sentence for people elsewhere may name another example.
      expect(blanksOf(chinese), english).toEqual(blanks);
    }
  });

  test('is translated inside of another sentence, and sentence by sentence', () => {
    expect(
      inChinese('pump.csv cannot be read: there is no such file; check the name and the folder.'),
    ).toBe('pump.csv 无法读取：没有这个文件；请检查名称和文件夹。');
    const told = 'Line 4: "x" is no time; ISO or epoch ms was expected. No label was added.';
    expect(inChinese(told)).toBe(
      '第 4 行：“x”不是时间；应为 ISO 时间或 1970 年起的毫秒数。 没有添加任何标注。',
    );
  });

  test('stays as it is where it is not known', () => {
    expect(inChinese('EHOSTUNREACH 10.0.0.7:502')).toBe('EHOSTUNREACH 10.0.0.7:502');
    expect(inChinese('')).toBe('');
  });
});
