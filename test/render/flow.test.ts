/** The three pictures of a flow: a page of the right width, a Mermaid chart that parses, and a well-formed SVG that loads nothing. */

import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { readGguf } from '../../src/index.js';
import { interpret } from '../../src/model/model.js';
import { pageText } from '../../src/render/lines.js';
import { renderMermaid } from '../../src/render/mermaid.js';
import { renderSvg } from '../../src/render/svg.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { renderFlow } from '../../src/render/text/flow-page.js';
import { PLAIN_THEME } from '../../src/render/theme.js';
import { flowReport } from '../../src/report/flow-report.js';
import type { FlowReport } from '../../src/report/flow-schema.js';
import { WHOLE } from '../report/reports.js';
import { HEADERS } from '../support/reference.js';

let reports: { name: string; report: FlowReport }[];
const hostile = () => reports.filter(({ name }) => /hostile|unicode|odd|longest|names/.test(name));
const of = (fixture: string) => reports.find(({ name }) => name === `${fixture}.gguf`)?.report as FlowReport;

beforeAll(async () => {
  reports = await Promise.all(
    [...WHOLE, ...HEADERS].map(async (path) => {
      const name = basename(path);
      return { name, report: flowReport(name, interpret(await readGguf(path))) };
    }),
  );
});

