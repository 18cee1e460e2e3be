/** The place of a finding: an entry of the metadata, or a tensor. */

import type { Place } from '../gguf/finding.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { TensorInfo } from '../gguf/tensor-infos.js';

export function entryPlace({ offset, key }: MetadataEntry): Place {
  return { offset, key: shortened(key) };
}

export function tensorPlace({ offset, name }: TensorInfo): Place {
  return { offset, tensor: shortened(name) };
}

/** Longer than any name that a loader accepts. A thousand findings that each repeat a name of a hundred kilobytes would fill the memory. */
const MOST_CHARACTERS = 256;

/** A key or a name for a finding: only the beginning if it is longer than any real name. */
export function shortened(name: string): string {
  return name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS)}…` : name;
}
