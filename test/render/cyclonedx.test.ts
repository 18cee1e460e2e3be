/** The ML-BOM of every fixture is valid by the official schemas and repeats what the file states, whatever that is. */

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPDX_IDS, spdxLicense } from '../../src/words/spdx-licenses.js';
import { run } from '../cli/run.js';
import { READABLE, TINY } from '../report/reports.js';
import { bomFaults, cyclonedxSchema, VERSIONS } from '../support/cyclonedx-schema.js';
import { type Entry, list, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { startHub } from '../support/hub.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { HEADERS } from '../support/reference.js';
import { splitModel } from '../support/split-model.js';
import { type Bom, bomOf, bomText, documentReport } from './documents.js';

const model = (...metadata: Entry[]) =>
  documentReport(
    writeGguf({
      metadata: [text('general.architecture', 'llama'), ...metadata],
      tensors: [tensor('token_embd.weight', [32, 2])],
    }),
  );
const subject = (bom: Bom) => bom.metadata.component;
const properties = (bom: Bom) =>
  Object.fromEntries(subject(bom).properties.map(({ name, value }: Record<string, string>) => [name, value]));

/** Everything that converters write about the origin of a model. */
const STATED = [
  text('general.name', 'Barbet 3B Instruct'),
  text('general.version', 'v2'),
  text('general.author', 'A. Author'),
  text('general.organization', 'Birds Inc.'),
  text('general.quantized_by', 'Quentin'),
  text('general.license', 'apache-2.0'),
  text('general.license.link', 'https://example.com/LICENSE'),
  text('general.repo_url', 'https://huggingface.co/birds/Barbet-3B-GGUF'),
  text('general.doi', '10.1234/barbet'),
  text('general.source.repo_url', 'https://huggingface.co/birds/Barbet-3B'),
  u32('general.base_model.count', 2),
  text('general.base_model.0.name', 'Wren'),
  text('general.base_model.0.organization', 'Wren Lab'),
  text('general.base_model.0.version', '1'),
  text('general.base_model.0.repo_url', 'https://huggingface.co/wren-lab/Wren-Base/tree/main'),
  text('general.base_model.10.name', 'Owl'),
  u32('general.dataset.count', 1),
  text('general.dataset.0.name', 'Songs'),
  text('general.dataset.0.repo_url', 'https://huggingface.co/datasets/birds/songs'),
  list('general.datasets', 'string', ['birds/calls']),
  list('general.tags', 'string', ['chat', 'text-generation']),
  list('general.languages', 'string', ['en', 'no']),
];

describe('an ML-BOM', () => {
  it.each([
    { what: 'the fixtures', files: [...READABLE, ...ggufFilesIn(join(FIXTURES_FOLDER, 'hostile'))] },
    { what: 'the headers of many architectures', files: HEADERS },
  ])(
    'is valid for $what',
    async ({ files }) => {
      expect(files.length).toBeGreaterThan(30);
      for (const path of files) {
        const report = await documentReport(path);
        for (const specVersion of VERSIONS) {
          expect({ path: basename(path), faults: bomFaults(bomOf(report, { specVersion })) }).toEqual({
            path: basename(path),
            faults: [],
          });
        }
      }
    },
    120_000,
  );

  it('repeats everything that the file states about its origin', async () => {
    const bom = bomOf(await model(...STATED));
    expect(bomFaults(bom)).toEqual([]);
    expect(subject(bom)).toMatchObject({
      type: 'machine-learning-model',
      name: 'Barbet 3B Instruct',
      version: 'v2',
      supplier: { name: 'Quentin' },
      manufacturer: { name: 'Birds Inc.' },
      authors: [{ name: 'A. Author' }],
      licenses: [{ license: { id: 'Apache-2.0', url: 'https://example.com/LICENSE' } }],
      purl: 'pkg:huggingface/birds/Barbet-3B-GGUF',
      pedigree: {
        ancestors: [
          { name: 'birds/Barbet-3B', purl: 'pkg:huggingface/birds/Barbet-3B' },
          {
            name: 'Wren',
            version: '1',
            manufacturer: { name: 'Wren Lab' },
            purl: 'pkg:huggingface/wren-lab/Wren-Base',
          },
          { name: 'Owl' },
        ],
      },
      externalReferences: [
        { type: 'website', url: 'https://huggingface.co/birds/Barbet-3B-GGUF' },
        { type: 'documentation', url: 'https://doi.org/10.1234/barbet' },
      ],
      modelCard: {
        modelParameters: {
          task: 'text-generation',
          modelArchitecture: 'llama',
          datasets: [{ ref: 'dataset-0' }, { ref: 'dataset-1' }],
        },
      },
      tags: ['chat', 'text-generation'],
    });
    expect(bom.components).toMatchObject([
      { type: 'data', 'bom-ref': 'dataset-0', name: 'Songs' },
      { type: 'data', 'bom-ref': 'dataset-1', name: 'birds/calls' },
    ]);
    expect(properties(bom)).toMatchObject({ 'gguf-explain:languages': 'en, no', 'gguf-explain:parameters': '64' });
  });

  it('lists the base model of an adapter as a dependency, outside of the component in 1.7', async () => {
    const report = await model(...STATED, text('general.type', 'adapter'));
    const bom = bomOf(report, { specVersion: '1.7' });
    expect(bomFaults(bom)).toEqual([]);
    expect(subject(bom).pedigree).toBeUndefined();
    expect(bom.components[1]).toMatchObject({ name: 'Wren', isExternal: true });
    expect(bom.dependencies).toEqual([{ ref: 'model', dependsOn: ['base-model-0', 'base-model-1', 'base-model-2'] }]);
    expect(bomOf(report).components[1]).not.toHaveProperty('isExternal');
  });

  it.each([
    { said: ['mit'], license: { license: { id: 'MIT', acknowledgement: 'declared' } } },
    { said: ['MIT or apache-2.0'], license: { expression: 'MIT OR Apache-2.0', acknowledgement: 'declared' } },
    { said: ['llama3.1'], license: { license: { name: 'llama3.1', acknowledgement: 'declared' } } },
    { said: ['other', 'Gemma Terms'], license: { license: { name: 'Gemma Terms', acknowledgement: 'declared' } } },
    { said: ['mit and'], license: { license: { name: 'mit and', acknowledgement: 'declared' } } },
    { said: ['  '], license: undefined },
  ])('has the license $said as SPDX or by its name', async ({ said: [license = '', name], license: expected }) => {
    const named = name === undefined ? [] : [text('general.license.name', name)];
    const bom = bomOf(await model(text('general.license', license), ...named));
    expect(bomFaults(bom)).toEqual([]);
    expect(subject(bom).licenses).toEqual(expected && [expected]);
  });

  it('knows ids that SPDX has, as SPDX writes them', () => {
    const known = new Set(cyclonedxSchema('spdx').enum);
    expect(SPDX_IDS.filter((id) => !known.has(id))).toEqual([]);
    expect(spdxLicense('APACHE-2.0')).toEqual({ kind: 'id', text: 'Apache-2.0' });
  });

  it('is valid and states nothing wrong where every key has a wrong type, or hostile text', async () => {
    const keys = STATED.map(({ key }) => key as string);
    const hostile = '\u001b[31m</script>"\\\u0000 \ud83d\ude00 https://user:pass@x.example/?token=1 \u202e';
    for (const entries of [
      keys.map((key) => u32(key, 7)),
      keys.map((key) => list(key, 'u32', [1, 2])),
      keys.map((key) => list(key, 'string', ['', ' '])),
      keys.map((key) => text(key, hostile)),
      keys.map((key) => text(key, 'javascript:alert(1)')),
      keys.map((key) => text(key, 'https://x.example/a|b[c]^%zz\\d{e}')),
      keys.map((key) => text(key, 'https://a"b{.example/c')),
      keys.map((key) => text(key, 'x'.repeat(100_000))),
      keys.map((key) => text(key, Buffer.from([0xff, 0xfe, 0x80]))),
      Array.from({ length: 3000 }, (_, i) => text(`general.base_model.${i}.name`, `m${i}`)),
    ]) {
      const report = await model(...entries);
      for (const specVersion of VERSIONS) {
        const printed = bomText(report, { specVersion });
        expect(bomFaults(JSON.parse(printed))).toEqual([]);
        expect(printed).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|"(?:url|purl)": "(?!https:|pkg:)/,
        );
      }
    }
  });
});

