import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema, jsonSchemaNames } from '../../schema/json-schemas';

/** For editors and pipelines that take files: `temporal-openstack-upgrade/json-schema/cloud-file.json`. */
export function writeJsonSchemas({ out }: { readonly out: string }): void {
  const directory = join(out, 'json-schema');
  mkdirSync(directory, { recursive: true });
  for (const name of jsonSchemaNames)
    writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(jsonSchema(name), null, 2)}\n`);
}
