import { z } from 'zod';
import { cloudFile } from './cloud';
import { finishRequest, fullRequest, preflightRequest, request, rollbackRequest } from './request';

/** What people write and an editor or a pipeline can check beforehand, by the name of its file in the package. */
const documents = {
  'cloud-file': { schema: cloudFile, title: 'Cloud file of temporal-openstack-upgrade' },
  full: { schema: fullRequest, title: 'Request of openstackFullUpgrade' },
  partial: { schema: request, title: 'Request of openstackPartialUpgrade' },
  preflight: { schema: preflightRequest, title: 'Request of openstackPreflight' },
  rollback: { schema: rollbackRequest, title: 'Request of openstackRollback' },
  finish: { schema: finishRequest, title: 'Request of openstackFinish' },
} as const;

export type JsonSchemaName = keyof typeof documents;

export const jsonSchemaNames = Object.keys(documents) as readonly JsonSchemaName[];

/**
 * As JSON Schema, draft 2020-12, of what is written: a value that has a default may be left out. Rules between several
 * fields (a host that must exist, options that exclude each other) are beyond it; `validate` and a worker check them.
 */
export function jsonSchema(name: JsonSchemaName): object {
  const { schema, title } = documents[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema: part }) => {
      // zod's own word beside the pattern that says the same; strict validators refuse formats they do not know.
      if (part.format === 'starts_with') delete part.format;
    },
  });
  return { $schema, title, ...rest };
}
