/**
 * Defines a section of the benchmark: one question, its measurements, and a table of the answers. run.ts has the list; each section is a
 * file in sections/. Covers no part of the GGUF specification.
 */

/** What run.ts passes to a section. */
export interface BenchSettings {
  /** A temporary folder of this run, removed at its end. */
  folder: string;
  /** Rounds that are timed. */
  runs: number;
  /** Rounds before them that are not counted. */
  warmUp: number;
  /** Whether this is a short run on less data, only to show that everything works. */
  smoke: boolean;
  /** The program as it is installed: the file that package.json names as its command. */
  program: string;
  /** Says on the terminal what is being measured. */
  progress: (text: string) => void;
}

/** A cell of a table; `met` where it has a target. */
export interface Cell {
  text: string;
  met?: boolean;
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

export interface SectionResult {
  title: string;
  /** What was measured and how, in a sentence or two each. */
  notes: readonly string[];
  columns: readonly Column[];
  /** Rows in groups; a terminal shows a line between two groups. */
  groups: readonly (readonly (readonly Cell[])[])[];
  /** The measurements themselves, plain data for the kept JSON file. */
  data: unknown;
}

export interface Section {
  /** The name for `--only`. */
  name: string;
  measure: (settings: BenchSettings) => Promise<SectionResult>;
}
