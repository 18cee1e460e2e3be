/** The SPDX ids (https://spdx.org/licenses/) of licenses used for models, in the spelling of SPDX. */

const IDS = new Map(
  (
    'AFL-3.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSL-1.0 ' +
    'CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 ' +
    'CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 ' +
    'CDLA-Sharing-1.0 ECL-2.0 EPL-1.0 EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 ' +
    'GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.1 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later LPPL-1.3c ' +
    'MIT MIT-0 MPL-2.0 MS-PL NCSA ODbL-1.0 OFL-1.1 OSL-3.0 PDDL-1.0 PostgreSQL Unlicense WTFPL Zlib'
  )
    .split(' ')
    .map((id) => [id.toLowerCase(), id]),
);

export const SPDX_IDS: readonly string[] = [...IDS.values()];

/** Most words in an expression. */
const MOST_WORDS = 50;

/**
 * A license in the spelling of SPDX, whatever the case of the input: one id, or ids joined by AND and OR. Undefined for everything else,
 * such as the licenses of individual makers.
 */
export function spdxLicense(text: string): { kind: 'id' | 'expression'; text: string } | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length % 2 === 0 || words.length > MOST_WORDS) return undefined;
  const written = words.map((word, i) => {
    if (i % 2 === 0) return IDS.get(word.toLowerCase());
    return /^(?:and|or)$/i.test(word) ? word.toUpperCase() : undefined;
  });
  if (written.includes(undefined)) return undefined;
  return { kind: words.length === 1 ? 'id' : 'expression', text: written.join(' ') };
}
