/** The function that every kind of tokenizer provides: it converts text without special tokens to ids. */

/**
 * Encodes a part of a text without lone surrogates. `first` states that it begins the text or follows a token written out in it; there some
 * vocabularies insert a space.
 */
export type Encode = (text: string, first: boolean) => number[];
