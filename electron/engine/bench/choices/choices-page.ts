/** Choices left out, as a page: a summary of each scope, then every choice in full. */
import { escapeHtml } from '../../report/escape-html.ts';
import { REPORT_STYLE } from '../../report/report-style.ts';
import {
  alternativesTable,
  isText,
  leftOutTable,
  summaryLine,
  summaryTable,
  titleOf,
  togetherLines,
  togetherTable,
  type Table,
} from './choice-tables.ts';
import type { Scope, Together } from './run-choices.ts';

const STYLE = `${REPORT_STYLE}
td,th{padding:4px 8px;text-align:right;border-bottom:1px solid var(--soft);vertical-align:top}
td.text,th.text{text-align:left}
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
  const all = scope.together ? allAtOnce(scope.together) : '';
  return `<h2>${titleOf(scope)}</h2>${card(summaryTable(scope))}${all}${choices.join('')}`;
}

function allAtOnce(together: Together): string {
  const lines = togetherLines(together).map((line) => `<p>${escapeHtml(line)}</p>`);
  return `<h3>All choices at once</h3>${card(togetherTable(together))}${lines.join('')}`;
}

function card(table: Table): string {
  const row = (cells: readonly string[], tag: string): string => {
    const content = cells.map((cell, column) => {
      const left = isText(table, column) ? ' class="text"' : '';
      return `<${tag}${left}>${escapeHtml(cell)}</${tag}>`;
    });
    return `<tr>${content.join('')}</tr>`;
  };
  const rows = table.map((cells, i) => row(cells, i === 0 ? 'th' : 'td'));
  return `<div class="card"><table>${rows.join('')}</table></div>`;
}
