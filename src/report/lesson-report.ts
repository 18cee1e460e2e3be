/** A lesson with the numbers of a model filled into its text. If the model lacks something, the lesson says so. */

import type { Model } from '../model/model.js';
import { formatBytes, formatCount, formatInteger, formatParameters } from '../words/format-quantity.js';
import { LESSONS, type Lesson, type LessonText } from '../words/lessons.js';
import type { Lens } from './lens-schema.js';
import { FIGURES } from './lesson-figures.js';
import { type LessonNumbers, lessonNumbers } from './lesson-numbers.js';
import type { LessonList, LessonReport } from './lesson-schema.js';
import type { LessonSample } from './lesson-subjects.js';

export interface LessonSource {
  /** The model as the user types it. */
  name: string;
  model: Model;
  sample: LessonSample;
  /** The word that the user types for the included model. */
  bundled: string;
  /** One product with its numbers, if the lesson is about that and the model can be computed. */
  lens?: Lens | null | undefined;
}

export function lessonList(name: string | null): LessonList {
  const lessons = LESSONS.map(({ id, title, about }) => ({ id, title, about }));
  return { schemaVersion: 1, model: name, lessons };
}

export function lessonReport(lesson: Lesson, { name, model, sample, bundled, lens }: LessonSource): LessonReport {
  const numbers: LessonNumbers = { ...lessonNumbers(name, model, sample), bundled };
  const used = new Set<string>();
  const say = (text: LessonText) => filled(text.text, numbers, used) ?? filled(text.otherwise, numbers, used);
  const paragraphs = lesson.paragraphs.flatMap((text) => say(text) ?? []);
  // The product already shows these weights.
  const rows = lens ? [] : (FIGURES[lesson.id]?.(model, sample, numbers) ?? []);
  const { figure } = lesson;
  const above =
    figure && (rows.length > 0 ? filled(figure.text, numbers, used) : filled(figure.otherwise, numbers, used));
  const exercise = lesson.exercises.find(({ asks, command }) =>
    [asks, ...command].every((word) => filled(word, numbers, new Set()) !== undefined),
  );
  return {
    schemaVersion: 1,
    id: lesson.id,
    title: lesson.title,
    model: name,
    paragraphs,
    ...(above === undefined ? {} : { figure: { text: above, rows } }),
    numbers: Object.fromEntries(Object.entries(numbers).filter(([key]) => used.has(key))),
    ...(lens !== undefined && lens !== null && { lens }),
    ...(exercise !== undefined && { exercise: filled(exercise.asks, numbers, used) }),
    command: (exercise?.command ?? []).map((word) => word.replace(NAME, (_, key: string) => String(numbers[key]))),
    next: LESSONS[LESSONS.indexOf(lesson) + 1]?.id ?? null,
  };
}

const NAME = /\{(\w+)(?:\|(\w+))?\}/g;

/** The text with names replaced by numbers; undefined if a number is missing or if there is no text. */
function filled(text: string | undefined, numbers: LessonNumbers, used: Set<string>): string | undefined {
  if (text === undefined) return undefined;
  const names = [...text.matchAll(NAME)].map(([, key]) => key as string);
  if (names.some((key) => !Object.hasOwn(numbers, key))) return undefined;
  for (const key of names) used.add(key);
  return text.replace(NAME, (_, key: string, format: string | undefined) => formatted(numbers[key] ?? '', format));
}

function formatted(value: number | string, format: string | undefined): string {
  if (typeof value === 'string') return value;
  if (format === 'bytes') return formatBytes(value);
  if (format === 'parameters') return formatParameters(value);
  return format === undefined ? formatInteger(value) : formatCount(value, format);
}
