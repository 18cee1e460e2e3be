/** The rules of the group `model`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';
import { noArchitecture } from './no-architecture.js';

export const MODEL_RULES: readonly Check[] = [noArchitecture];
