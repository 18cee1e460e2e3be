/** Where a finding is: at an entry of the metadata, or at a tensor. */

import type { Place } from '../gguf/finding.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { TensorInfo } from '../gguf/tensor-infos.js';

export function entryPlace({ offset, key }: MetadataEntry): Place {
  return { offset, key: shortened(key) };
}

export function tensorPlace({ offset, name }: TensorInfo): Place {
  return { offset, tensor: shortened(name) };
}

/** No name that a loader takes is as long. A thousand findings that each repeat a name of a hundred kilobytes would fill the memory. */
const MOST_CHARACTERS = 256;

/** A key or a name as a finding tells it: the beginning of one that is too long to be meant. */
export function shortened(name: string): string {
  return name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS)}…` : name;
}
