import { z } from 'zod';
import { agentsKeys, agentsOptions, computesChoices } from './agents-order';
import { name, series, service, unit, type Kind } from './names';
import { problemsOf, sentenceOf } from './problem';
import { rollingKeys, rollingOptions } from './rolling-options';

export const fullOrders = ['staged', 'allAtOnce'] as const;

/** What a person asks for: one JSON object, small enough to type at 3 a.m. */
export const request = z.strictObject({
  cloud: name,
  to: series,
  services: z.array(service).min(1).optional(),
  options: z
    .strictObject({
      /** Phases to ask a person before, beside those that ask by default. */
      gates: z.array(z.string().min(1)).default([]),
      /** Answers the gate "open the APIs" by itself once everything is proved. For rehearsals, not for production. */
      openAutomatically: z.boolean().default(false),
      /**
       * Services outside the run that it restarts after it has replaced libraries under them, by the name of their unit; or all of
       * them. Absent: none, and each one is accepted by name.
       */
      restart: z.union([z.literal('all'), z.array(unit).min(1)]).optional(),
      /**
       * Where people have put a backup of what a service keeps outside its database: measures of Gnocchi, images of Glance. The run does not check
       * it; plan, runbook and a later rollback name it.
       */
      backups: z
        .record(
          service,
          z
            .string()
            .transform((text) => text.replace(/\s+/g, ' ').trim())
            .pipe(z.string().min(3, 'say where the backup is, as in "ceph snapshot metrics@1201"').max(300)),
        )
        .optional(),
      /** Of `openstackFullUpgrade` alone. */
      full: z
        .strictObject({
          /**
           * `staged`: one host gets the new packages while the others serve, and serves alone while they get theirs. `allAtOnce`: every
           * host while everything is closed. Absent: the one with the shorter outage; the plan says which, and why.
           */
          order: z.enum(fullOrders).optional(),
        })
        .optional(),
      /** Of `openstackPartialUpgrade` alone. */
      rolling: rollingOptions.optional(),
      /** Of a service of agents: what is done on hosts that are no controllers, and, host by host, parts in another order than the guide advises. */
      agents: agentsOptions.optional(),
    })
    .default({ gates: [], openAutomatically: false }),
});

export type Request = z.infer<typeof request>;

/** What `openstackFullUpgrade` takes: no options of an upgrade host by host. */
export const fullRequest = request.extend({
  options: request.shape.options
    .unwrap()
    .omit({ rolling: true })
    .extend({ agents: z.strictObject({ computes: z.enum(computesChoices) }).optional() })
    .default({ gates: [], openAutomatically: false }),
});

const preflightExample = '{"cloud":"cedar","to":"bobcat","services":["heat"],"kind":"partial"}';

export const requestExample = '{"cloud":"cedar","to":"bobcat","services":["keystone","heat"]}';

const knownKeys = [
  'cloud',
  'to',
  'services',
  'options',
  'gates',
  'openAutomatically',
  'restart',
  'backups',
  'full',
  ...agentsKeys,
  ...rollingKeys,
];

/** What `openstackPreflight` takes: a request, and whose findings are wanted. */
export const preflightRequest = request.extend({ kind: z.enum(['full', 'partial']).default('full') });

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

/** What `openstackFinish` takes. */
export const finishRequest = z.strictObject({
  cloud: name,
  /**
   * Only releases the lock, and cleans nothing up: for a run whose runbook files are lost. Every host is told first, so that
   * nothing of that run is obeyed any more.
   */
  breakLock: z.boolean().default(false),
});

/** What `openstackRollback` takes. */
export const rollbackRequest = z.strictObject({
  cloud: name,
  /** The id of the run that made it. */
  restorePoint: z
    .string()
    .regex(/^(?:latest|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/, 'the id of a run, or "latest"')
    .default('latest'),
  /** Default: every service of that run. Fewer are refused where the others share their packages. */
  services: z.array(service).min(1).optional(),
  options: z
    .strictObject({
      /** Opens the APIs without asking, once the installed release is proved on every host. */
      openAutomatically: z.boolean().default(false),
      /**
       * Of a rolling run: restore its databases, with everything closed. Another run does no other rollback of it. A full run restores its
       * databases in any case, once it has migrated them.
       */
      withRestore: z.boolean().default(false),
    })
    .default({ openAutomatically: false, withRestore: false }),
});

/** What `openstackRestorePoints` takes: with neither `show` nor `verify` it lists them. */
export const restorePointsRequest = z.strictObject({
  cloud: name,
  show: rollbackRequest.shape.restorePoint.unwrap().optional(),
  verify: rollbackRequest.shape.restorePoint.unwrap().optional(),
});

/** What `openstackDropRestorePoints` takes. It deletes, so it takes no `latest`: whoever wants the newest one gone names it. */
export const dropRequest = z.strictObject({
  cloud: name,
  restorePoints: z
    .array(z.string().regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/, 'the id of a run'))
    .default([]),
  /** All that are older, but never the newest one. */
  olderThanDays: z.int().min(1).optional(),
  by: z.string().min(1),
  reason: z.string().default(''),
});

export type RestorePointsRequest = z.infer<typeof restorePointsRequest>;
export type DropRequest = z.infer<typeof dropRequest>;

