/** The contract of `learn`: a lesson with the numbers of a model, and the list of lessons. */

import { z } from 'zod';
import { LensSchema } from './lens-schema.js';

const number = z.union([z.number(), z.string()]);

export const LessonReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    id: z.string().describe('the name to type, as in `gguf-explain learn lens`'),
    title: z.string(),
    model: z.string().describe('the model that the numbers are from: the name to type'),
    paragraphs: z.array(z.string()),
    figure: z
      .strictObject({ text: z.string(), rows: z.array(z.strictObject({ label: z.string(), value: z.string() })) })
      .optional(),
    numbers: z.record(z.string(), number).describe('the numbers in the text, by name'),
    lens: LensSchema.optional().describe('only in the lesson about it: one product of a vector and a matrix'),
    exercise: z.string().optional().describe('a question that `command` answers'),
    command: z.array(z.string()).describe('the words of a command to try, without the name of the program'),
    next: z.string().nullable().describe('the lesson after this one'),
  })
  .describe('what `gguf-explain learn TOPIC --json` prints');

export const LessonListSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    model: z.string().nullable().describe('the name to type; null if no model was given'),
    lessons: z.array(z.strictObject({ id: z.string(), title: z.string(), about: z.string() })),
  })
  .describe('what `gguf-explain learn --json` prints');

export type LessonReport = z.infer<typeof LessonReportSchema>;
export type LessonList = z.infer<typeof LessonListSchema>;
