import { allHandlersFinished } from '@temporalio/workflow';
import { failureType } from '../schema/failure';
import type { Finding } from '../schema/plan';
import { checkRequest } from '../schema/request';
import type { PreflightResult } from '../schema/status';
import { openDesk, until } from './desk';
import { failWith } from './failures';
import { makePlan } from './make-plan';
import { receiveMessages } from './messages';

/** Plans a full upgrade and stops: findings, versions and runbook, with nothing altered. Takes the same JSON object. */
export async function openstackPreflight(raw: unknown): Promise<PreflightResult> {
  const request = checkRequest(raw, 'preflight');
  if (!request.ok) throw failWith({ type: failureType.requestInvalid, sentence: request.sentence });
  const { cloud, to, services = [] } = request.value;
  const desk = openDesk({ kind: 'preflight', cloud, to, services, sentence: '' });
  receiveMessages(desk);
  const { plan, digest } = await makePlan({ desk, request: request.value, kind: 'full' });
  const { findings, from } = plan;
  const blockers = findings.filter(({ level }) => level === 'blocker');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const notes = findings.filter(({ level }) => level === 'note');
  const sentence =
    blockers.length === 0
      ? `${cloud} can go from ${from} to ${to}: ${count(warnings)} to accept. The runbook: query plan.`
      : `${cloud} cannot go to ${to} yet: ${String(blockers.length)} to put right first.`;
  desk.tell({ stage: 'completed', sentence });
  await until(allHandlersFinished);
  return { state: 'completed', sentence, cloud, from, to, digest, blockers, warnings, notes };
}

function count(warnings: readonly Finding[]): string {
  return warnings.length === 1 ? '1 warning' : `${String(warnings.length)} warnings`;
}
