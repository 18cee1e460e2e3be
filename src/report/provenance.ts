/**
 * Where a model comes from, as its metadata states it (`general.…`): who made it, under which license, from which models and data sets.
 * Taken from the entries of a report, so that a saved one gives the same. Keys of another type than the field's are as if they were not there.
 */

import { shorten } from '../words/shorten.js';
import type { ExplainReport } from './explain-schema.js';
import { webAddress } from './model-links.js';
import type { MetadataEntryReport } from './schema.js';

/** Somebody's model or data set. Nothing of it is empty text; addresses are https. */
export interface Origin {
  name: string;
  author: string | undefined;
  organization: string | undefined;
  version: string | undefined;
  description: string | undefined;
  /** Its repository on the Hugging Face hub: `owner/name`. */
  repository: string | undefined;
  url: string | undefined;
  doi: string | undefined;
}

export interface Provenance {
  /** The model itself, where the file calls it by any name. */
  model: Origin | undefined;
  quantizedBy: string | undefined;
  /** As stated: mostly an SPDX id in lower case, or "other" with a name beside it. */
  license: string | undefined;
  licenseName: string | undefined;
  licenseLink: string | undefined;
  /** What the file was converted from. */
  source: Origin | undefined;
  baseModels: Origin[];
  datasets: Origin[];
  tags: string[];
  languages: string[];
}

/** Models and data sets that are listed at most, and items of a list of words. */
const MOST_ORIGINS = 100;
const MOST_WORDS = 200;

/** UTF-16 units of one text: CycloneDX takes versions of 1,024. */
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
      // As converters wrote them in 2024.
      ...list('general.datasets').flatMap((name) => atHub(name, 'datasets/') ?? []),
    ],
    tags: list('general.tags'),
    languages: list('general.languages'),
  };
}

/** `general.base_model.0`, `general.base_model.1` … in the order of their numbers. How many there are is counted, whatever the file says. */
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

/** Undefined where nothing tells what it is called: then its repository, its DOI or its address is its name. */
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

/** Where only the repository on the hub is told, as `owner/name` or its address. */
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

/** A list of words, or one of them by itself. */
function wordsOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value : [value];
  return [...new Set(words.flatMap((word) => textOf(word) ?? []))].slice(0, MOST_WORDS);
}

/** Tasks as the Hugging Face hub names them, which tags of a file may be. */
const TASKS = new Set(
  (
    'any-to-any audio-text-to-text automatic-speech-recognition feature-extraction fill-mask image-text-to-text image-to-image image-to-text ' +
    'question-answering sentence-similarity summarization text-classification text-generation text-ranking text-to-audio text-to-image ' +
    'text-to-speech text-to-video text2text-generation translation video-text-to-text visual-question-answering'
  ).split(' '),
);

/** Of files of other programs, by their kind. */
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

/** What a model is for: what a tag says, else what its tensors show. Undefined for what goes with a model. */
export function taskOf({ model, flow }: ExplainReport, provenance: Provenance): string | undefined {
  const task = statedTask(provenance) ?? OF_KIND[model.kind];
  if (task !== undefined || model.kind !== 'model' || flow.length === 0) return task;
  return flow.some(({ step }) => step === 'output') ? 'text-generation' : 'feature-extraction';
}