describe('an ML-BOM of anything other than one file on this disk', () => {
  it('has each file of a split model with its digest, and no digest of the whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-bom-'));
    const shards = await splitModel(readFileSync(TINY), 'tiny', 3);
    for (const { fileName, bytes } of shards) writeFileSync(join(folder, fileName), bytes);
    const bom = bomOf(await documentReport(join(folder, shards[0]?.fileName as string)));
    rmSync(folder, { recursive: true });
    expect(bomFaults(bom)).toEqual([]);
    expect(subject(bom)).not.toHaveProperty('hashes');
    expect(subject(bom).components.map(({ name, hashes }: Bom) => ({ name, content: hashes[0].content }))).toEqual(
      shards.map(({ fileName, bytes }) => ({
        name: fileName,
        content: createHash('sha256').update(bytes).digest('hex'),
      })),
    );
  });

  it('has the digest that the hub states, and the repository that it was read from', async () => {
    const hub = await startHub({ files: { 'sub/tiny-Q4_K_M.gguf': readFileSync(TINY) } });
    const outcome = await runBeside(['explain', 'hf:owner/repo:Q4_K_M', '--format', 'cyclonedx'], hub.env);
    const bytes = hub.cdn.seen.length;
    await hub.close();
    expect({ stderr: outcome.stderr, code: outcome.code }).toEqual({ stderr: '', code: 0 });
    const bom = JSON.parse(outcome.stdout);
    expect(bomFaults(bom)).toEqual([]);
    expect(subject(bom)).toMatchObject({
      purl: 'pkg:huggingface/owner/repo',
      hashes: [{ content: createHash('sha256').update(readFileSync(TINY)).digest('hex') }],
      externalReferences: [{ type: 'distribution', url: 'https://huggingface.co/owner/repo' }],
    });
    expect(properties(bom)).toMatchObject({
      'gguf-explain:file': 'tiny-Q4_K_M.gguf',
      'gguf-explain:digestStatedBy': 'the hub',
    });
    expect(bytes).toBe(1);
  });
});

