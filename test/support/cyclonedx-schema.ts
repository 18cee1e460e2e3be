/** The official schemas of CycloneDX, as bundled with its JavaScript library (Apache-2.0), with the schemas that they refer to. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);

/** `name` as in `bom-1.6` or `spdx`. */
export function cyclonedxSchema(name: string): { enum: string[] } {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.SNAPSHOT.schema.json`), 'utf8'));
}

export const VERSIONS = ['1.6', '1.7'] as const;

let validators: Map<unknown, ValidateFunction> | undefined;

function compiled(): Map<unknown, ValidateFunction> {
  const ajv = new Ajv({
    strict: false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
      date: true,
      uri: true,
      'idn-email': true,
      'iri-reference': (iri: string) => !/[\s<>"{}|\\^`]/.test(iri) && URL.canParse(iri, 'https://a.example/'),
    },
  });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema(cyclonedxSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return new Map(VERSIONS.map((version) => [version, ajv.compile(cyclonedxSchema(`bom-${version}`))]));
}

/** The errors of a document by the schema of its version; empty where it is valid. */
export function bomFaults(bom: { specVersion?: unknown }): string[] {
  validators ??= compiled();
  const validate = validators.get(bom.specVersion);
  if (validate === undefined) return [`there is no schema of version ${bom.specVersion}`];
  return validate(bom) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
