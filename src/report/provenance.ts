/**
 * Where a model comes from, as its metadata states it (`general.…`): who made it, under which license, from which models and data sets. It
 * is taken from the entries of a report, so that a saved report gives the same result. Keys with an unexpected type are ignored.
 */

import { shorten } from '../words/shorten.js';
import type { ExplainReport } from './explain-schema.js';
import { webAddress } from './model-links.js';
import type { MetadataEntryReport } from './schema.js';

/** A model or data set by some author. No field is an empty text; addresses are https. */
export interface Origin {
  name: string;
  author: string | undefined;
  organization: string | undefined;
  version: string | undefined;
  description: string | undefined;
  /** Its repository on the Hugging Face Hub: `owner/name`. */
  repository: string | undefined;
  url: string | undefined;
  doi: string | undefined;
}

export interface Provenance {
  /** The model itself, if the file names it. */
  model: Origin | undefined;
  quantizedBy: string | undefined;
  /** As stated: usually an SPDX id in lower case, or "other" with a separate name. */
  license: string | undefined;
  licenseName: string | undefined;
  licenseLink: string | undefined;
  /** The model that the file was converted from. */
  source: Origin | undefined;
  baseModels: Origin[];
  datasets: Origin[];
  tags: string[];
  languages: string[];
}

/** Most models and data sets that are listed, and most items in a list of words. */
const MOST_ORIGINS = 100;
const MOST_WORDS = 200;

/** Longest text in UTF-16 units; CycloneDX limits versions to 1,024. */
const MOST_OF_A_TEXT = 1000;

export function provenanceOf(entries: readonly MetadataEntryReport[]): Provenance {
  const values = new Map<string, unknown>();
  for (const { key, value } of entries) if (!values.has(key)) values.set(key, value);
  const text = (key: string) => textOf(values.get(key));
  const list = (key: string) => wordsOf(values.get(key));
  const origin = (prefix: string) => originOf((name) => text(`${prefix}.${name}`));
  const numberedOrigins = (prefix: string) => numbered(values, prefix).flatMap((one) => origin(one) ?? []);
  return {
    model: origin('general'),
    quantizedBy: text('general.quantized_by'),
    license: text('general.license'),
    licenseName: text('general.license.name'),
    licenseLink: webAddress(text('general.license.link') ?? ''),
    source: origin('general.source') ?? atHub(text('general.source.huggingface.repository') ?? ''),
    baseModels: numberedOrigins('general.base_model'),
    datasets: [
      ...numberedOrigins('general.dataset'),
      // The form that converters wrote in 2024.
      ...list('general.datasets').flatMap((name) => atHub(name, 'datasets/') ?? []),
    ],
    tags: list('general.tags'),
    languages: list('general.languages'),
  };
}

/**
 * `general.base_model.0`, `general.base_model.1` … in the order of their numbers. The entries are counted, whatever number the file states.
 */
function numbered(values: ReadonlyMap<string, unknown>, prefix: string): string[] {
  const numbers = new Set<number>();
  for (const key of values.keys()) {
    const [, number] = /^\.(\d{1,9})\./.exec(key.startsWith(prefix) ? key.slice(prefix.length) : '') ?? [];
    if (number !== undefined && String(Number(number)) === number) numbers.add(Number(number));
  }
  return [...numbers]
    .sort((a, b) => a - b)
    .slice(0, MOST_ORIGINS)
    .map((number) => `${prefix}.${number}`);
}

type Field = (name: string) => string | undefined;

/** An origin with the stated name or, if there is none, its repository, DOI or address as name. Undefined if it has none of these. */
function originOf(field: Field): Origin | undefined {
  const [url, repositoryUrl] = [webAddress(field('url') ?? ''), webAddress(field('repo_url') ?? '')];
  const repository = hubRepository(repositoryUrl) ?? hubRepository(url);
  const doi = /^(?:https:\/\/doi\.org\/|doi:)?(10\.\d{4,9}\/[\w.()/:;-]+)$/i.exec(field('doi') ?? '')?.[1];
  const name = field('name') ?? repository ?? doi ?? repositoryUrl ?? url;
  if (name === undefined) return undefined;
  const [author, organization, version, description] = ['author', 'organization', 'version', 'description'].map(field);
  return { name, author, organization, version, description, repository, url: repositoryUrl ?? url, doi };
}

/** `owner/name` of a model or a data set on the hub. */
const HUB =
  /^https:\/\/(?:www\.)?(?:huggingface\.co|hf\.co)\/(?:datasets\/)?([\w-][\w.-]*\/[\w-][\w.-]*?)(?:\.git|\/.*)?$/;
const NO_OWNERS = new Set(['api', 'blog', 'collections', 'datasets', 'docs', 'papers', 'spaces']);

export function hubRepository(url: string | undefined): string | undefined {
  const repository = HUB.exec(url ?? '')?.[1];
  return repository === undefined || NO_OWNERS.has(repository.slice(0, repository.indexOf('/')))
    ? undefined
    : repository;
}

/** An origin of which only the repository on the hub is known, as `owner/name` or as an address. */
function atHub(text: string, folder = ''): Origin | undefined {
  const url = /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text) ? `https://huggingface.co/${folder}${text}` : text;
  const name = folder === '' || text.includes('://') ? undefined : text;
  return originOf((field) => (field === 'name' ? name : field === 'repo_url' ? url : undefined));
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = shorten(value.trim(), MOST_OF_A_TEXT);
  return text === '' ? undefined : text;
}

/** A list of words; a single word counts as a list. */
function wordsOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value : [value];
  return [...new Set(words.flatMap((word) => textOf(word) ?? []))].slice(0, MOST_WORDS);
}

/** The Hugging Face Hub's names of tasks, which may occur among the tags of a file. */
const TASKS = new Set(
  (
    'any-to-any audio-text-to-text automatic-speech-recognition feature-extraction fill-mask image-text-to-text image-to-image image-to-text ' +
    'question-answering sentence-similarity summarization text-classification text-generation text-ranking text-to-audio text-to-image ' +
    'text-to-speech text-to-video text2text-generation translation video-text-to-text visual-question-answering'
  ).split(' '),
);

/** Tasks of models for other programs, by kind. */
const OF_KIND: Readonly<Record<string, string>> = {
  'image-model': 'text-to-image',
  'video-model': 'text-to-video',
  'speech-model': 'text-to-speech',
  'speech-recognizer': 'automatic-speech-recognition',
};

/** The first tag that is a task. */
export function statedTask({ tags }: Provenance): string | undefined {
  return tags.find((tag) => TASKS.has(tag));
}

/** The task of a model: from a tag or, if there is none, from its tensors. Undefined for companions of a model. */
export function taskOf({ model, flow }: ExplainReport, provenance: Provenance): string | undefined {
  const task = statedTask(provenance) ?? OF_KIND[model.kind];
  if (task !== undefined || model.kind !== 'model' || flow.length === 0) return task;
  return flow.some(({ step }) => step === 'output') ? 'text-generation' : 'feature-extraction';
}