describe('the program', () => {
  const bom = (...args: string[]) => run(['explain', TINY, '--format', 'cyclonedx', ...args]);

  it('writes the same bytes for the same file, with the digest that `hash --file` gives', () => {
    const first = bom();
    expect(bom().stdout).toBe(first.stdout);
    const { files } = JSON.parse(run(['hash', TINY, '--file', '--json']).stdout);
    expect(subject(JSON.parse(first.stdout)).hashes).toEqual([{ alg: 'SHA-256', content: files[0].digest }]);
    expect(JSON.parse(first.stdout).metadata).not.toHaveProperty('timestamp');
  });

  it('takes its date from SOURCE_DATE_EPOCH, which makes it another document', () => {
    const dated = run(['explain', TINY, '--format', 'cyclonedx'], { env: { SOURCE_DATE_EPOCH: '1700000000' } });
    const parsed = JSON.parse(dated.stdout);
    expect(bomFaults(parsed)).toEqual([]);
    expect(parsed.metadata.timestamp).toBe('2023-11-14T22:13:20.000Z');
    expect(parsed.serialNumber).not.toBe(JSON.parse(bom().stdout).serialNumber);
    for (const time of ['soon', '-1', '999999999999', '1e3']) {
      const refused = run(['explain', TINY, '--format', 'cyclonedx'], { env: { SOURCE_DATE_EPOCH: time } });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('SOURCE_DATE_EPOCH');
    }
  });

  it('has the requested version, and no digest where none is requested', () => {
    const newer = JSON.parse(bom('--spec-version', '1.7', '--no-digest').stdout);
    expect(newer).toMatchObject({ specVersion: '1.7', $schema: 'http://cyclonedx.org/schema/bom-1.7.schema.json' });
    expect(bomFaults(newer)).toEqual([]);
    expect(subject(newer)).not.toHaveProperty('hashes');
  });

  it.each([
    { args: ['--spec-version', '1.7'], says: '--spec-version is for the ML-BOM' },
    { args: ['--digest'], says: '--digest is for what lists the files' },
    { args: ['--digest', '--json'], says: '--digest is for what lists the files' },
    { args: ['--no-digest', '--format', 'html'], says: '--no-digest is for what lists the files' },
    { args: ['--data', '--format', 'cyclonedx'], says: '--data does not go with it' },
    { args: ['--prompt', 'Hello', '--format', 'markdown'], says: '--prompt needs a page that computes a prompt' },
  ])('refuses $args', ({ args, says }) => {
    const { code, stdout, stderr } = run(['explain', TINY, ...args]);
    expect({ code, stdout: stdout.includes('bomFormat') }).toEqual({ code: 2, stdout: false });
    expect(stderr + stdout).toContain(says);
  });
});
