/**
 * The page about one model as pieces of its body, in the order of the guide: what weights are not, a token and its row, a layer opened, the
 * next token, stored against computed, why quantization works; then the file in full. It needs only the report, and nothing of Node.
 */

import type { ExplainReport, LinkReport } from '../../report/explain-schema.js';
import { roleLayers, type TypeShare, tensorRows, typeShares } from '../../report/tensor-groups.js';
import { baseName } from '../../words/base-name.js';
import { formatBytes, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { attentionSection } from './attention-head.js';
import { findingsList } from './findings.js';
import { flowDiagram } from './flow.js';
import { layerGrid } from './grid.js';
import { html, joined, type Markup } from './markup.js';
import { memorySection } from './memory-curve.js';
import { metadataSection } from './metadata.js';
import { misconception } from './misconception.js';
import { oneProduct } from './one-product.js';
import { quantizationSection } from './opened-block.js';
import { makePalette, type Palette } from './palette.js';
import { guessesSection, layersSection, nextSection, titleOfNext } from './prediction.js';
import { reportJson } from './report-json.js';
import { storedAgainstComputed, summary } from './summary.js';
import { formatsTable } from './tables.js';
import { tensorTable } from './tensor-table.js';
import { tokenSection } from './token-row.js';
import { treemapPictures } from './treemap.js';

/** Most UTF-16 units of the model's name. */
const MOST_OF_A_NAME = 200;

export interface PageBody {
  name: string;
  headline: string;
  /** The colors of this model's types, which are not in the common style sheet. */
  css: string;
  /** The body in pieces: the table of tensors can have several megabytes. */
  pieces: Iterable<string>;
}

/** The same report gives the same bytes. */
export function pageBody(report: ExplainReport): PageBody {
  const types = typeShares(report.totals);
  const palette = makePalette(types);
  const name = shorten(report.model.name ?? baseName(report.file.name), MOST_OF_A_NAME);
  const words = headline(report);
  return { name, headline: words, css: palette.css, pieces: bodyPieces(report, { name, words, types, palette }) };
}

function* bodyPieces(
  report: ExplainReport,
  { name, words, types, palette }: { name: string; words: string; types: readonly TypeShare[]; palette: Palette },
): Generator<string, void, void> {
  const sections = sectionsOf(report, types, palette).filter(({ content }) => content !== undefined);
  yield html`<a class="skip" href="#main">Skip to the content</a>
<header><div class="title"><h1><bdi>${name}</bdi></h1><p>${words}</p>${linksOf(report.links ?? [])}</div><button type="button" id="theme" aria-pressed="false" hidden="">Dark theme</button></header>
<nav aria-label="Sections"><ul>${sections.map(({ id, link }) => html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
`.markup;
  for (const section of sections) yield* written(section);
  yield html`</main>
<footer><p>Written by gguf-explain from <bdi>${shorten(baseName(report.file.name), MOST_OF_A_NAME)}</bdi>: GGUF version ${report.file.ggufVersion}, ${report.file.endianness}-endian. This page loads nothing. It contains its numbers as JSON, in the element <code>report</code>.</p></footer>
`.markup;
  yield* reportJson(withoutFolders(report));
}

const LINKS: Readonly<Record<LinkReport['what'], string>> = {
  source: 'Where the file is',
  model: 'Page of the model',
  base: 'Page of the original model',
  license: 'License text',
};

/** Shows each address, because a link from a file may lead anywhere. An address that is not on the web (in a saved report) gets no link. */
function linksOf(links: readonly LinkReport[]): Markup | undefined {
  if (links.length === 0) return undefined;
  const each = links.map(({ what, url }) => {
    const shown = shorten(url, 120);
    const isWeb = /^https:\/\/[^\s"'<>\\]+$/.test(url);
    return html`<span>${LINKS[what]}: ${isWeb ? html`<a href="${url}" rel="noopener noreferrer nofollow external">${shown}</a>` : shown}</span>`;
  });
  return html`<p class="links">${joined(each, ' ')}</p>`;
}

/** The report without folders: the reader of a page need not know where the file was stored. */
function withoutFolders(report: ExplainReport): ExplainReport {
  const { file, companions } = report;
  const named = <Named extends { name: string }>(one: Named): Named => ({ ...one, name: baseName(one.name) });
  return { ...report, file: named(file), ...(companions !== undefined && { companions: companions.map(named) }) };
}

interface Section {
  id: string;
  /** The text of its link in the row of links. */
  link: string;
  title: string;
  /** A sentence below the title. */
  says: string;
  /** Long content comes in pieces, each made when it is written. */
  content: Markup | Iterable<Markup> | undefined;
}

function sectionsOf(report: ExplainReport, types: readonly TypeShare[], palette: Palette): Section[] {
  const roles = roleLayers(report.tensors);
  const several = report.totals.byComponent.length > 1;
  const treemaps = treemapPictures(roles, several, palette);
  const grid = layerGrid(roles, several, palette);
  const bytes = [treemaps, grid].filter((one) => one !== undefined);
  return [
    { id: 'summary', link: 'Summary', title: 'Summary', says: '', content: summary(report, types, palette) },
    ...storySections(report),
    {
      id: 'stored',
      link: 'Stored',
      title: 'Stored against computed',
      says: 'Blue is stored in the file and the same for every text. Orange exists only while the model runs.',
      content: storedAgainstComputed(report, palette),
    },
    {
      id: 'quantization',
      link: 'Quantization',
      title: 'Why quantization works',
      says: 'Quantization trades precision for size.',
      content: quantizationSection(report),
    },
    {
      id: 'treemap',
      link: 'Bytes',
      title: 'Where the bytes are',
      says: 'Areas are bytes. The darker the color, the more bits a weight has.',
      content: bytes.length === 0 ? undefined : html`${treemaps}${grid}`,
    },
    {
      id: 'memory',
      link: 'Memory',
      title: 'Memory by context length',
      says: 'What running the model takes, from the first tokens to the context that it was trained for.',
      content: report.memory === undefined ? undefined : memorySection(report.memory),
    },
    {
      id: 'formats',
      link: 'Formats',
      title: 'The same model in other formats',
      says: "Precision traded for size, by the rules of llama.cpp's quantizer. A name such as Q4_K_M is the name of a mix of types.",
      content: formatsTable(report),
    },
    {
      id: 'metadata',
      link: 'Metadata',
      title: 'Metadata',
      says: 'What the file says about itself: license, tokenizer, chat template, and the numbers that a runtime needs.',
      content: metadataSection(report),
    },
    {
      id: 'tensor-list',
      link: 'Tensors',
      title: 'Tensors',
      says: 'Equal layers share a row. Open a row for its formula, its axes and each of its tensors.',
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

/** From the misconception to the next token: with the real numbers of the computed prompt, if there is one. */
function storySections(report: ExplainReport): Section[] {
  const { story, example } = report;
  const computed = example && story?.computed && { example, ...story.computed };
  const attention = computed && attentionSection(computed);
  return [
    {
      id: 'weights',
      link: 'Weights',
      title: 'What weights are, and what they are not',
      says: '',
      content: misconception(report),
    },
    {
      id: 'token',
      link: 'Token',
      title: 'From text to vectors',
      says: 'The first step looks up rows of a table. Nothing is multiplied.',
      content: tokenSection(report),
    },
    {
      id: 'flow',
      link: 'Flow',
      title: 'How a token travels through the model',
      says: 'The vector of a token passes through all layers. A layer adds to it what it computes.',
      content: flowDiagram(report),
    },
    {
      id: 'product',
      link: 'Product',
      title: 'A matrix at work',
      says: 'A matrix is a lens: it turns any vector into a new one. Here is one number of the result, worked out.',
      content: example?.lens ? oneProduct(example.lens) : undefined,
    },
    {
      id: 'attention',
      link: 'Attention',
      title: 'One layer opened',
      says: 'Here a token learns of the tokens before it.',
      content: attention ?? notComputed(story?.notComputed),
    },
    {
      id: 'layers',
      link: 'Layers',
      title: 'What each layer adds',
      says: '',
      content: example && layersSection(example),
    },
    {
      id: 'guesses',
      link: 'Guesses',
      title: 'The guess after each layer',
      says: '',
      content: example && guessesSection(example),
    },
    {
      id: 'next',
      link: 'Next token',
      title: example?.next.length === 0 ? 'The vector of the text' : titleOfNext(example?.fillsMasks),
      says: '',
      content: example && nextSection(example),
    },
  ];
}

function notComputed(reason: string | undefined): Markup | undefined {
  return reason === undefined
    ? undefined
    : html`<p>No prompt was computed for this page: ${shorten(reason, 300)}. <code>gguf-explain explain MODEL --format html --prompt "Hello world"</code> computes one where the file has all its data and the architecture can be computed.</p>`;
}

function* written({ id, title, says, content = [] }: Section): Generator<string, void, void> {
  const words = says === '' ? undefined : html`<p class="says">${says}</p>`;
  yield html`<section id="${id}" aria-labelledby="${id}-heading"><div class="head"><h2 id="${id}-heading">${title}</h2><a class="anchor" href="#${id}" aria-label="Link to: ${title}">#</a></div>${words}
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
