/** Checks that GitHub accepts the issue forms, and that they do not ask for private data. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { list, text, writeGguf } from '../support/gguf-writer.js';

const FOLDER = join(PROJECT_FOLDER, '.github', 'ISSUE_TEMPLATE');
const NAMES = readdirSync(FOLDER);
const FORMS = NAMES.filter((name) => name !== 'config.yml');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

const words = z.string().min(1);
const shared = { label: words, description: words.optional(), placeholder: words.optional(), value: words.optional() };
const field = { id: z.string().regex(/^[\w-]+$/), validations: z.strictObject({ required: z.boolean() }).optional() };

/** GitHub's syntax for issue forms, as far as it is used here: docs.github.com, "Syntax for GitHub's form schema". */
const FORM = z.strictObject({
  name: words,
  description: words,
  title: words.optional(),
  labels: z.array(words).optional(),
  body: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: words }) }),
        z.strictObject({ ...field, type: z.literal('input'), attributes: z.strictObject(shared) }),
        z.strictObject({
          ...field,
          type: z.literal('textarea'),
          attributes: z.strictObject({ ...shared, render: words.optional() }),
        }),
      ]),
    )
    .min(1),
});

const CONFIG = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(z.strictObject({ name: words, url: z.url(), about: words })),
});

describe('the forms for issues', () => {
  it('exist for a wrong answer, a crash and a wish', () => {
    expect(FORMS.sort()).toEqual(['crash.yml', 'feature.yml', 'wrong-answer.yml']);
  });

  it.each(FORMS)('%s is valid for GitHub, with a unique id and label for each field', (name) => {
    const { body } = FORM.parse(parse(read(name)));
    const fields = body.flatMap((one) => (one.type === 'markdown' ? [] : [one]));
    for (const values of [fields.map(({ id }) => id), fields.map(({ attributes }) => attributes.label)]) {
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('have links to other places to ask', () => {
    CONFIG.parse(parse(read('config.yml')));
  });

  it('ask for the header as JSON, without a path, a vocabulary or a template', () => {
    for (const name of FORMS) expect(read(name)).toContain('gguf-explain - --json < model.gguf');
    const model = writeGguf({
      metadata: [
        text('general.architecture', 'llama'),
        text('general.description', 'private words'),
        text('tokenizer.ggml.model', 'gpt2'),
        text('tokenizer.chat_template', 'private template'),
        list('tokenizer.ggml.tokens', 'string', ['private token']),
      ],
      tensors: [],
    });
    const folder = mkdtempSync(join(tmpdir(), 'private-folder-'));
    try {
      const path = join(folder, 'model.gguf');
      writeFileSync(path, model);
      const { stdout, code } = run(['-', '--json'], { input: readFileSync(path), cwd: folder });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).model.architecture).toBe('llama');
      expect(stdout).not.toContain('private');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
