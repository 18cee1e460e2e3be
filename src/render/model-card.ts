/**
 * A model card in Markdown, to be pasted into the README of a repository: the front matter that the Hugging Face hub reads, with only what
 * the file states, then what the model is, its files, what it needs and what it stores. Drawn from the report of `explain --full`.
 */

import type { ExplainReport } from '../report/explain-schema.js';
import { type Origin, type Provenance, provenanceOf, statedTask } from '../report/provenance.js';
import { formatBits, formatBytes, formatCount, formatInteger, formatParameters } from '../words/format-quantity.js';
import { spdxLicense } from '../words/spdx-licenses.js';
import { codeBlock, inlineCode, plainText } from './markdown-text.js';
import { sanitize } from './sanitize.js';
import { llamaServer } from './text/llama-server.js';
import { shapeWords } from './text/shape-words.js';
import { fileTitle } from './text/title-section.js';

/** Most rows of a table. */
const MOST_ROWS = 100;

type Rows = readonly (readonly string[])[];

/** Yields lines, each with its line break. */
export function* modelCard(report: ExplainReport): Generator<string, void, void> {
  const provenance = provenanceOf(report.metadata ?? []);
  const { model } = provenance;
  const sections = [
    [
      `# ${plainText(model?.name ?? fileTitle(report))}`,
      ...(model?.description === undefined ? [] : ['', paragraph(model.description)]),
    ],
    table(['', ''], facts(report, provenance)),
    titled('## Files', files(report)),
    toRun(report),
    titled('## Memory', memory(report)),
    titled('## What is stored', stored(report)),
    titled('## Quantization', types(report)),
  ];
  for (const line of frontMatter(provenance)) yield `${line}\n`;
  for (const lines of sections) {
    if (lines.length === 0) continue;
    yield '\n';
    for (const line of lines) yield `${line}\n`;
  }
}

/** A line that Markdown does not read as a list or a rule, whatever it begins with. */
function paragraph(text: string): string {
  const line = plainText(text.replace(/\s+/g, ' '));
  return line.replace(/^[-+=\d]/, (sign) => `&#${sign.charCodeAt(0)};`);
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, '', ...lines];
}

/** Columns whose title ends in a colon are aligned to the right. */
function table(titles: readonly string[], rows: Rows): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(titles.map((title) => title.replace(':', ''))),
    line(titles.map((title) => (title.endsWith(':') ? '---:' : '---'))),
    ...rows.slice(0, MOST_ROWS).map(line),
    ...(rows.length > MOST_ROWS ? ['', `And ${formatCount(rows.length - MOST_ROWS, 'more row')}.`] : []),
  ];
}

function frontMatter(provenance: Provenance): string[] {
  const { license = provenance.licenseName, licenseName, licenseLink, languages, datasets, quantizedBy } = provenance;
  const known =
    license === undefined ? undefined : (spdxLicense(license)?.text.toLowerCase() ?? ONE_WORD.exec(license)?.[0]);
  const isOther = license !== undefined && (known === undefined || known === 'other');
  const bases = hubNames(provenance.source ? [provenance.source] : provenance.baseModels);
  const fields: [name: string, value: string | readonly string[] | undefined][] = [
    ['license', isOther ? 'other' : known],
    ['license_name', isOther ? (licenseName ?? (known === 'other' ? undefined : license)) : undefined],
    ['license_link', license === undefined ? undefined : licenseLink],
    ['language', languages],
    ['base_model', bases],
    ['datasets', hubNames(datasets)],
    ['pipeline_tag', statedTask(provenance)],
    ['library_name', 'gguf'],
    ['quantized_by', quantizedBy],
    ['tags', [...new Set(['gguf', ...provenance.tags])]],
  ];
  return [
    '---',
    ...fields.flatMap(([name, value]) => {
      if (typeof value === 'string') return [`${name}: ${yamlText(value)}`];
      return value === undefined || value.length === 0
        ? []
        : [`${name}:`, ...value.map((item) => `- ${yamlText(item)}`)];
    }),
    '---',
  ];
}

/** A license of the hub that SPDX does not list, such as `llama3.1`. */
const ONE_WORD = /^[a-z][a-z\d.+-]*$/;

function hubNames(origins: readonly Origin[]): string[] {
  return [...new Set(origins.flatMap(({ repository }) => repository ?? []))];
}

/** A text that YAML reads as a text: in quotation marks, unless it is a plain word or a name on the hub and not a keyword of YAML. */
function yamlText(text: string): string {
  const safe = sanitize(text);
  const plain = /^[a-z][\w.+-]*(?:\/[\w.+-]+)?$/i.test(safe) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(safe);
  return plain ? safe : JSON.stringify(safe);
}

