/**
 * Finds runs of zero bytes in data: an unfinished download leaves them. The search is for bytes rather than numbers, because a hole does
 * not respect blocks and rows.
 */

/** Bytes from `from` to `to` (exclusive). */
export interface ByteRun {
  from: number;
  to: number;
}

/**
 * The runs in a range of bytes, in order. Those at either end are kept even if short, because they may continue in the neighboring bytes.
 */
export interface ZeroRuns {
  /** Bytes examined. */
  bytes: number;
  runs: readonly ByteRun[];
}

/** Shorter runs may be numbers that happen to be 0. */
export const SHORTEST_RUN = 512;

/** A run of twice this many bytes contains a probe at a multiple of it. */
const PROBE_STEP = 512;
const PROBE_BYTES = 8;

/** More runs than this in one tensor are not a hole but a pattern, such as rows set to zero. */
const MOST_RUNS = 256;

export function noRuns(): ZeroRuns {
  return { bytes: 0, runs: [] };
}

/** Merges the runs of two adjacent ranges. */
export function mergeRuns(a: ZeroRuns, b: ZeroRuns): ZeroRuns {
  if (a.bytes === 0) return b;
  const runs = [...a.runs];
  for (const { from, to } of b.runs) {
    const run = { from: from + a.bytes, to: to + a.bytes };
    const last = runs.at(-1);
    if (last !== undefined && last.to === run.from) runs[runs.length - 1] = { from: last.from, to: run.to };
    else runs.push(run);
  }
  const bytes = a.bytes + b.bytes;
  return { bytes, runs: runs.filter((run) => isKept(run, bytes)).slice(0, MOST_RUNS) };
}

function isKept({ from, to }: ByteRun, bytes: number): boolean {
  return to - from >= SHORTEST_RUN || from === 0 || to === bytes;
}

/** Finds runs in bytes as they arrive. */
export interface ZeroRunFinder {
  begin(): void;
  /** Takes the first `length` bytes. */
  add(bytes: Uint8Array, length: number): void;
  end(): ZeroRuns;
}

export function zeroRunFinder(): ZeroRunFinder {
  let runs: ByteRun[] = [];
  let done = 0;
  /** Start of the zeros that extend to the current position; -1 if the last byte is not zero. */
  let open = 0;

  const close = (to: number): void => {
    if (to > open && (to - open >= SHORTEST_RUN || open === 0) && runs.length < MOST_RUNS)
      runs.push({ from: open, to });
    open = -1;
  };

  return {
    begin() {
      runs = [];
      done = 0;
      open = 0;
    },
    add(bytes, length) {
      let at = 0;
      if (open >= 0) {
        at = zerosEnd(bytes, 0, length);
        if (at === length) {
          done += length;
          return;
        }
        close(done + at);
      }
      for (let probe = Math.ceil(at / PROBE_STEP) * PROBE_STEP; probe < length; ) {
        if (bytes[probe] !== 0 || !isZero(bytes, probe, Math.min(length, probe + PROBE_BYTES))) {
          probe += PROBE_STEP;
          continue;
        }
        let from = probe;
        while (from > at && bytes[from - 1] === 0) from--;
        at = zerosEnd(bytes, probe, length);
        open = done + from;
        if (at === length) {
          done += length;
          return;
        }
        close(done + at);
        probe = Math.ceil(at / PROBE_STEP) * PROBE_STEP;
      }
      let tail = length;
      while (tail > at && bytes[tail - 1] === 0) tail--;
      if (tail < length) open = done + tail;
      done += length;
    },
    end() {
      // Zeros at the end are kept, however few: the next bytes may continue them.
      if (open >= 0 && done > open) runs.push({ from: open, to: done });
      return { bytes: done, runs };
    },
  };
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

function zerosEnd(bytes: Uint8Array, from: number, length: number): number {
  let at = from;
  while (at < length && bytes[at] === 0) at++;
  return at;
}
