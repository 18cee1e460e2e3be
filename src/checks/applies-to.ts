/**
 * The subjects of rules. A rule judges only files that are its subject, and receives the facts that the subject found. Two subjects that
 * cost more to load are in separate files: `wholeModel` (whole-model.ts) and `chatTemplates` (jinja/templates.ts).
 */

import { architectureOf } from '../architectures/book.js';
import type { GgufFile } from '../gguf/decode.js';
import { metadataValue } from '../gguf/decode.js';
import type { Family } from '../model/families.js';
import { isGivenByPeople } from '../model/file-name.js';
import { kindOf } from '../model/kind.js';
import type { Model } from '../model/model.js';
import type { Facet } from '../model/not-checked.js';
import { isLaterShard, type Shard, shardOf } from '../model/shard-keys.js';
import type { Neighbor, Surroundings } from './surroundings.js';

/** The file that a rule judges. */
export interface Judged extends Surroundings {
  model: Model;
  file: GgufFile;
}

export function judgedFile(model: Model, surroundings: Surroundings): Judged {
  return { ...surroundings, model, file: model.file };
}

/** A kind of file. `Extra` are the facts that a rule receives in addition to the file. */
export interface Subject<Extra extends object = object> {
  /** A description, in the plural. */
  what: string;
  /**
   * The facet of the architecture that the rule needs; undefined if it needs none. If the facet is not known, the rule is reported as not
   * checked (model/not-checked.ts).
   */
  facet?: Facet;
  /** Returns null if the file is not this subject. */
  find(judged: Judged): Extra | null;
}

/** A subject that is defined only by a condition. */
function files(what: string, isOne: (judged: Judged) => boolean, facet?: Facet): Subject {
  return { what, ...(facet && { facet }), find: (judged) => (isOne(judged) ? {} : null) };
}

export const anyFile = files('all files', () => true);

/** Files for llama.cpp and its tools: the rules on names, labels and types apply only to these. */
export const ofLlamaCpp = files('all files except models of other programs', ({ model }) => model.family === null);

/** Image, video and speech models, their encoders and autoencoders: each is judged by the rules of the programs that run it. */
export const ofOtherProgram: Subject<{ family: Family }> = {
  what: 'models of programs other than llama.cpp',
  find: ({ model: { family } }) => family && { family },
};

export const knownModel = files(
  'language models of a known architecture',
  ({ model }) => isKnownModel(model),
  'numbers',
);

export const tokenized = files(
  'files that have a tokenizer, or should have one',
  ({ model }) => isTokenized(model),
  'numbers',
);

export const projector = files('projectors', ({ model }) => isProjector(model));

export const adapter = files('adapters', ({ model }) => isAdapter(model));

export const controlVector = files('control vectors', ({ model }) => kindOf(model) === 'controlvector');

export const importanceMatrix = files('importance matrices', ({ model }) => kindOf(model) === 'imatrix');

export const projectorOrModel = files(
  'projectors, and language models of a known architecture',
  ({ model }) => isProjector(model) || isKnownModel(model),
  'numbers',
);

/** Models that run with ggml's operations, even if their hyperparameters have another meaning. */
export const runByLlamaCpp = files(
  'projectors, and language models of an architecture that llama.cpp knows',
  ({ model }) => isProjector(model) || (kindOf(model) === 'model' && isKnownArchitecture(model)),
);

export const projectorAdapterOrModel = files(
  'projectors, adapters, and language models of a known architecture',
  ({ model }) => isProjector(model) || isAdapter(model) || isKnownModel(model),
  'numbers',
);

/**
 * Tensors together with the file whose metadata describes them: the file itself or, for a later shard, which has no metadata, the first
 * shard of its set.
 */
export const governed: Subject<{ governing: Model }> = {
  what: 'language models of a known architecture, and later shards whose first shard is present',
  facet: 'numbers',
  find({ model, neighbors }) {
    const first = neighbors.find((other) => other.model !== null && shardOf(other.model)?.no === 0);
    const governing = isLaterShard(model) ? (first?.model ?? null) : model;
    return governing !== null && isKnownModel(governing) ? { governing } : null;
  },
};

/**
 * Files that describe themselves. Later shards leave the description to the first; the programs that write importance matrices and control
 * vectors do not write names.
 */
export const selfContained = files(
  'files with tensors, except later shards, importance matrices, control vectors and models of other programs',
  ({ model }) => standsAlone(model) && !isMeasuredOrDirection(model) && model.family === null,
);

export const selfContainedModel = files(
  'language models, except later shards',
  ({ model }) => standsAlone(model) && kindOf(model) === 'model',
);

/** For rules about each file of a split model. */
export const shard: Subject<{ shard: Shard }> = { what: 'shards of a split model', find: ofShard };

/** For rules about the whole set: each file gives the same answer, so one is enough. */
export const shardSet: Subject<{ shard: Shard }> = { what: 'split models', find: ofShard };

function ofShard({ model }: Judged): { shard: Shard } | null {
  const own = shardOf(model);
  return own === null ? null : { shard: own };
}

/**
 * Names that programs generate (blobs, caches, standard input) have no meaning. The naming convention is for models and the files published
 * with them.
 */
export const namedByPeople: Subject<{ fileName: string }> = {
  what: 'files with a name given by people, except importance matrices, control vectors and models of other programs',
  find: ({ fileName, model }) =>
    model.family === null && isGivenByPeople(fileName) && !isMeasuredOrDirection(model) ? { fileName } : null,
};

/** A file whose architecture has a loader in llama.cpp, even if its hyperparameters have another meaning. */
export function isKnownArchitecture({ hyperparameters }: Model): boolean {
  return architectureOf(hyperparameters.architecture) !== null;
}

/** A language model of a known architecture whose hyperparameters have the usual meaning; not a vocabulary, a projector or an adapter. */
export function isKnownModel(model: Model): boolean {
  const known = architectureOf(model.hyperparameters.architecture);
  return kindOf(model) === 'model' && known !== null && known.numbers === undefined;
}

/** A language model or a separate vocabulary. */
export function isTokenized(model: Model): boolean {
  return isKnownModel(model) || kindOf(model) === 'vocab';
}

export function isProjector(model: Model): boolean {
  return kindOf(model) === 'mmproj' || model.hyperparameters.architecture === 'clip';
}

export function isAdapter(model: Model): boolean {
  return kindOf(model) === 'adapter';
}

function isMeasuredOrDirection(model: Model): boolean {
  return ['imatrix', 'controlvector'].includes(kindOf(model));
}

function standsAlone({ file, tensors }: Model): boolean {
  const no = metadataValue(file, 'split.no');
  return tensors.length > 0 && (typeof no !== 'number' || no === 0);
}

/** The language models among the neighbors of a file. */
export function languageModels(neighbors: readonly Neighbor[]): { fileName: string; model: Model }[] {
  return neighbors.filter(
    (other): other is { fileName: string; model: Model } =>
      other.model !== null &&
      kindOf(other.model) === 'model' &&
      !isProjector(other.model) &&
      other.model.hyperparameters.architecture !== null,
  );
}