function facts(report: ExplainReport, provenance: Provenance): Rows {
  const { model, totals, file } = report;
  const { hyperparameters: numbers, tokenizer, label, runtime } = model;
  const { experts } = totals;
  const origins = (list: readonly Origin[]) => list.map(linked).join(', ');
  const words = (...list: (string | null | undefined | false)[]) => list.filter(Boolean).join(' · ');
  const rows: [title: string, text: string | undefined][] = [
    [
      'Architecture',
      words(
        model.architecture !== null && inlineCode(model.architecture),
        numbers.blockCount !== null && formatCount(numbers.blockCount, 'layer'),
        numbers.contextLength !== null && `context ${formatInteger(numbers.contextLength)}`,
      ),
    ],
    ['Kind', runtime === undefined ? (model.kind === 'model' ? '' : plainText(model.kind)) : plainText(runtime.says)],
    [
      'Parameters',
      words(
        totals.parameters > 0 && formatParameters(totals.parameters),
        experts && `${formatParameters(experts.activeParameters)} active for each token`,
      ),
    ],
    [
      'Quantization',
      words(
        label && `${inlineCode(label.name)}${label.guessed ? ' (guessed)' : ''}`,
        totals.bitsPerWeight !== null && `${formatBits(totals.bitsPerWeight)} bits per weight`,
      ),
    ],
    [
      'Vocabulary',
      words(
        numbers.vocabulary && formatCount(numbers.vocabulary.size, 'token'),
        tokenizer && inlineCode(tokenizer.model),
        tokenizer?.chatTemplate && 'chat template',
      ),
    ],
    ['Version', provenance.model?.version && plainText(provenance.model.version)],
    ['Author', provenance.model?.author && plainText(provenance.model.author)],
    ['Organization', provenance.model?.organization && plainText(provenance.model.organization)],
    ['Quantized by', provenance.quantizedBy && plainText(provenance.quantizedBy)],
    ['License', licenseWords(provenance)],
    ['Converted from', origins(provenance.source ? [provenance.source] : [])],
    ['Base model', origins(provenance.baseModels)],
    ['Data sets', origins(provenance.datasets)],
    ['Languages', provenance.languages.map(inlineCode).join(', ')],
    ['GGUF', `version ${file.ggufVersion}${file.endianness === 'big' ? ', big-endian' : ''}`],
  ];
  return rows.flatMap(([title, text]) => (text === undefined || text === '' ? [] : [[title, text]]));
}

function licenseWords({ license, licenseName, licenseLink }: Provenance): string {
  const words = [license, licenseName].filter((one) => one !== undefined).map(plainText);
  return [...words, ...(licenseLink === undefined ? [] : [`<${linkAddress(licenseLink)}>`])].join(' · ');
}

function linked({ name, url }: Origin): string {
  return url === undefined ? plainText(name) : `[${plainText(name)}](<${linkAddress(url)}>)`;
}

/** Encodes characters that would end a link or a cell, as addresses allow. */
function linkAddress(url: string): string {
  return url.replace(/[^\w.~:/%-]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function files(report: ExplainReport): string[] {
  const { file, digests = [] } = report;
  const one = [{ file: fileTitle(report), size: file.size }];
  const rows = (file.shards ?? one).map(({ file: name, size }, i) => [
    inlineCode(name),
    size === null ? '' : formatBytes(size),
    ...(digests[i] === undefined ? [] : [inlineCode(digests[i].digest)]),
  ]);
  return table(['file', 'size:', ...(digests.length > 0 ? ['SHA-256'] : [])], rows);
}

/** Only for models of llama.cpp with a known file name: the facts say how other models are run. */
function toRun(report: ExplainReport): string[] {
  const { model, file, flow } = report;
  const name = file.shards?.[0]?.file ?? fileTitle(report);
  if (
    model.kind !== 'model' ||
    model.runtime !== undefined ||
    flow.length === 0 ||
    model.architecture === null ||
    !/\.gguf$/i.test(name)
  )
    return [];
  const predicts = flow.some(({ step }) => step === 'output');
  const line = `${llamaServer(name)}${predicts ? '' : ' --embeddings'}`;
  return ['## Run it', '', ...codeBlock('sh', [line])];
}

function memory({ memory: needs }: ExplainReport): string[] {
  const rows = (needs?.contexts ?? []).map(({ contextLength, cacheBytes, computeBytes, totalBytes }) => [
    `${formatInteger(contextLength)} tokens`,
    formatBytes(cacheBytes),
    computeBytes === null ? '' : formatBytes(computeBytes),
    formatBytes(totalBytes),
  ]);
  return table(['context', 'cache:', 'compute buffers:', 'total, with the weights:'], rows);
}

function stored({ stored: rows, totals }: ExplainReport): string[] {
  const several = totals.byComponent.length > 1;
  return table(
    ['what', 'shape', 'tensors:', 'types', 'parameters:', 'size:'],
    rows.map(({ title, component, shapes: [shape, ...others], kind, tensors, types: own, parameters, bytes }) => [
      several ? `${title} (${component})` : title,
      shape === undefined ? '' : `${shapeWords(shape, kind, 'full')}${others.length > 0 ? ', and others' : ''}`,
      formatInteger(tensors),
      own.map(({ type }) => inlineCode(type)).join(', '),
      formatParameters(parameters),
      formatBytes(bytes),
    ]),
  );
}

function types({ totals }: ExplainReport): string[] {
  const share = (bytes: number) => (totals.bytes === 0 ? '' : `${((100 * bytes) / totals.bytes).toFixed(1)} %`);
  return table(
    ['type', 'tensors:', 'parameters:', 'size:', 'share:'],
    totals.byType.map(({ type, tensors, parameters, bytes }) => [
      inlineCode(type),
      formatInteger(tensors),
      formatParameters(parameters),
      formatBytes(bytes),
      share(bytes),
    ]),
  );
}
