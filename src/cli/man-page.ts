/**
 * The manual page `gguf-explain.1`, made like the help from the definitions of the commands. The build writes it (bin/build.mjs); the
 * program does not load this file. It uses the `man` macros, man(7).
 */

import type { Command } from 'commander';
import { COMMANDS } from './command-list.js';
import { GROUPS } from './define-command.js';
import { EXAMPLES, EXIT_CODES, HEADINGS, makeProgram } from './program.js';
import { VERSION } from './version.js';

/** The page, with a line break at its end. */
export function manPage(): string {
  const program = makeProgram(COMMANDS);
  const help = program.createHelp();
  const find = (name: string) => program.commands.find((command) => command.name() === name) as Command;
  const lines = [
    `.TH GGUF\\-EXPLAIN 1 "" "gguf\\-explain ${escaped(VERSION)}" "User Commands"`,
    ...section('NAME', 'gguf\\-explain \\- explain what is inside a GGUF model file'),
    ...section('SYNOPSIS', '.B gguf\\-explain', '.I MODEL', '.br', '.B gguf\\-explain', '.IR "COMMAND " ...'),
    ...section('DESCRIPTION', ...paragraph(program.description())),
    ...paragraph('Without a command the first word is a model, and its page is shown.'),
    ...section('OPTIONS', ...help.visibleOptions(program).flatMap((one) => item(one.flags, one.description))),
  ];
  for (const group of GROUPS) {
    const own = COMMANDS.filter((command) => command.group === group);
    lines.push(...section(HEADINGS[group], ...own.flatMap(({ name }) => commandItem(find(name), help))));
  }
  lines.push(...section('EXIT STATUS', ...pairs(EXIT_CODES)), ...section('EXAMPLES', ...pairs(EXAMPLES)));
  return `${lines.join('\n')}\n`;
}

function commandItem(command: Command, help: ReturnType<Command['createHelp']>): string[] {
  const names = command.aliases().length > 0 ? [`Also: ${command.aliases().join(', ')}.`] : [];
  const words = help
    .visibleArguments(command)
    .map((one) => item(help.argumentTerm(one), help.argumentDescription(one)));
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((one) => item(help.optionTerm(one), help.optionDescription(one)));
  const usage = `${command.name()} ${command.usage()}`;
  return [
    `.SS ${quoted(escaped(usage))}`,
    ...textLines([command.description(), ...names].join(' ')),
    ...[...words, ...options].flat(),
  ];
}

function pairs(rows: Readonly<Record<string, string>>): string[] {
  return Object.entries(rows).flatMap(([term, says]) => item(term, says));
}

function item(term: string, says: string): string[] {
  return ['.TP', `.B ${quoted(escaped(term))}`, ...textLines(says)];
}

function section(title: string, ...lines: string[]): string[] {
  return [`.SH ${title}`, ...(lines[0] === '.PP' ? lines.slice(1) : lines)];
}

function paragraph(words: string): string[] {
  return ['.PP', ...textLines(words)];
}

/** Text whose lines may begin with characters that troff reads as a request. */
function textLines(words: string): string[] {
  return words
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => escaped(line.trim()).replace(/^(?=[.'])/, '\\&'));
}

/**
 * In troff a backslash begins an escape, a plain hyphen may be printed as a different character, and non-ASCII letters have special names.
 */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(
      /[^\n -~]/gu,
      (letter) => `\\[u${(letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** An argument of a macro, with any characters. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
