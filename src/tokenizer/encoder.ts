/** What every kind of tokenizer gives: text without tokens of its own in it, to ids. */

/**
 * Encodes a stretch of text that has no lone surrogates. `first` says that it begins the text or follows a token that was written
 * out in it, which is where some vocabularies put a space in front.
 */
export type Encode = (text: string, first: boolean) => number[];
