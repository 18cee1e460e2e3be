/** The lessons of `learn`, in the order in which they build on each other. Each is one file in lessons/. */

import { ATTENTION } from './lessons/attention.js';
import { CONFUSED } from './lessons/confused.js';
import { LENS } from './lessons/lens.js';
import type { Lesson } from './lessons/lesson.js';
import { LOOKUP } from './lessons/lookup.js';
import { QUANTIZATION } from './lessons/quantization.js';
import { ROLES_LESSON } from './lessons/roles.js';
import { STORED } from './lessons/stored.js';
import { WEIGHTS } from './lessons/weights.js';

export type { Lesson, LessonText } from './lessons/lesson.js';

export const LESSONS: readonly Lesson[] = [
  WEIGHTS,
  LENS,
  LOOKUP,
  ROLES_LESSON,
  ATTENTION,
  STORED,
  QUANTIZATION,
  CONFUSED,
];
