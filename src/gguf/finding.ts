/** What is wrong or remarkable in a file that can be read all the same. Its words and level are looked up in words/findings.ts. */

import type { FindingCode, Level } from '../words/findings.js';

/** Where a finding is: as much of it as is known. */
export interface Place {
  /** Of a split model: the name of the file, without folders. */
  file?: string;
  /** Bytes from the start of the file. */
  offset?: number;
  key?: string;
  tensor?: string;
}

export interface Finding {
  code: FindingCode;
  /** Where a policy judges it otherwise than the words do. */
  level?: Level;
  place: Place;
  /** The numbers and names that the words are filled with. */
  facts: Record<string, string | number | boolean>;
  /** It stands for so many findings of its code that are not told one by one; it has no place and no facts. */
  more?: number;
}
