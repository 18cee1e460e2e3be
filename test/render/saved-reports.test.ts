/**
 * The report is the contract: the output of `--json`, saved and read back, gives byte for byte what every other format prints. The list of
 * formats comes from the program.
 */

import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { makeProgram } from '../../src/cli/program.js';
import { VERSION } from '../../src/cli/version.js';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { checkMarkdown } from '../../src/render/check-markdown.js';
import { tensorsCsv } from '../../src/render/csv.js';
import { cyclonedx } from '../../src/render/cyclonedx.js';
import { diffMarkdown } from '../../src/render/diff-markdown.js';
import { githubAnnotations } from '../../src/render/github.js';
import { gitlabCodeQuality } from '../../src/render/gitlab.js';
import { renderHtmlPage } from '../../src/render/html/page.js';
import { ndjson } from '../../src/render/json.js';
import { junit } from '../../src/render/junit.js';
import { type Lines, pageText } from '../../src/render/lines.js';
import { renderMermaid } from '../../src/render/mermaid.js';
import { modelCard } from '../../src/render/model-card.js';
import type { RenderOptions } from '../../src/render/options.js';
import { printableDocument, sanitize, sanitizeJson } from '../../src/render/sanitize.js';
import { sarif } from '../../src/render/sarif.js';
import { renderSvg } from '../../src/render/svg.js';
import { renderAttention } from '../../src/render/text/attention-page.js';
import { renderCheckPage, renderVerdicts } from '../../src/render/text/check-page.js';
import { renderComparedAttention } from '../../src/render/text/compared-attention-page.js';
import { renderComputedFlow } from '../../src/render/text/computed-flow-page.js';
import { renderDiffPage } from '../../src/render/text/diff-page.js';
import { explainPageLines } from '../../src/render/text/explain-page.js';
import { renderFlow } from '../../src/render/text/flow-page.js';
import { hashLines } from '../../src/render/text/hash-page.js';
import { renderHeads } from '../../src/render/text/heads-page.js';
import { renderLesson, renderLessonList } from '../../src/render/text/lesson-page.js';
import { renderList } from '../../src/render/text/list-page.js';
import { renderMemoryComparison } from '../../src/render/text/memory-comparison-page.js';
import { renderMemory } from '../../src/render/text/memory-page.js';
import { renderMetadata } from '../../src/render/text/metadata-table.js';
import { renderSizes } from '../../src/render/text/sizes-page.js';
import { renderStatsTable } from '../../src/render/text/stats-table.js';
import { renderTensorPage } from '../../src/render/text/tensor-page.js';
import { renderTensorTable } from '../../src/render/text/tensor-table.js';
import { renderToken } from '../../src/render/text/token-page.js';
import { valuesSection } from '../../src/render/text/values-section.js';
import { PLAIN_THEME } from '../../src/render/theme.js';
import { REPORT_SCHEMAS } from '../../src/report/report-schemas.js';
import { runAll } from '../cli/batch.js';
import type { Outcome } from '../cli/run.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const fixture = (name: string) => join(FIXTURES_FOLDER, `${name}.gguf`);
const OPTIONS: RenderOptions = { width: 100, theme: PLAIN_THEME };

// biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives
type Saved = any;

const page = (render: (report: Saved, options: RenderOptions) => Lines) => (report: Saved) =>
  pageText(render(report, OPTIONS));
const written = (render: (report: Saved) => Lines, form: (piece: string) => string) => (report: Saved) =>
  [...render(report)].map(form).join('');
const file = (render: (report: Saved) => Lines) => written(render, printableDocument);

/** The report states when the file was written. */
const withoutTime = (text: string) => text.replace(/ timestamp="[^"]*"/g, '');

interface Form {
  /** The command line without its format. */
  args: readonly string[];
  /** The words that select the format; none for text. */
  as?: readonly string[];
  /** The options with which `--json` prints everything that the format shows. */
  json?: readonly string[];
  /** Writes the output from the saved report. */
  draw: (report: Saved) => string;
  /** Removes the parts of an output that depend on the time. */
  steady?: (text: string) => string;
}

const MANY = ['valid/mixtral', 'valid/gemma4', 'valid/unicode', 'valid/image-model'].map(fixture);