export function checkRestorePointsRequest(raw: unknown): Checked<RestorePointsRequest> {
  const example = '{"cloud":"cedar","verify":"latest"}';
  const checked = check({ schema: restorePointsRequest, raw, knownKeys: ['cloud', 'show', 'verify'], example });
  if (!checked.ok || checked.value.show === undefined || checked.value.verify === undefined) return checked;
  const problems = [{ path: 'show', message: 'and verify are two questions; ask one of them' }];
  return { ok: false, sentence: sentenceOf({ what: 'The request', problems, example }) };
}

export function checkDropRequest(raw: unknown): Checked<DropRequest> {
  const example = '{"cloud":"cedar","restorePoints":["<run id>"],"by":"ana","reason":"CHG-1042 is closed"}';
  const knownKeys = ['cloud', 'restorePoints', 'olderThanDays', 'by', 'reason'];
  const checked = check({ schema: dropRequest, raw, knownKeys, example });
  if (!checked.ok) return checked;
  const { restorePoints, olderThanDays } = checked.value;
  if (restorePoints.length > 0 !== (olderThanDays !== undefined)) return checked;
  const problems = [
    { path: 'restorePoints', message: 'or olderThanDays says which ones; write exactly one of the two' },
  ];
  return { ok: false, sentence: sentenceOf({ what: 'The request', problems, example }) };
}

export type RollbackRequest = z.infer<typeof rollbackRequest>;

export function checkRollbackRequest(raw: unknown): Checked<RollbackRequest> {
  return check({
    schema: rollbackRequest,
    raw,
    knownKeys: ['cloud', 'restorePoint', 'services', 'options', 'openAutomatically', 'withRestore'],
    example: '{"cloud":"cedar","restorePoint":"latest"}',
  });
}

export type FinishRequest = z.infer<typeof finishRequest>;

/** Checks a request, whatever was pasted. The sentence lists every wrong path at once. */
export function checkRequest(raw: unknown, kind: Kind): Checked<Request> {
  const checked = check({ schema: request, raw, knownKeys, example: requestExample });
  if (!checked.ok) return checked;
  const { full } = checked.value.options;
  const [path] = hostByHost(checked.value);
  if (kind === 'full' && path !== undefined)
    return elsewhere({
      path,
      message: 'only openstackPartialUpgrade upgrades host by host; start that workflow, or remove this option',
    });
  if (kind === 'partial' && full !== undefined)
    return elsewhere({
      path: 'options.full',
      message: 'only openstackFullUpgrade closes the APIs; start that workflow, or remove this option',
    });
  if (kind === 'partial' && stopsComputes(checked.value)) return elsewhere(stopInTurn);
  return checked;
}

export interface Preflight {
  readonly request: Request;
  readonly kind: Kind;
}

export function checkPreflightRequest(raw: unknown): Checked<Preflight> {
  const keys = [...knownKeys, 'kind'];
  const checked = check({ schema: preflightRequest, raw, knownKeys: keys, example: preflightExample });
  if (!checked.ok) return checked;
  const { kind, ...wish } = checked.value;
  const [path] = hostByHost(wish);
  if (kind === 'full' && path !== undefined)
    return elsewhere({
      path,
      message: 'add "kind":"partial" to check a rolling upgrade, or remove this option',
    });
  if (kind === 'partial' && wish.options.full !== undefined)
    return elsewhere({
      path: 'options.full',
      message: 'remove "kind":"partial" to check a full upgrade, or this option',
    });
  if (kind === 'partial' && stopsComputes(wish)) return elsewhere(stopInTurn);
  return { ok: true, value: { request: wish, kind } };
}

/** Options that only an upgrade host by host has. */
function hostByHost({ options: { rolling, agents } }: Pick<Request, 'options'>): string[] {
  return [
    ...(rolling === undefined ? [] : ['options.rolling']),
    ...(agents?.order === undefined ? [] : ['options.agents.order']),
  ];
}

function stopsComputes({ options: { agents } }: Pick<Request, 'options'>): boolean {
  return agents?.computes === 'stop';
}

/** Host by host nobody is stopped for the others: agents of a compute host share nothing with them (R-CEIL-16). */
const stopInTurn = {
  path: 'options.agents.computes',
  message:
    '"stop" is of openstackFullUpgrade alone: host by host no agent is stopped for the others; write upgrade or leave',
};

/** An option of the other kind of upgrade. */
function elsewhere(problem: { path: string; message: string }): Checked<never> {
  return { ok: false, sentence: sentenceOf({ what: 'The request', problems: [problem], example: requestExample }) };
}

export function checkFinishRequest(raw: unknown): Checked<FinishRequest> {
  return check({ schema: finishRequest, raw, knownKeys: ['cloud', 'breakLock'], example: '{"cloud":"cedar"}' });
}

function check<T>(options: {
  schema: z.ZodType<T>;
  raw: unknown;
  knownKeys: readonly string[];
  example: string;
}): Checked<T> {
  const { schema, raw, knownKeys: known, example } = options;
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = problemsOf({ error: parsed.error, knownKeys: known });
  return { ok: false, sentence: sentenceOf({ what: 'The request', problems, example }) };
}
