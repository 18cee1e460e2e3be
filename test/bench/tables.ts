/**
 * The two forms of a section's result: columns on a terminal, and Markdown for the kept page. Pure functions. Covers no part of the GGUF
 * specification.
 */

import type { Cell, Column, SectionResult } from './section.js';

const MET = '✓';
const MISSED = '✗';

function cellText({ text, met }: Cell): string {
  return met === undefined ? text : `${text} ${met ? MET : MISSED}`;
}

function align(text: string, width: number, side: Column['align']): string {
  return side === 'left' ? text.padEnd(width) : text.padStart(width);
}

/**
 * Lays a result out for a terminal.
 *
 * @param color whether escape codes may be used: green and red for targets met and missed, faint for the rest
 */
export function terminalTable({ title, notes, columns, groups }: SectionResult, color: boolean): string {
  const style = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const faint = (text: string) => style('2', text);
  const rows = groups.flat();
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => cellText(row[index]!).length)),
  );
  const line = (cells: readonly string[]) => ` ${cells.join('  ')}`.trimEnd();
  const shown = (cell: Cell, index: number) => {
    const text = align(cellText(cell), widths[index]!, columns[index]!.align);
    return cell.met === undefined ? text : style(cell.met ? '32' : '31', text);
  };
  const rule = faint(line([widths.map((width) => '─'.repeat(width)).join('──')]));
  return [
    style('1', ` ${title}`),
    ...notes.map((note) => faint(` ${note}`)),
    '',
    faint(line(columns.map((column, index) => align(column.title, widths[index]!, column.align)))),
    ...groups.flatMap((group) => [rule, ...group.map((row) => line(row.map(shown)))]),
  ].join('\n');
}

/** Lays a result out as a section of a Markdown page. */
export function markdownSection({ title, notes, columns, groups }: SectionResult): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    line(columns.map((column) => column.title)),
    line(columns.map((column) => (column.align === 'left' ? '---' : '---:'))),
    ...groups.flat().map((row) => line(row.map(cellText))),
  ].join('\n');
}

const BLOCK = /(?<=<!-- bench -->\n)[\s\S]*?(?=<!-- \/bench -->)/;

/** Puts these tables between the marks of the page's block and returns the page. Throws where the page has no such block. */
export function withTables(page: string, tables: string): string {
  if (!BLOCK.test(page)) throw new Error('the page has no block <!-- bench -->');
  return page.replace(BLOCK, () => `${tables}\n`);
}

/** Counts the targets in the sections, and those that were met. */
export function countTargets(results: readonly SectionResult[]): { set: number; met: number } {
  const judged = results.flatMap(({ groups }) => groups.flat(2)).filter(({ met }) => met !== undefined);
  return { set: judged.length, met: judged.filter(({ met }) => met).length };
}
