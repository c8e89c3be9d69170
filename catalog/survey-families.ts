import type { Programs } from '../programs';
import { endpoints } from './platform/endpoints';
import { folderHash } from './platform/host';
import * as mariadb from './platform/mariadb';
import { pipelineChanges } from './platform/pipelines';
import { pollsterChanges } from './platform/pollsters';
import { publishing } from './platform/publishing';
import { optionReview, schemaRead } from './platform/service-config';
import { engineRoom, transport } from './platform/transport';
import type { Reader } from './reader';
import type { Schema, Service } from './service';

/** What the families of readers are made for. */
interface FamilyScope {
  readonly services: readonly Service[];
  readonly schemaNames: Readonly<Record<string, string>>;
  readonly programs: Programs;
}

export function templateReaders(scope: FamilyScope): [string, ReturnType<typeof optionReview>][] {
  return scope.services.flatMap((service) =>
    service.templates.map((template): [string, ReturnType<typeof optionReview>] => [
      `options-${template.running}`,
      optionReview({ template, programs: scope.programs }),
    ]),
  );
}

export function schemaReaders(scope: FamilyScope): [string, ReturnType<typeof schemaRead>][] {
  return scope.services.flatMap((service) =>
    service.schemas.map((schema): [string, ReturnType<typeof schemaRead>] => [
      `service-${schema.id}`,
      schemaRead({ service, schema, programs: scope.programs }),
    ]),
  );
}

export function keyReaders(scope: FamilyScope): [string, Reader<string>][] {
  return scope.services.flatMap(({ sharedKeys }) =>
    sharedKeys.map((folder): [string, Reader<string>] => [`keys-${folder}`, folderHash({ folder })]),
  );
}

export function workReaders(scope: FamilyScope): [string, ReturnType<typeof mariadb.workInFlight>][] {
  return schemasOf(scope).flatMap(({ id, workInFlight, name }) =>
    workInFlight === null ? [] : [[`work-${id}`, mariadb.workInFlight({ schema: name, list: workInFlight.list })]],
  );
}

export function publishingReaders(scope: FamilyScope): [string, ReturnType<typeof publishing>][] {
  return scope.services.flatMap((service): [string, ReturnType<typeof publishing>][] =>
    service.publishing === undefined
      ? []
      : [[`publishing-${service.name}`, publishing({ service, of: service.publishing, programs: scope.programs })]],
  );
}

export function pollsterReaders(scope: FamilyScope): [string, ReturnType<typeof pollsterChanges>][] {
  return scope.services.flatMap(({ name, publishing: of }): [string, ReturnType<typeof pollsterChanges>][] =>
    of === undefined ? [] : [[`pollsters-${name}`, pollsterChanges({ of, programs: scope.programs })]],
  );
}

export function pipelineReaders(scope: FamilyScope): [string, ReturnType<typeof pipelineChanges>][] {
  return scope.services.flatMap((service): [string, ReturnType<typeof pipelineChanges>][] =>
    service.publishing === undefined
      ? []
      : [[`pipelines-${service.name}`, pipelineChanges({ service, of: service.publishing, programs: scope.programs })]],
  );
}

export function debtReaders(scope: FamilyScope): [string, ReturnType<typeof mariadb.debt>][] {
  return schemasOf(scope).flatMap(({ id, debts, name }) =>
    debts.map((debt): [string, ReturnType<typeof mariadb.debt>] => [
      `debt-${id}/${debt.id}`,
      mariadb.debt({ schema: name, count: debt.count }),
    ]),
  );
}

export function endpointReaders(scope: FamilyScope): [string, ReturnType<typeof endpoints>][] {
  return schemasOf(scope).flatMap(({ id, endpoints: list, name }) =>
    list === undefined ? [] : [[`endpoints-${id}`, endpoints({ schema: name, list })]],
  );
}

/** Schemas whose names the controllers said. */
function schemasOf({ services, schemaNames }: FamilyScope): (Schema & { readonly name: string })[] {
  return services.flatMap(({ schemas }) =>
    schemas.flatMap((schema) => {
      const name = schemaNames[schema.id];
      return name === undefined ? [] : [{ ...schema, name }];
    }),
  );
}

export function rollingReaders(scope: FamilyScope): [string, ReturnType<typeof transport>][] {
  return scope.services
    .filter(({ rolling }) => rolling !== null)
    .map((service) => [`rolling-${service.name}`, transport({ service, programs: scope.programs })]);
}

export function engineRoomReaders(scope: FamilyScope): [string, ReturnType<typeof engineRoom>][] {
  return scope.services.flatMap(({ name, rolling }) =>
    rolling === null ? [] : [[`engine-room-${name}`, engineRoom({ rolling })]],
  );
}

export function heldWorkReaders(options: {
  scope: FamilyScope;
  what: 'stuck' | 'stealable';
}): [string, ReturnType<typeof mariadb.workInFlight>][] {
  const { scope, what } = options;
  return scope.services.flatMap(({ name, schemas, rolling }) => {
    const schema = scope.schemaNames[schemas[0]?.id ?? ''];
    if (rolling === null || schema === undefined) return [];
    return [[`${what}-${name}`, mariadb.workInFlight({ schema, list: rolling.work[what] })]];
  });
}
