/** The head of the page: what the model is, in two or three lines. */

import type { ExplainReport } from '../../report/explain-schema.js';
import { baseName } from '../../words/base-name.js';
import { formatBits, formatBytes, formatCount, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { breakText, cut } from './columns.js';
import { displayWidth } from './display-width.js';

/** Most UTF-16 units of the model's name: more than the widest page has room for. */
const MOST_OF_A_NAME = 300;

export function titleSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { model, totals, file } = report;
  const name = sanitize(shorten(model.name ?? baseName(file.name), MOST_OF_A_NAME));
  const measured = report.importance !== undefined;
  const facts = [
    measured ? 'importance matrix' : said(model.architecture ?? 'no architecture'),
    ...(totals.parameters > 0 && !measured ? [`${formatParameters(totals.parameters)} parameters`] : []),
    sizeWords(report),
  ].join(' · ');
  // A name that does not fit next to the facts gets its own line.
  const gap = width - 1 - displayWidth(name) - displayWidth(facts);
  const lines =
    gap >= 2
      ? [`${theme.title(name)}${' '.repeat(gap)}${facts}`]
      : [theme.title(cut(name, width - 2)), ...breakText(facts, width - 2)];
  for (const line of [...runtimeLine(report), mixLine(report), ...detailLines(report), ...companionLine(report)])
    lines.push(...breakText(line, width - 2));
  return lines;
}

/** The size of the file; for a header without its data, the size that the file would have. */
function sizeWords({ file, totals, findings }: ExplainReport): string {
  const headerOnly = findings.some(({ code }) => code === 'data-absent');
  if (headerOnly) return `${formatBytes(totals.bytes)} (header only)`;
  return formatBytes(file.size ?? file.dataStart + totals.bytes);
}

/** The program that runs the model, if llama.cpp does not simply load it. */
function runtimeLine({ model: { runtime } }: ExplainReport): string[] {
  if (runtime === undefined) return [];
  return [`${runtime.says.charAt(0).toUpperCase()}${runtime.says.slice(1)}`];
}

/** The label of the quantization, then the types that the file really has. */
function mixLine({ model, totals, importance }: ExplainReport): string {
  if (totals.tensors === 0) return 'no tensors';
  const label = model.label === null ? '' : `${sanitize(model.label.name)}${model.label.guessed ? ' (guessed)' : ''}: `;
  const byCount = [...totals.byType].sort((a, b) => b.tensors - a.tensors);
  const types = byCount.slice(0, 6).map(({ type, tensors }) => `${type} ×${formatInteger(tensors)}`);
  if (byCount.length > 6) types.push(`${byCount.length - 6} more types`);
  const bits =
    totals.bitsPerWeight === null || importance !== undefined
      ? ''
      : ` · ${formatBits(totals.bitsPerWeight)} bits per weight`;
  return `${label}${types.join(', ')}${bits}`;
}

/** Kinds whose names in files are short. */
const KINDS: Readonly<Record<string, string>> = { vocab: 'a vocabulary without weights', imatrix: 'importance matrix' };

function detailLines({ model, totals, file }: ExplainReport): string[] {
  const { hyperparameters, tokenizer } = model;
  const details: string[] = [];
  if (model.kind !== 'model' && model.runtime === undefined) details.push(KINDS[model.kind] ?? said(model.kind));
  if (hyperparameters.blockCount !== null) details.push(formatCount(hyperparameters.blockCount, 'layer'));
  if (hyperparameters.contextLength !== null) details.push(`context ${formatInteger(hyperparameters.contextLength)}`);
  if (tokenizer !== null) {
    const size = hyperparameters.vocabulary === null ? '' : ` of ${formatInteger(hyperparameters.vocabulary.size)}`;
    details.push(
      `vocabulary${size} (${said(tokenizer.model)}${tokenizer.pre === null ? '' : `, ${said(tokenizer.pre)}`})`,
    );
  }
  if (tokenizer?.chatTemplate) details.push('chat template');
  if (model.license !== null) details.push(`license ${said(model.license)}`);
  if (file.shardCount !== undefined) details.push(shardWords(file));
  if (file.endianness === 'big') details.push('big-endian');
  if (file.ggufVersion !== 3) details.push(`GGUF v${file.ggufVersion}`);
  const lines = details.length === 0 ? [] : [details.join(' · ')];
  const { experts } = totals;
  if (experts !== null) {
    lines.push(
      `${experts.expertUsedCount} of ${experts.expertCount} experts ${experts.expertUsedCount === 1 ? 'works' : 'work'} on each token: ` +
        `${formatParameters(experts.activeParameters)} of ${formatParameters(totals.parameters)} parameters are active`,
    );
  }
  return lines;
}

function shardWords({ shardCount = 0, shards = [] }: ExplainReport['file']): string {
  const files = formatCount(shardCount, 'file');
  return shards.length === shardCount ? `in ${files}` : `${formatInteger(shards.length)} of ${files} there`;
}

/** What to type for each is at the end of the page. */
function companionLine({ companions = [] }: ExplainReport): string[] {
  const named = companions.map(({ kind, bytes }) => `${kind} of ${formatBytes(bytes)}`);
  return named.length === 0 ? [] : [`files that go with it: ${named.join(', ')}`];
}

/** A short value from the file, which may be of any length. */
function said(text: string): string {
  return cut(sanitize(shorten(text, MOST_SAID)), MOST_SAID);
}

const MOST_SAID = 40;

/** The name of the file, without folders. */
export function fileTitle({ file, fileName }: ExplainReport): string {
  return fileName ?? baseName(file.name);
}
