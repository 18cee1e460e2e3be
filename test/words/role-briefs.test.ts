/** The short descriptions of roles: each belongs to an existing role or group, and is short enough for the end of a line. */

import { describe, expect, it } from 'vitest';
import { ROLE_BRIEFS } from '../../src/words/role-briefs.js';
import { ROLE_GROUPS, ROLES } from '../../src/words/roles.js';

describe('the short descriptions of roles', () => {
  it('belong to existing roles and groups', () => {
    const known = [...Object.keys(ROLES), ...ROLE_GROUPS.map(({ id }) => id)];
    expect(Object.keys(ROLE_BRIEFS).filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each(Object.entries(ROLE_BRIEFS))('%s: %s', (_, words) => {
    expect(words.length).toBeLessThanOrEqual(40);
    expect(words).not.toMatch(/[.!]$/);
  });
});
