/**
 * The vocabulary in a file's metadata: the keys `tokenizer.ggml.*` that define how text becomes tokens. Its long lists are read on demand,
 * so that looking up one piece does not read the merges, and a file without a vocabulary costs nothing.
 */

import type { HeaderBytes } from '../gguf/array-items.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataArray } from '../gguf/metadata.js';
import { asArray, entryOf } from '../model/entries.js';
import { stringOrNull } from '../model/hyperparameters.js';
import { readByteList, readNumbers, readStrings } from './lists.js';
import { TokenizerError } from './tokenizer-error.js';

/** Kinds of tokens, `tokenizer.ggml.token_type`. */
export const TOKEN_KINDS = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

const PREFIX = 'tokenizer.ggml.';

/** A header that has been read, and its source, which can be read again. */
export interface OpenHeader extends HeaderBytes {
  file: Pick<GgufFile, 'version' | 'littleEndian' | 'metadata'>;
}

/** The vocabulary of a file. Throws TokenizerError if it has no token list; its getters throw if a list is unusable. */
export function readVocabulary(header: OpenHeader): Vocabulary {
  return new Vocabulary(header);
}

export class Vocabulary {
  /** `tokenizer.ggml.model`: llama, gpt2, bert, t5 ... Empty if the file has none. */
  readonly model: string;
  /** `tokenizer.ggml.pre`: how text is split before byte pairs are merged. Empty if the file has none. */
  readonly pre: string;
  /** Number of tokens in the list. */
  readonly size: number;
  /** Some rules of llama.cpp depend on these. */
  readonly modelName: string;
  readonly architecture: string;
  private readonly header: OpenHeader;
  private pieceList: readonly string[] | undefined;
  private kindList: Float64Array | null | undefined;
  private ids: Map<string, number> | undefined;

  constructor(header: OpenHeader) {
    const text = (key: string) => stringOrNull(metadataValue(header.file, key)) ?? '';
    this.header = header;
    this.model = text(`${PREFIX}model`);
    this.pre = text(`${PREFIX}pre`);
    this.modelName = text('general.name');
    this.architecture = text('general.architecture');
    const tokens = asArray(entryOf(header.file, `${PREFIX}tokens`));
    if (tokens === null) throw new TokenizerError('no-vocabulary', 'the file has no vocabulary: no list of tokens');
    this.size = tokens.count;
  }

  /** The pieces by id, as in the file; an empty one gets the name that llama.cpp uses. */
  get pieces(): readonly string[] {
    this.pieceList ??= (this.list('tokens', readStrings) ?? []).map((piece, id) => piece || `[EMPTY_${id}]`);
    return this.pieceList;
  }

  /** The kind of a token; normal if the file does not state it. */
  kindOf(id: number): number {
    if (this.kindList === undefined) this.kindList = this.list('token_type', readNumbers);
    return this.kindList === null ? TOKEN_KINDS.normal : (this.kindList[id] ?? 0);
  }

  /** The score of each token; null if the file has none. */
  scores(): Float64Array | null {
    return this.list('scores', readNumbers);
  }

  /** Pairs of pieces separated by a space, in merge order; null if the file has none. */
  merges(): readonly string[] | null {
    return this.list('merges', readStrings);
  }

  /** The character normalization table of T5's tokenizer; null if the file has none. */
  characterMap(): Buffer | null {
    return this.list('precompiled_charsmap', readByteList);
  }

  /** The id of a piece; undefined if no token has it. */
  idOf(piece: string): number | undefined {
    if (this.ids === undefined) {
      this.ids = new Map();
      for (let id = 0; id < this.pieces.length; id++) this.ids.set(this.pieces[id] as string, id);
    }
    return this.ids.get(piece);
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = metadataValue(this.header.file, PREFIX + key);
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** The id of a special token under `tokenizer.ggml.<key>_token_id`; null if there is none within the range of ids. */
  specialId(name: string): number | null {
    const value = metadataValue(this.header.file, `${PREFIX}${name}_token_id`);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < this.size ? value : null;
  }

  private list<T>(name: string, read: (header: HeaderBytes, key: string, array: MetadataArray) => T): T | null {
    const key = PREFIX + name;
    const array = asArray(entryOf(this.header.file, key));
    return array === null ? null : read(this.header, key, array);
  }
}
