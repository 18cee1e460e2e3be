/**
 * A bill of materials for one model in the form that CycloneDX has for machine learning (https://cyclonedx.org/capabilities/mlbom/): its
 * name, who made it, its license, the models and data sets that it was made from, and the digests of its files. Drawn from the report of
 * `explain --full` with `digests`. The same report gives the same bytes: the serial number is computed from the content, and the caller
 * gives the time.
 */

import { createHash } from 'node:crypto';
import type { ExplainReport } from '../report/explain-schema.js';
import { hubRepository, type Origin, type Provenance, provenanceOf, taskOf } from '../report/provenance.js';
import { spdxLicense } from '../words/spdx-licenses.js';
import { jsonPieces } from './json.js';
import { fileTitle } from './text/title-section.js';

export interface BomOptions {
  specVersion: '1.6' | '1.7';
  /** Version of the program that writes the document. */
  toolVersion: string;
  /** When it was written, in ISO 8601, if the document should say so. */
  timestamp?: string | undefined;
}

/** A part of the document. Undefined fields are left out when it is written. */
type Part = Record<string, unknown>;

/** The reference to the model inside the document. */
const MODEL = 'model';

export function cyclonedx(report: ExplainReport, options: BomOptions): Generator<string, void, void> {
  return jsonPieces(billOfMaterials(report, options));
}

function billOfMaterials(report: ExplainReport, { specVersion, toolVersion, timestamp }: BomOptions): Part {
  const provenance = provenanceOf(report.metadata ?? []);
  const { source, baseModels } = provenance;
  // An adapter is not made from its base model; it needs it to run.
  const needsBase = report.model.kind === 'adapter';
  const bases = [...(source ? [source] : []), ...baseModels].map((one, i) => ({
    ...component('machine-learning-model', `base-model-${i}`, one),
    isExternal: needsBase && specVersion !== '1.6' ? true : undefined,
  }));
  const datasets = provenance.datasets.map((one, i) => component('data', `dataset-${i}`, one));
  const content = {
    version: 1,
    metadata: {
      timestamp,
      tools: { components: [{ type: 'application', name: 'gguf-explain', version: toolVersion }] },
      component: {
        ...subject(report, provenance),
        pedigree: needsBase || bases.length === 0 ? undefined : { ancestors: bases },
        components: ifAny(shardComponents(report)),
        modelCard: { modelParameters: modelParameters(report, provenance, datasets) },
        properties: properties(report, provenance),
        tags: ifAny(provenance.tags),
      },
    },
    components: ifAny([...(needsBase ? bases : []), ...datasets]),
    dependencies: [{ ref: MODEL, dependsOn: needsBase ? ifAny(refsOf(bases)) : undefined }],
  };
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: `urn:uuid:${uuidOf(`${specVersion}\n${JSON.stringify(content)}`)}`,
    ...content,
  };
}

/** A UUID of version 8 (RFC 9562), made from bits of a digest. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function subject(report: ExplainReport, { model, quantizedBy, ...stated }: Provenance): Part {
  const page = report.links?.find(({ what }) => what === 'source')?.url;
  // The file belongs to the repository that it was read from; the one that the metadata names may be that of another file.
  const repository = hubRepository(page) ?? model?.repository;
  const origin = { ...model, name: model?.name ?? fileTitle(report), repository };
  const { license, link } = licenseOf(stated);
  return {
    ...component('machine-learning-model', MODEL, origin, [
      ...(page === undefined ? [] : [{ type: 'distribution', url: page }]),
      ...(link === undefined ? [] : [{ type: 'license', url: link }]),
    ]),
    // The maker of this file, who may not be the maker of the model.
    supplier: quantizedBy === undefined ? undefined : { name: quantizedBy },
    hashes: report.file.shards === undefined ? hashesOf(report, 0) : undefined,
    licenses: license && [license],
  };
}

function component(
  type: 'machine-learning-model' | 'data',
  ref: string,
  origin: Pick<Origin, 'name'> & Partial<Origin>,
  more: readonly Part[] = [],
): Part {
  const { name, author, organization, version, description, repository, url, doi } = origin;
  const externalReferences = [
    ...more,
    ...(url === undefined ? [] : [{ type: 'website', url }]),
    ...(doi === undefined ? [] : [{ type: 'documentation', url: `https://doi.org/${doi}` }]),
  ];
  return {
    type,
    'bom-ref': ref,
    manufacturer: organization === undefined ? undefined : { name: organization },
    authors: author === undefined ? undefined : [{ name: author }],
    name,
    version,
    description,
    // Package URLs are defined for models of the hub, but not for data sets.
    purl: type === 'data' || repository === undefined ? undefined : `pkg:huggingface/${repository}`,
    externalReferences: ifAny(externalReferences),
    data: type === 'data' ? [{ type: 'dataset', name }] : undefined,
  };
}

/** The license as the file states it, and the link to its text if the license entry has no field for it. */
function licenseOf(stated: Pick<Provenance, 'license' | 'licenseName' | 'licenseLink'>): {
  license?: Part;
  link?: string | undefined;
} {
  const { license = stated.licenseName, licenseName, licenseLink } = stated;
  if (license === undefined) return { link: licenseLink };
  const acknowledgement = 'declared';
  const known = spdxLicense(license);
  if (known?.kind === 'expression') {
    return { license: { expression: known.text, acknowledgement }, link: licenseLink };
  }
  if (known?.kind === 'id') return { license: { license: { id: known.text, acknowledgement, url: licenseLink } } };
  const name = license.toLowerCase() === 'other' ? (licenseName ?? license) : license;
  return { license: { license: { name, acknowledgement, url: licenseLink } } };
}

