/**
 * The page on one model as a single HTML file: nothing is loaded from anywhere, nothing from the model can run, and all of it can be read
 * without JavaScript. The policy in its head names its own style sheet and script by their digests and forbids everything else.
 */

import { createHash } from 'node:crypto';
import type { ExplainReport } from '../../report/explain-schema.js';
import { roleLayers, type TypeShare, tensorRows, typeShares } from '../../report/tensor-groups.js';
import { formatBytes, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { findingsList } from './findings.js';
import { FLOW_STYLE, flowDiagram } from './flow.js';
import { layerGrid } from './grid.js';
import { html, type Markup } from './markup.js';
import { memorySection } from './memory-curve.js';
import { makePalette, type Palette } from './palette.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { summary } from './summary.js';
import { computedTable, formatsTable, storedTable } from './tables.js';
import { tensorTable } from './tensor-table.js';
import { treemapPicture } from './treemap.js';

/** Of the model's name, in UTF-16 units. */
const MOST_OF_A_NAME = 200;

interface Section {
  id: string;
  /** A word for the row of links. */
  link: string;
  title: string;
  /** A sentence below the title. */
  says: string;
  /** A long one in pieces, each made when it is written. */
  content: Markup | Iterable<Markup> | undefined;
}

/**
 * Draws the report of `explain --json`; with `--full` it has the memory curve and the picture of the flow too. The same report gives the
 * same bytes, in pieces: the table of tensors can be several megabytes.
 */
export function* renderHtmlPage(report: ExplainReport): Generator<string, void, void> {
  const types = typeShares(report.totals);
  const palette = makePalette(types);
  const style = `${STYLE}\n${palette.css}\n${FLOW_STYLE}\n`;
  const name = shorten(report.model.name ?? baseName(report.file.name), MOST_OF_A_NAME);
  const sections = sectionsOf(report, types, palette).filter(({ content }) => content !== undefined);
  const top = html`<a class="skip" href="#main">Skip to the content</a>
<header><div class="title"><h1><bdi>${name}</bdi></h1><p>${headline(report)}</p></div><button type="button" id="theme" aria-pressed="false" hidden="">Dark theme</button></header>
<nav aria-label="Sections"><ul>${sections.map(({ id, link }) => html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
`;
  const bottom = html`</main>
<footer><p>Written by gguf-explain from the header of <bdi>${shorten(baseName(report.file.name), MOST_OF_A_NAME)}</bdi>: GGUF version ${report.file.ggufVersion}, ${report.file.endianness}-endian. This page loads nothing from anywhere.</p></footer>`;
  yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, SCRIPT)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
${html`<title>${name} &#8211; what is in the file</title>`.markup}
<style>${style}</style>
</head>
<body>
`;
  yield top.markup;
  for (const section of sections) yield* written(section);
  yield `${bottom.markup}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function sectionsOf(report: ExplainReport, types: readonly TypeShare[], palette: Palette): Section[] {
  const { memory } = report;
  const roles = roleLayers(report.tensors);
  const several = report.totals.byComponent.length > 1;
  return [
    { id: 'summary', link: 'Summary', title: 'Summary', says: '', content: summary(report, types, palette) },
    {
      id: 'stored',
      link: 'Stored',
      title: 'Stored',
      says: 'Learned weights: each matrix transforms a vector, and holds nothing about pairs of tokens.',
      content: storedTable(report.stored, palette),
    },
    {
      id: 'treemap',
      link: 'Bytes',
      title: 'Where the bytes are',
      says: 'Areas are bytes, by role and within a role by layer; colors are quantization types.',
      content: treemapPicture(roles, several, palette),
    },
    {
      id: 'layers',
      link: 'Layers',
      title: 'Layers and roles',
      says: 'Which type each role has in each layer. Quantizers give some layers more bits than others.',
      content: layerGrid(roles, several, palette),
    },
    {
      id: 'flow',
      link: 'Flow',
      title: 'The way of a token',
      says: 'A layer adds what it computes to the vector that passes through. How much one token matters to another is computed from the text, for every text anew: no weight holds it.',
      content: flowDiagram(report),
    },
    {
      id: 'computed',
      link: 'Computed',
      title: 'Computed, not stored',
      says: 'What exists only while the model runs, and is in no file.',
      content: computedTable(report.computed),
    },
    {
      id: 'memory',
      link: 'Memory',
      title: 'Memory over the context',
      says: 'What running it takes, from the first tokens to the context that it was trained for.',
      content: memory === undefined ? undefined : memorySection(memory),
    },
    {
      id: 'formats',
      link: 'Formats',
      title: 'In other formats',
      says: 'Precision traded for size, with every matrix in the one type. Quantizers mix types, and name the mix.',
      content: formatsTable(report),
    },
    {
      id: 'tensor-list',
      link: 'Tensors',
      title: 'Tensors',
      says: 'Equal layers share a row; open a row for its formula, its axes and each of its tensors.',
      content: tensorTable(tensorRows(report.tensors), types, palette),
    },
    {
      id: 'findings',
      link: 'Findings',
      title: 'Findings',
      says: '',
      content: findingsList(report.findings, report.notChecked),
    },
  ];
}

function* written({ id, title, says, content = [] }: Section): Generator<string, void, void> {
  const words = says === '' ? undefined : html`<p class="says">${says}</p>`;
  yield html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>${words}
`.markup;
  for (const { markup } of 'markup' in content ? [content] : content) yield markup;
  yield `
</section>
`;
}

function headline({ model, totals, file }: ExplainReport): string {
  const words = [
    model.architecture === null ? 'no architecture' : shorten(model.architecture, 60),
    ...(totals.parameters > 0 ? [`${formatParameters(totals.parameters)} parameters`] : []),
    ...(totals.bytes > 0 ? [`${formatBytes(totals.bytes)} of weights`] : []),
    ...(model.label === null ? [] : [shorten(model.label.name, 60)]),
    ...(file.shards === undefined ? [] : [`${file.shards.length} files`]),
  ];
  return words.join(' · ');
}

/** Without folders: whoever is given the page need not know where the file was. */
function baseName(path: string): string {
  return path === '-' ? 'standard input' : path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

// The Content-Security-Policy of the page: its own style sheet and its own script, by their digests, and nothing else.

function contentPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
