/** Choices left out, as a page: a summary of each scope, then every choice in full. */
import { escapeHtml } from '../../report/escape-html.ts';
import { REPORT_STYLE } from '../../report/report-style.ts';
import {
  alternativesTable,
  leftOutTable,
  summaryLine,
  summaryTable,
  titleOf,
  togetherTable,
  type Table,
} from './choice-tables.ts';
import type { Scope } from './run-choices.ts';

const STYLE = `${REPORT_STYLE}
td,th{padding:4px 8px;text-align:right;border-bottom:1px solid var(--soft);vertical-align:top}
td:first-child,th:first-child,td:nth-child(2),th:nth-child(2){text-align:left}
.card{overflow-x:auto}summary{cursor:pointer;padding:4px 0}`;

export function choicesPage(scopes: readonly Scope[]): string {
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Choices left out</title>' +
    `<style>${STYLE}</style><main><h1>Choices left out</h1><p class="lead">Every choice of the ` +
    'one configuration is made again on all groups but one and measured on that one. Where ' +
    'choosing costs, the choice does not carry over.</p>' +
    `${scopes.map(section).join('')}</main></html>\n`
  );
}

function section(scope: Scope): string {
  const choices = scope.choices.map(
    (one) =>
      `<details><summary>${escapeHtml(summaryLine(one))}</summary>` +
      `${card(leftOutTable(one))}${card(alternativesTable(one))}</details>`,
  );
  const together = togetherTable(scope);
  const all = together ? `<h3>All choices at once</h3>${card(together)}` : '';
  return `<h2>${titleOf(scope)}</h2>${card(summaryTable(scope))}${all}${choices.join('')}`;
}

function card([head, ...rows]: Table): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells) => row(cells, 'td')).join('');
  return `<div class="card"><table>${row(head, 'th')}${body}</table></div>`;
}