function shardComponents(report: ExplainReport): Part[] {
  return (report.file.shards ?? []).map(({ file, number, size }, i) => ({
    type: 'file',
    'bom-ref': `file-${number}`,
    name: file,
    hashes: hashesOf(report, i),
    properties: size === null ? undefined : [property('bytes', size)],
  }));
}

function hashesOf({ digests = [] }: ExplainReport, file: number): Part[] | undefined {
  const found = digests[file];
  return found && [{ alg: 'SHA-256', content: found.digest }];
}

function modelParameters(report: ExplainReport, provenance: Provenance, datasets: readonly Part[]): Part {
  const task = taskOf(report, provenance);
  const [input, output] = FORMATS[task ?? ''] ?? [];
  const groups = new Set(report.totals.byGroup.map(({ group }) => group));
  const attends = groups.has('attention') ? 'transformer' : undefined;
  const family = groups.has('recurrent') ? (attends ? `${attends} with recurrent layers` : 'recurrent') : attends;
  return {
    task,
    architectureFamily: family,
    modelArchitecture: report.model.architecture ?? undefined,
    datasets: ifAny(refsOf(datasets).map((ref) => ({ ref }))),
    inputs: input?.map((format) => ({ format })),
    outputs: output?.map((format) => ({ format })),
  };
}

/** Input and output formats for each task. */
const FORMATS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'text-generation': [['text'], ['text']],
  'text2text-generation': [['text'], ['text']],
  'image-text-to-text': [['image', 'text'], ['text']],
  'feature-extraction': [['text'], ['vector']],
  'sentence-similarity': [['text'], ['vector']],
  'text-to-image': [['text'], ['image']],
  'text-to-video': [['text'], ['video']],
  'text-to-speech': [['text'], ['audio']],
  'automatic-speech-recognition': [['audio'], ['text']],
};

/** Facts for which the format has no field, such as everything about quantization. */
function properties(report: ExplainReport, { languages }: Provenance): Part[] {
  const { file, model, totals, findings, digests = [] } = report;
  const { hyperparameters: numbers, label, tokenizer } = model;
  const facts: [name: string, value: string | number | null | undefined][] = [
    ['file', fileTitle(report)],
    ['bytes', file.size],
    ['kind', model.kind],
    ['ggufVersion', file.ggufVersion],
    ['quantization', label && `${label.name}${label.guessed ? ' (guessed)' : ''}`],
    ['tensorTypes', totals.byType.map(({ type, tensors }) => `${type} x ${tensors}`).join(', ')],
    ['bitsPerWeight', totals.bitsPerWeight?.toFixed(2)],
    ['parameters', totals.parameters],
    ['activeParameters', totals.experts?.activeParameters],
    ['tensors', totals.tensors],
    ['layers', numbers.blockCount],
    ['contextLength', numbers.contextLength],
    ['embeddingLength', numbers.embeddingLength],
    ['vocabulary', numbers.vocabulary?.size],
    ['tokenizer', tokenizer?.model],
    ['languages', languages.join(', ')],
    ['errors', [...new Set(findings.filter(({ level }) => level === 'error').map(({ code }) => code))].join(', ')],
    ['digestStatedBy', digests.find(({ statedBy }) => statedBy !== undefined)?.statedBy],
  ];
  return facts.flatMap(([name, value]) => (value == null || value === '' ? [] : [property(name, value)]));
}

function property(name: string, value: string | number): Part {
  return { name: `gguf-explain:${name}`, value: String(value) };
}

function refsOf(components: readonly Part[]): unknown[] {
  return components.map((one) => one['bom-ref']);
}

function ifAny<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