/** Characters from a file that must never reach a terminal or a reader. */
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('the page', () => {
  it.each([40, 80, 140])('is no wider than %i columns', (width) => {
    const wide = reports.flatMap(({ name, report }) =>
      pageText(renderFlow(report, { width, theme: PLAIN_THEME }))
        .split('\n')
        .filter((line) => displayWidth(line) > width && !line.startsWith(' gguf-explain ') && width > 40)
        .map((line) => `${name}: ${line}`),
    );
    expect(wide).toEqual([]);
  });

  it('holds nothing that a terminal would act on', () => {
    expect(hostile().length).toBeGreaterThan(0);
    for (const { report } of reports)
      expect(pageText(renderFlow(report, { width: 80, theme: PLAIN_THEME }))).not.toMatch(UNSAFE);
  });

  it('shows where attention adds its result, and that the table is used twice', () => {
    const page = pageText(renderFlow(of('mamba'), { width: 100, theme: PLAIN_THEME }));
    expect(page).toContain('◀┘ + added to the vector');
    expect(page.replace(/\n │ +/g, ' ')).toContain('the matrix is the token embedding, used a second time');
    expect(page).not.toContain('Hello world');
    expect(pageText(renderFlow(of('llama'), { width: 100, theme: PLAIN_THEME }))).toContain(
      'flow llama.gguf "Hello world"',
    );
  });

  it('names a command that computes only where there is something to compute with', async () => {
    const { tensors, ...file } = await readGguf(WHOLE.find((path) => basename(path) === 'llama.gguf') as string);
    const pageOf = (size: number | undefined, names: Partial<NonNullable<FlowReport['model']['tokenizer']>>) => {
      const report = flowReport('m.gguf', interpret({ ...file, tensors, size }));
      const tokenizer = { ...(report.model.tokenizer as NonNullable<FlowReport['model']['tokenizer']>), ...names };
      return pageText(
        renderFlow({ ...report, model: { ...report.model, tokenizer } }, { width: 100, theme: PLAIN_THEME }),
      );
    };
    expect(pageOf(file.size, {})).toContain('flow m.gguf "Hello world"');
    expect(pageOf(file.size, { model: 'no_vocab' })).toContain('flow m.gguf --tokens 1,2,3');
    expect(pageOf(file.size, { tokens: null })).toContain('flow m.gguf --tokens 1,2,3');
    expect(pageOf((file.size as number) - 1, {})).not.toMatch(/flow m.gguf ["-]-?[Ht]/);
  });
});

/** The few forms of lines that the charts consist of, with every label quoted. */
const LABEL = /"(?:[^"#<>&`\\]|#\d+;|<br\/>)*"/.source;
const FORMS = [
  /^flowchart TB$/,
  new RegExp(`^subgraph \\w+\\[${LABEL}\\]$`),
  /^direction TB$/,
  /^end$/,
  new RegExp(`^\\w+(?:\\[${LABEL}\\]|\\(\\[${LABEL}\\]\\)|\\(\\(${LABEL}\\)\\))$`),
  /^\w+ --> \w+$/,
  /^\w+ -\. residual \.-> \w+$/,
  /^classDef \w+ [\w:#,]+$/,
  /^class [\w,]+ \w+$/,
];

describe('the Mermaid chart', () => {
  it('has only forms of lines that are known to parse', () => {
    const wrong = reports.flatMap(({ name, report }) =>
      renderMermaid(report)
        .trimEnd()
        .split('\n')
        .filter((line) => !FORMS.some((form) => form.test(line.trim())))
        .map((line) => `${name}: ${line}`),
    );
    expect(wrong).toEqual([]);
  });

  it('closes what it opens, joins only boxes that it has, and uses each name once', () => {
    for (const { name, report } of reports) {
      const lines = renderMermaid(report)
        .split('\n')
        .map((line) => line.trim());
      const opened = lines.filter((line) => line.startsWith('subgraph ')).length;
      expect(lines.filter((line) => line === 'end').length, name).toBe(opened);
      const nodes = lines.flatMap((line) => /^(\w+)[[(]/.exec(line)?.[1] ?? []);
      expect(new Set(nodes).size, name).toBe(nodes.length);
      const joined = lines.flatMap((line) => /^(\w+) -.*> (\w+)$/.exec(line)?.slice(1) ?? []);
      expect(
        joined.filter((id) => !nodes.includes(id)),
        name,
      ).toEqual([]);
    }
  });

  it('stays within the limits of Mermaid', () => {
    for (const { name, report } of reports) expect(renderMermaid(report).length, name).toBeLessThan(50_000);
  });

  it('goes from the token to the next one', () => {
    const chart = renderMermaid(of('mixtral'));
    expect(chart).toContain('["Experts<br/>2 of 4 experts work on each token<br/>');
    expect(chart).toContain('subgraph layers_n_text_0_0["layers 0–1 · 2 alike"]');
    expect(chart).toContain('-. residual .->');
  });
});

describe('the SVG', () => {
  it('is well-formed, whatever the names', async () => {
    const xml = reports.map(({ name, report }) => ({ fileName: name, contents: renderSvg(report) }));
    const schema =
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/svg"><xs:element name="svg"><xs:complexType><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>';
    const result = await validateXML({ xml, schema: [{ fileName: 'svg.xsd', contents: schema }] });
    expect(result.errors.slice(0, 5)).toEqual([]);
  });

  it('loads nothing, runs nothing, and shows no hidden characters', () => {
    for (const { name, report } of reports) {
      const picture = renderSvg(report);
      expect(picture.replaceAll('xmlns="http://www.w3.org/2000/svg"', ''), name).not.toMatch(
        /<script|<foreignObject|<image|<a |\son\w+=|(?:href|src)=|url\((?!#tip)|@import/,
      );
      expect(picture, name).not.toMatch(UNSAFE);
    }
  });

  it('fits dark screens too, and its text is large enough to read', () => {
    const picture = renderSvg(of('llama'));
    expect(picture).toContain('prefers-color-scheme:dark');
    const sizes = [...picture.matchAll(/font(?:-size)?:\s*([\d.]+)px/g)].map(([, size]) => Number(size));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  });

  it('keeps its boxes apart and within the picture', () => {
    for (const { name, report } of reports) {
      const picture = renderSvg(report);
      const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(picture) ?? []).map(Number);
      const boxes = [
        ...picture.matchAll(/class="box[^"]*" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
      ].map((match) => match.slice(1).map(Number) as [number, number, number, number]);
      expect(
        boxes.filter(([x, y, w, h]) => x < 0 || x + w > width || y + h > height),
        name,
      ).toEqual([]);
      const overlap = boxes.some(([x, y, w, h], i) =>
        boxes.slice(i + 1).some(([a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h),
      );
      expect(overlap, name).toBe(false);
    }
  });

  it('names the tensors of a layer once for all layers', () => {
    expect(renderSvg(of('mixtral'))).toContain('>blk.{0..1}.ffn_gate_inp</text>');
  });

  it('names them without the layer where boxes are side by side, so that the names can be told apart', () => {
    const picture = renderSvg(of('deepseek2'));
    expect(picture).toContain('>ffn_gate_exps</text>');
    expect(picture).toContain('>ffn_gate_shexp</text>');
    expect(picture).toContain('>blk.1.attn_norm</text>');
  });
});
