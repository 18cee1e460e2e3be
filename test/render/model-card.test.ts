/**
 * The model card: its front matter repeats what the file states, its tables hold any text from the file, and none of that text is read as
 * Markdown.
 */

import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { READABLE } from '../report/reports.js';
import { type Entry, list, tensor, text, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { cardOf, documentReport } from './documents.js';

/** The front matter as YAML, and the text after it. */
function parts(card: string): { front: Record<string, unknown>; body: string } {
  const [, front = '', body = ''] = /^---\n(.*?)^---\n(.*)$/ms.exec(card) ?? [];
  return { front: parse(front), body };
}

const card = async (...metadata: Entry[]) =>
  parts(
    cardOf(
      await documentReport(
        writeGguf({
          metadata: [text('general.architecture', 'llama'), ...metadata],
          tensors: [tensor('token_embd.weight', [32, 2])],
        }),
      ),
    ),
  );

/** The columns of each table, which must be the same in all of its rows. */
function unevenTables(body: string): string[] {
  const tables = body.split(/\n\s*\n/).filter((block) => block.startsWith('|'));
  expect(tables.length).toBeGreaterThan(0);
  const columns = (line: string) => line.split(/(?<!\\)\|/).length;
  return tables.filter((table) => new Set(table.trimEnd().split('\n').map(columns)).size !== 1);
}

describe('a model card', () => {
  it.each([...READABLE, ...ggufFilesIn(join(FIXTURES_FOLDER, 'hostile'))].map((path) => [basename(path), path]))(
    'of %s has front matter and tables with even rows',
    async (_, path) => {
      const { front, body } = parts(cardOf(await documentReport(path)));
      expect(front).toMatchObject({ library_name: 'gguf', tags: expect.arrayContaining(['gguf']) });
      expect(unevenTables(body)).toEqual([]);
    },
  );

  it('has in its front matter the fields that the hub reads', async () => {
    const { front, body } = await card(
      text('general.name', 'Barbet'),
      text('general.license', 'Apache-2.0'),
      text('general.quantized_by', 'no'),
      text('general.source.repo_url', 'https://huggingface.co/birds/Barbet-3B'),
      text('general.base_model.0.repo_url', 'https://huggingface.co/wren-lab/Wren'),
      text('general.dataset.0.repo_url', 'https://huggingface.co/datasets/birds/songs'),
      list('general.tags', 'string', ['text-generation', 'on']),
      list('general.languages', 'string', ['en', 'no']),
    );
    expect(front).toEqual({
      license: 'apache-2.0',
      language: ['en', 'no'],
      base_model: ['birds/Barbet-3B'],
      datasets: ['birds/songs'],
      pipeline_tag: 'text-generation',
      library_name: 'gguf',
      quantized_by: 'no',
      tags: ['gguf', 'text-generation', 'on'],
    });
    expect(body).toContain('| Base model | [wren-lab/Wren](<https://huggingface.co/wren-lab/Wren>) |');
  });

  it.each([
    { license: 'llama3.1', front: { license: 'llama3.1' } },
    { license: 'My own terms', front: { license: 'other', license_name: 'My own terms' } },
    { license: 'other', name: 'Gemma', front: { license: 'other', license_name: 'Gemma' } },
    { license: 'other', front: { license: 'other' } },
  ])('has the license $license as the hub takes it', async ({ license, name, front }) => {
    const named = name === undefined ? [] : [text('general.license.name', name)];
    expect((await card(text('general.license', license), ...named)).front).toMatchObject(front);
  });

  it('does not let text of a file become Markdown, HTML or YAML', async () => {
    const hostile = [
      '](https://x.example) ![a](https://x.example/a.png) <img src=x onerror=alert(1)> </details>',
      '| a | b |\n---\n- [ ] x\n# title\n```\ncode',
      '@octocat #1 www.x.example https://x.example *b* _i_ ~~s~~ $x$ `c` [^1] \\',
      '---\nlicense: mit\n---',
      '1. one',
      '- one',
      '"\n: {}[]&*!|>%@`',
    ];
    const keys = [
      ...['name', 'description', 'version', 'author', 'organization', 'quantized_by', 'license', 'license.name'],
      ...['base_model.0.name', 'dataset.0.name', 'architecture'],
    ];
    for (const one of hostile) {
      const { front, body } = await card(
        ...keys.map((key) => text(`general.${key}`, one)),
        ...['base_model.0.url', 'license.link'].map((key) =>
          text(`general.${key}`, `https://x.example/)>|[a](b)<b>@c?token=1 ${one}`),
        ),
        list('general.tags', 'string', [one]),
        list('general.languages', 'string', [one]),
      );
      expect(Object.keys(front)).toEqual(expect.arrayContaining(['license', 'language', 'tags', 'quantized_by']));
      expect(front).toMatchObject({ license: 'other', license_name: expect.stringContaining(one.slice(0, 1)) });
      expect(unevenTables(body)).toEqual([]);
      // The text without code and without our own links and tags has no character that is special in Markdown or HTML.
      const bare = body
        .replace(/^```sh\n.*\n```$/gm, '')
        .replace(/`[^`\n]*`|<\/?(?:code|span)>/g, '')
        .replace(/&#\d+;/g, '')
        .replace(/\[([^\]\n]*)\]\(<https:[\w.~:/%-]*>\)/g, '$1')
        .replace(/<https:[\w.~:/%-]*>/g, '')
        .replace(/^#+ |^\|.*?\|\n\| ---.*$|[|]/gm, '');
      expect(bare).not.toMatch(/[`*_~@<>[\]{}\\$#!]|www\.|https?:/);
      const [, ...lines] = bare.trimStart().split('\n');
      expect(lines.join('\n')).not.toMatch(/^(?:[-+]|\d+\.) /m);
    }
  });
});