/** For each format of each command, the outputs that are written again from a saved report. */
const FORMS: Readonly<Record<string, readonly Form[]>> = {
  'explain text': [
    { args: ['explain', TINY], json: ['--full'], draw: page(explainPageLines) },
    {
      args: ['explain', TINY, '--data'],
      json: ['--full'],
      draw: page((report, options) => explainPageLines(report, options, valuesSection(report, options))),
    },
  ],
  'explain html': [
    TINY,
    ...ggufFilesIn(join(FIXTURES_FOLDER, 'valid')),
    ...ggufFilesIn(join(FIXTURES_FOLDER, 'hostile')),
  ].map((path) => ({
    args: ['explain', path],
    as: ['--format', 'html'],
    json: ['--full'],
    draw: file(renderHtmlPage),
  })),
  'explain markdown': [TINY, ...MANY].map((path) => ({
    args: ['explain', path],
    as: ['--format', 'markdown', '--digest'],
    json: ['--full', '--digest'],
    draw: file(modelCard),
  })),
  'explain cyclonedx': [TINY, ...MANY].map((path) => ({
    args: ['explain', path],
    as: ['--format', 'cyclonedx'],
    json: ['--full', '--digest'],
    draw: written((report) => cyclonedx(report, { specVersion: '1.6', toolVersion: VERSION }), sanitizeJson),
  })),
  'tensors text': [
    { args: ['tensors', TINY], draw: page((report, options) => renderTensorTable(report, true, options)) },
    {
      args: ['tensors', TINY, '--no-fold'],
      draw: page((report, options) => renderTensorTable(report, false, options)),
    },
    { args: ['tensors', TINY, '--stats'], draw: page(renderStatsTable) },
  ],
  'tensors csv': [
    { args: ['tensors', TINY], as: ['--csv'], draw: file(({ tensors }) => tensorsCsv(tensors)) },
    { args: ['tensors', TINY, '--stats'], as: ['--csv'], draw: file(({ tensors }) => tensorsCsv(tensors, true)) },
  ],
  'tensors ndjson': [
    { args: ['tensors', TINY], as: ['--ndjson'], draw: written(({ tensors }) => ndjson(tensors), sanitizeJson) },
  ],
  'tensor text': [{ args: ['tensor', TINY, 'blk.0.*'], draw: page(renderTensorPage) }],
  'metadata text': [{ args: ['metadata', TINY], draw: page(renderMetadata) }],
  'token text': [{ args: ['token', TINY, 'Hello'], draw: page(renderToken) }],
  'memory text': [
    { args: ['memory', TINY, '--budget', '24GiB'], draw: page(renderMemory) },
    { args: ['memory', TINY, '--gpu', '1GiB,RTX 4090', '--ram', '8GiB', '--mtp'], draw: page(renderMemory) },
    { args: ['memory', TINY, TINY, '--gpu', '1GiB', '--budget', '1GiB'], draw: page(renderMemoryComparison) },
  ],
  'sizes text': [
    { args: ['sizes', TINY, '--all'], draw: page(renderSizes) },
    { args: ['sizes', TINY, '--type', 'Q4_K_M,Q2_K', '--tensors'], draw: page(renderSizes) },
  ],
  'attention text': [
    { args: ['attention', TINY, 'Hello', '--layer', '0'], draw: page(renderAttention) },
    { args: ['attention', TINY, 'Once upon a time', '--heads', 'all'], draw: page(renderHeads) },
    { args: ['attention', TINY, 'Hello', '--with', 'Once upon'], draw: page(renderComparedAttention) },
  ],
  'flow text': [
    ...MANY.map((path) => ({ args: ['flow', path], draw: page(renderFlow) })),
    { args: ['flow', TINY, 'Hello'], draw: page(renderComputedFlow) },
    { args: ['flow', TINY, 'Hello', '--lens', '--every', '1'], draw: page(renderComputedFlow) },
  ],
  'flow mermaid': MANY.map((path) => ({
    args: ['flow', path],
    as: ['--format', 'mermaid'],
    draw: file((report) => [renderMermaid(report)]),
  })),
  'flow svg': MANY.map((path) => ({
    args: ['flow', path],
    as: ['--format', 'svg'],
    draw: file((report) => [renderSvg(report)]),
  })),
  'learn text': [
    { args: ['learn'], draw: page(renderLessonList) },
    { args: ['learn', 'lens', TINY], draw: page((report, options) => renderLesson(report, options, TINY)) },
    { args: ['learn', 'attention', TINY], draw: page((report, options) => renderLesson(report, options, TINY)) },
  ],
  'check text': [{ args: ['check', join(FIXTURES_FOLDER, 'hostile')], draw: page(renderCheckPage) }],
  'check quiet': [{ args: ['check', ...MANY], as: ['--quiet'], draw: page(renderVerdicts) }],
  'check junit': [
    {
      args: ['check', join(FIXTURES_FOLDER, 'hostile')],
      as: ['--format', 'junit'],
      draw: file((report) => junit(report, new Date(0))),
      steady: withoutTime,
    },
  ],
  'check sarif': [
    {
      args: ['check', join(FIXTURES_FOLDER, 'hostile')],
      as: ['--format', 'sarif'],
      draw: written((report) => sarif(report, VERSION, ALL_FINDINGS) as Lines, sanitizeJson),
    },
  ],
  'check github': [
    {
      args: ['check', join(FIXTURES_FOLDER, 'hostile')],
      as: ['--format', 'github'],
      draw: written(githubAnnotations, (line) => `${sanitize(line)}\n`),
    },
  ],
  'check gitlab': [
    {
      args: ['check', join(FIXTURES_FOLDER, 'hostile')],
      as: ['--format', 'gitlab'],
      draw: written((report) => gitlabCodeQuality(report, process.cwd()) as Lines, sanitizeJson),
    },
  ],
  'check markdown': [
    {
      args: ['check', join(FIXTURES_FOLDER, 'hostile')],
      as: ['--format', 'markdown'],
      draw: file(checkMarkdown),
    },
  ],
  'diff text': [
    { args: ['diff', TINY, fixture('valid/llama')], draw: page(renderDiffPage) },
    { args: ['diff', TINY, TINY, '--values'], draw: page(renderDiffPage) },
  ],
  'diff markdown': [
    { args: ['diff', TINY, fixture('valid/llama')], as: ['--format', 'markdown'], draw: file(diffMarkdown) },
  ],
  'hash text': [{ args: ['hash', TINY], draw: page(hashLines) }],
  'list text': [{ args: ['list', join(FIXTURES_FOLDER, 'computed')], draw: page(renderList) }],
};

