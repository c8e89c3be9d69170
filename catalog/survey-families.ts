import type { Programs } from '../programs';
import { folderHash } from './platform/host';
import * as mariadb from './platform/mariadb';
import { optionReview } from './platform/service-config';
import { engineRoom, transport } from './platform/transport';
import type { Reader } from './reader';
import type { Service } from './service';

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

export function keyReaders(scope: FamilyScope): [string, Reader<string>][] {
  return scope.services.flatMap(({ sharedKeys }) =>
    sharedKeys.map((folder): [string, Reader<string>] => [`keys-${folder}`, folderHash({ folder })]),
  );
}

export function workReaders(scope: FamilyScope): [string, ReturnType<typeof mariadb.workInFlight>][] {
  return scope.services.flatMap((service) => {
    const schema = scope.schemaNames[service.name];
    if (service.workInFlight === null || schema === undefined) return [];
    return [[`work-${service.name}`, mariadb.workInFlight({ schema, list: service.workInFlight.list })]];
  });
}

export function debtReaders(scope: FamilyScope): [string, ReturnType<typeof mariadb.debt>][] {
  return scope.services.flatMap(({ name, debts }) => {
    const schema = scope.schemaNames[name];
    if (schema === undefined) return [];
    return debts.map(({ id, count }): [string, ReturnType<typeof mariadb.debt>] => [
      `debt-${name}/${id}`,
      mariadb.debt({ schema, count }),
    ]);
  });
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
  return scope.services.flatMap(({ name, rolling }) => {
    const schema = scope.schemaNames[name];
    if (rolling === null || schema === undefined) return [];
    return [[`${what}-${name}`, mariadb.workInFlight({ schema, list: rolling.work[what] })]];
  });
}
