/** What a check is: a rule about a model. It looks at the facts and returns findings; words and level stand in guide/findings.ts. */

import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';

export interface Check {
  /** The code that its findings carry, and the name of its file. */
  code: Finding['code'];
  judge(model: Model): Finding[];
}
