/** Faults from downloading and copying: two files in one, and unfinished files. */

import { endOfData } from '../../gguf/data-end.js';
import { padded } from '../../gguf/data-layout.js';
import { shardOf } from '../../model/shard-keys.js';
import { unfinishedName } from '../../words/download-names.js';
import { anyFile, type Judged } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import type { FurtherHeader } from '../surroundings.js';

export const DOWNLOAD_CHECKS = [
  /** Readers see only the first header. The data after the second header is either never read, or read at wrong offsets. */
  defineCheck({
    code: 'second-gguf',
    group: 'format',
    level: 'error',
    says: 'a second GGUF begins at byte {at}: {what}',
    hint: '{remedy}',
    appliesTo: anyFile,
    beyondHeader: true,
    judge(judged) {
      const [first] = judged.headers ?? [];
      if (first === undefined) return [];
      const { at } = first;
      return [{ place: { offset: at }, facts: { at, ...explanation(judged, first) } }];
    },
  }),
  /** The size does not show that such a file is unfinished: some programs reserve all bytes before they fetch the first. */
  defineCheck({
    code: 'download-unfinished',
    group: 'format',
    level: 'error',
    says: '{sign}: {by} has not finished the file',
    hint: 'let the download finish, or start it again',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ fileName, marks = [] }) {
      const own = fileName === null ? null : unfinishedName(fileName);
      const [mark] = marks;
      if (own === null && mark === undefined) return [];
      // Only a warning for other marks: some programs leave them, or another download of the same file made them, and the file may be
      // complete.
      const level = mark?.control ? 'error' : 'warning';
      const facts =
        mark === undefined
          ? { sign: `the file is named ${fileName}`, by: own?.by ?? 'a program' }
          : { sign: `${mark.fileName} is in the same folder`, by: mark.by };
      return [{ place: {}, level, facts }];
    },
  }),
];

function explanation({ file, model }: Judged, second: FurtherHeader): { what: string; remedy: string } {
  const { size = 0, alignment } = file;
  const end = endOfData(file);
  const whole = padded(end, alignment);
  const follows = second.at === end || second.at === whole;
  const rest = size - second.at;
  const same = rest === end || rest === whole;
  if (follows && shardOf(model) !== null) {
    return {
      what: 'shards of a split model were joined byte by byte',
      remedy: 'use the original shards: llama.cpp reads them as they are, and llama-gguf-split --merge joins them',
    };
  }
  if (same) {
    const before = follows ? 'a whole file' : `the first ${second.at.toLocaleString('en-US')} bytes of a file`;
    return {
      what: `${before}, then the whole file again: the download was resumed, but the server started over`,
      remedy: 'download the file again, without resuming',
    };
  }
  return follows
    ? {
        what: 'another file was appended to this one',
        remedy: 'readers see only the first one; use the two original files',
      }
    : {
        what: 'inside the data of this file',
        remedy: 'two downloads were written into one file; download it again, without resuming',
      };
}
