/**
 * The vocabulary in the metadata of a file: the keys `tokenizer.ggml.*` that say how text becomes tokens. Its long lists are read
 * when they are asked for, so that one piece by its id costs no merges, and a file without a vocabulary costs nothing.
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

/** A header that has been read, and its bytes, which can be read again. */
export interface OpenHeader extends HeaderBytes {
  file: Pick<GgufFile, 'version' | 'littleEndian' | 'metadata'>;
}

/** The vocabulary of a file. Throws TokenizerError where it has no list of tokens; its getters throw where a list is unusable. */
export function readVocabulary(header: OpenHeader): Vocabulary {
  return new Vocabulary(header);
}

export class Vocabulary {
  /** `tokenizer.ggml.model`: llama, gpt2, bert, t5 ... Empty where the file has none. */
  readonly model: string;
  /** `tokenizer.ggml.pre`: how text is cut before byte pairs are merged. Empty where the file has none. */
  readonly pre: string;
  /** Tokens in the list. */
  readonly size: number;
  /** What some rules of llama.cpp go by. */
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

  /** The pieces by their ids, as they stand in the file; an empty one is called as llama.cpp calls it. */
  get pieces(): readonly string[] {
    this.pieceList ??= (this.list('tokens', readStrings) ?? []).map((piece, id) => piece || `[EMPTY_${id}]`);
    return this.pieceList;
  }

  /** The kind of a token; normal where the file does not say. */
  kindOf(id: number): number {
    if (this.kindList === undefined) this.kindList = this.list('token_type', readNumbers);
    return this.kindList === null ? TOKEN_KINDS.normal : (this.kindList[id] ?? 0);
  }

  /** The score of each token; null where the file has none. */
  scores(): Float64Array | null {
    return this.list('scores', readNumbers);
  }

  /** Pairs of pieces with a space between, first the one that is merged first; null where the file has none. */
  merges(): readonly string[] | null {
    return this.list('merges', readStrings);
  }

  /** The table by which the tokenizer of T5 normalizes characters; null where the file has none. */
  characterMap(): Buffer | null {
    return this.list('precompiled_charsmap', readByteList);
  }

  /** The id of a piece; undefined where no token has it. */
  idOf(piece: string): number | undefined {
    if (this.ids === undefined) {
      this.ids = new Map();
      for (let id = 0; id < this.pieces.length; id++) this.ids.set(this.pieces[id] as string, id);
    }
    return this.ids.get(piece);
  }

  /** A bool under `tokenizer.ggml.<key>`. */
  flag(key: string, otherwise: boolean): boolean {
    const value = metadataValue(this.header.file, PREFIX + key);
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** The id of a special token under `tokenizer.ggml.<key>_token_id`; null where there is none in the range of the ids. */
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
