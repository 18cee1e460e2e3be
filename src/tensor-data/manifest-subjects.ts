/**
 * Finds the file and tensor of a manifest line. Its third field is the file's name at the time, followed by a colon and the tensor's name;
 * but both names may contain colons, and the file may have been renamed. So the lines are interpreted together: their common beginning is
 * the file.
 */

import type { ManifestLine } from './hash-manifest.js';
import { WeightsError } from './weights-error.js';

/** The digests of one kind that a manifest lists for one file. */
export interface ListedDigests {
  /** Digest of the whole model; undefined if it is not listed. */
  model: string | undefined;
  /** For each tensor, in the order of the manifest. */
  tensors: { name: string; digest: string }[];
}

/**
 * The file digests that a manifest lists, for the files of a model in their order; undefined for those that are not listed. If there is one
 * line and the model has one file, they match whatever the name. Throws WeightsError (`bad-manifest`) if it lists none of the files.
 */
export function listedFiles(
  lines: readonly Pick<ManifestLine, 'subject' | 'digest'>[],
  files: readonly string[],
): (string | undefined)[] {
  const [line, ...others] = lines;
  if (line !== undefined && others.length === 0 && files.length === 1) return [line.digest];
  const listed = files.map((file) => {
    const same = lines.find(({ subject }) => subject === file) ?? lines.find(({ subject }) => isCalled(subject, file));
    return same?.digest;
  });
  if (listed.some((digest) => digest !== undefined)) return listed;
  const shown = lines.slice(0, 3).map(({ subject }) => subject);
  const more = lines.length > 3 ? ` and ${lines.length - 3} more` : '';
  throw new WeightsError(
    'bad-manifest',
    `it is about ${shown.join(', ')}${more}, but not about ${lastPart(files[0] ?? '')}`,
    'a manifest of a single file works with any file name',
  );
}

function isCalled(subject: string, file: string): boolean {
  return lastPart(subject) === lastPart(file) || lastPart(unescapeName(subject)) === lastPart(file);
}

interface Subject {
  file: string;
  /** Undefined for the whole model. */
  tensor: string | undefined;
}

/**
 * Selects the lines about one model from those of one kind of digest. `path` is the model's current path, `isTensor` recognizes the names
 * of its tensors. Throws WeightsError (`bad-manifest`) if the lines are about several files and none has the model's name.
 */
export function listedDigests(
  lines: readonly Pick<ManifestLine, 'subject' | 'digest'>[],
  path: string,
  isTensor: (name: string) => boolean,
): ListedDigests {
  const subjects = new Set(lines.map(({ subject }) => subject));
  const wholes = new Set([...subjects].flatMap((subject) => ownerOf(subject, subjects) ?? []));
  const taken = lines.map((line) => ({ ...subjectOf(line.subject, wholes, path, isTensor), digest: line.digest }));
  const file = chooseFile([...new Set(taken.map((line) => line.file))], path);
  const listed: ListedDigests = { model: undefined, tensors: [] };
  for (const { file: about, tensor, digest } of taken) {
    if (about !== file) continue;
    if (tensor === undefined) listed.model ??= digest;
    else listed.tensors.push({ name: tensor, digest });
  }
  return listed;
}

/** The shortest other subject that is a prefix of this one up to a colon. */
function ownerOf(subject: string, others: ReadonlySet<string>): string | undefined {
  return colonsOf(subject)
    .map((at) => subject.slice(0, at))
    .find((before) => others.has(before));
}

function subjectOf(
  subject: string,
  wholes: ReadonlySet<string>,
  path: string,
  isTensor: (name: string) => boolean,
): Subject {
  const owner = ownerOf(subject, wholes);
  if (owner !== undefined) return { file: owner, tensor: subject.slice(owner.length + 1) };
  if (wholes.has(subject) || subject === path || /\.gguf$/i.test(subject)) return { file: subject, tensor: undefined };
  const colons = colonsOf(subject);
  const at = colons.find((colon) => isTensor(subject.slice(colon + 1))) ?? colons.at(-1);
  if (at === undefined) return { file: subject, tensor: undefined };
  return { file: subject.slice(0, at), tensor: subject.slice(at + 1) };
}

function colonsOf(text: string): number[] {
  const colons: number[] = [];
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons.push(at);
  return colons;
}

function chooseFile(files: readonly string[], path: string): string | undefined {
  if (files.length <= 1) return files[0];
  const file = files.find((name) => name === path) ?? files.find((name) => lastPart(name) === lastPart(path));
  if (file !== undefined) return file;
  const shown = files.slice(0, 3).join(', ');
  const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
  const hint = 'a manifest of a single file works with any file name';
  throw new WeightsError('bad-manifest', `it is about ${shown}${more}, but not about ${lastPart(path)}`, hint);
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) as string;
}

/**
 * Decodes the escapes of a name: `\\` for a backslash, `\n`, `\t`, `\r`, and `\u{…}` for a character that is invisible or unsafe in a
 * terminal. A backslash before anything else stands for itself.
 */
export function unescapeName(text: string): string {
  return text.replace(/\\(?:([\\ntr])|u\{([0-9a-f]{1,6})\})/g, (whole, letter?: string, digits?: string) => {
    if (letter !== undefined) return letter === '\\' ? '\\' : (LETTERS[letter] as string);
    const code = Number.parseInt(digits as string, 16);
    return code > 0x10_ffff ? whole : String.fromCodePoint(code);
  });
}

const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