/** Formats of numbers for other programs, and policies, which no report contains. */
const NO_REPORT = ['tensor raw', 'check initPolicy'];

/** Text, the choices of `--format`, and the options that replace `--json`. */
function formsOf(command: Command): string[] {
  const json = command.options.find(({ long }) => long === '--json');
  if (json === undefined) return [];
  const excludes = (one: Option, other: Option) =>
    ((one as unknown as { conflictsWith: string[] }).conflictsWith ?? []).includes(other.attributeName());
  const instead = command.options.filter((option) => excludes(option, json) || excludes(json, option));
  const names = instead.flatMap((option) =>
    option.long === '--format' ? (option.argChoices ?? []) : option.attributeName(),
  );
  return [...new Set(['text', ...names])].filter((name) => name !== 'json').map((name) => `${command.name()} ${name}`);
}

it('every format of every command has a saved report that is printed again', () => {
  const forms = makeProgram(COMMANDS)
    .commands.flatMap(formsOf)
    .filter((form) => !NO_REPORT.includes(form));
  expect(Object.keys(FORMS).sort()).toEqual(forms.sort());
});

const all = Object.entries(FORMS).flatMap(([name, forms]) =>
  forms.map((form, i) => ({ name: forms.length === 1 ? name : `${name}, ${i + 1}`, ...form })),
);

describe('the report read back gives the printed output', () => {
  let printed: Outcome[];
  let saved: Outcome[];
  beforeAll(() => {
    const jobs = [
      ...all.map(({ args, as = [] }) => ({ args: [...args, ...as] })),
      ...all.map(({ args, json = [] }) => ({
        args: [...args.filter((word) => word !== '--no-fold'), '--json', ...json],
      })),
    ];
    const outcomes = runAll(jobs);
    printed = outcomes.slice(0, all.length);
    saved = outcomes.slice(all.length);
  });

  it.each(all.map((form, i) => ({ ...form, i })))('$name', ({ i, draw, steady = (text) => text }) => {
    const report = JSON.parse((saved[i] as Outcome).stdout);
    expect(printed[i]?.stdout).not.toBe('');
    expect(steady(draw(report))).toBe(steady(printed[i]?.stdout as string));
  });

  it('and the full report of explain matches its schema', () => {
    const wrong = all.flatMap(({ name, json }, i) => {
      if (!json?.includes('--full')) return [];
      const { error } = REPORT_SCHEMAS.explain.safeParse(JSON.parse((saved[i] as Outcome).stdout));
      return error === undefined ? [] : [`${name}: ${error.message.slice(0, 200)}`];
    });
    expect(wrong).toEqual([]);
  });
});
