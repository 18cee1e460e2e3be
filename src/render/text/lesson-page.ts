/** A lesson as a page of about one screen, and the list of lessons. */

import type { LessonList, LessonReport } from '../../report/lesson-schema.js';
import { LESSONS } from '../../words/lessons.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { breakText } from './columns.js';
import { displayWidth } from './display-width.js';
import { lensLines } from './lens-section.js';
import { nextSection } from './next-section.js';
import { inQuotes } from './prompt-words.js';
import { shellWord } from './shell-word.js';

/** Prose is easier to read in lines that are shorter than a wide terminal. */
const WIDEST_TEXT = 100;

/** `named` is the model that the reader named; without one the next lesson needs none either. */
export function renderLesson(report: LessonReport, options: RenderOptions, named?: string): string[] {
  const { theme, width, shell } = options;
  const room = Math.min(width, WIDEST_TEXT) - 2;
  const lines = [theme.title(report.title)];
  for (const paragraph of report.paragraphs) lines.push('', ...breakText(sanitize(paragraph), room));
  if (report.figure !== undefined) {
    lines.push('', ...breakText(sanitize(report.figure.text), room));
    const labels = Math.max(0, ...report.figure.rows.map(({ label }) => displayWidth(label)));
    for (const { label, value } of report.figure.rows) {
      const texts = breakText(sanitize(value), room - labels - 4);
      texts.forEach((text, i) => {
        lines.push(
          `  ${i === 0 ? theme.label(label) : ' '.repeat(displayWidth(label))}${' '.repeat(labels - displayWidth(label) + 2)}${theme.number(text)}`,
        );
      });
    }
  }
  if (report.lens !== undefined) lines.push('', ...lensLines(report.lens, { theme, width: room + 2 }));
  if (report.exercise !== undefined) {
    const [first = '', ...rest] = breakText(sanitize(report.exercise), room - 10);
    lines.push('', `${theme.heading('EXERCISE')}  ${first}`, ...rest.map((line) => `${' '.repeat(10)}${line}`));
  }
  if (report.command.length > 0) lines.push(theme.heading('TRY'), theme.command(commandLine(report.command, shell)));
  if (report.next !== null) {
    const command = commandLine(['learn', report.next, ...(named === undefined ? [] : [named])], shell);
    const title = LESSONS.find(({ id }) => id === report.next)?.title ?? '';
    lines.push(...nextSection([[command, title]], options));
  }
  return lines.map(withMargin);
}

export function renderLessonList({ model, lessons }: LessonList, { theme, width, shell }: RenderOptions): string[] {
  const lines = [theme.heading('LESSONS')];
  for (const { id, title, about } of lessons) {
    lines.push(
      '',
      theme.command(commandLine(['learn', id, ...(model === null ? [] : [model])], shell)),
      `  ${theme.title(title)}`,
    );
    lines.push(...breakText(about, width - 4).map((text) => `  ${theme.muted(text)}`));
  }
  const words =
    model === null ? 'They use a small model that comes with the program; add your own model to see its numbers.' : '';
  if (words !== '') lines.push('', ...breakText(words, width - 2).map(theme.muted));
  return lines.map(withMargin);
}

function commandLine(words: readonly string[], shell: RenderOptions['shell']): string {
  const quoted = (word: string) => (word.includes(' ') ? inQuotes(word, shell) : null) ?? shellWord(word, shell);
  return ['gguf-explain', ...words.map(quoted)].join(' ');
}
