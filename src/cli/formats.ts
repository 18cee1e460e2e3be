/**
 * The formats that commands print, one row each: how a text in this format is written. A command names its formats in its definition, and
 * passes `printReport` one function for each.
 */

import { jsonPieces } from '../render/json.js';
import type { Lines } from '../render/lines.js';
import type { RenderOptions } from '../render/options.js';
import { PLAIN_THEME } from '../render/theme.js';
import { writeAnnotations, writeDocument, writeJson, writeLines } from './output.js';
import { intoFile } from './output-file.js';
import { renderOptions } from './terminal.js';

/** How a text is written, which decides what is escaped in it: see output.ts. */
const WRITERS = { lines: writeLines, json: writeJson, document: writeDocument, annotations: writeAnnotations };

export interface Format {
  written: keyof typeof WRITERS;
  /** The help for an option such as `--csv`, if the format has its own option. */
  says?: string;
}

/** `text` is the page for people, which every command prints unless another format is asked for. */
export const FORMATS = {
  text: { written: 'lines' },
  json: { written: 'json', says: 'print the report as JSON (described by gguf-explain schema)' },
  ndjson: { written: 'json', says: 'one JSON object for each tensor and line' },
  csv: { written: 'document', says: 'comma-separated values, one line for each tensor' },
  html: { written: 'document' },
  markdown: { written: 'document' },
  cyclonedx: { written: 'json' },
  mermaid: { written: 'document' },
  svg: { written: 'document' },
  junit: { written: 'document' },
  sarif: { written: 'json' },
  github: { written: 'annotations' },
  gitlab: { written: 'json' },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** A report in one format, as lines or as pieces of a document. Only formats that are written as lines use the width and the colors. */
type Form<Report, Name extends FormatName> = (typeof FORMATS)[Name]['written'] extends 'lines'
  ? (report: Report, options: RenderOptions) => Lines | Promise<Lines>
  : (report: Report) => Lines | Promise<Lines>;

/** A function for each format of the command; JSON needs none, because it is the report itself. */
export type Forms<Report, Name extends FormatName> = {
  readonly [Each in Exclude<Name, 'json'>]: Form<Report, Each>;
};

/** Prints a report in the chosen format. Throws as the functions of output.ts do. */
export async function printReport<Report, Name extends FormatName>(
  report: Report,
  format: Name,
  forms: Forms<Report, Name>,
): Promise<void> {
  WRITERS[FORMATS[format].written](await formed(report, format, forms, await optionsFor(format)));
}

/** Writes a report into a file, as `printReport` prints it without colors. Throws UsageError. */
export async function saveReport<Report, Name extends FormatName>(
  report: Report,
  { format, path }: { format: Name; path: string },
  forms: Forms<Report, Name>,
): Promise<void> {
  const text = await formed(report, format, forms, { width: PAGE_WIDTH, theme: PLAIN_THEME });
  intoFile(path, () => WRITERS[FORMATS[format].written](text));
}

/** Columns of a page in a file. */
const PAGE_WIDTH = 100;

/** Only for pages: asking for the properties of the terminal takes time. */
async function optionsFor(format: FormatName): Promise<RenderOptions | undefined> {
  return FORMATS[format].written === 'lines' ? await renderOptions() : undefined;
}

async function formed<Report, Name extends FormatName>(
  report: Report,
  format: Name,
  forms: Forms<Report, Name>,
  options: RenderOptions | undefined,
): Promise<Lines> {
  if (format === 'json') return jsonPieces(report);
  const form = forms[format as Exclude<Name, 'json'>] as (report: Report, options?: RenderOptions) => Lines;
  return await form(report, options);
}
