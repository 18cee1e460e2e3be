/** The rules that ask for what lies behind the header. Whoever has only the header leaves them out. */

import type { Finding } from '../../gguf/finding.js';

export const DATA_RULES: ReadonlySet<Finding['code']> = new Set(['data-absent', 'padding-absent', 'data-truncated']);
