import { allHandlersFinished } from '@temporalio/workflow';
import { failureType } from '../schema/failure';
import { expectedSentences } from '../schema/expected-words';
import { counted, type Kind } from '../schema/names';
import { checkPreflightRequest } from '../schema/request';
import type { PreflightResult } from '../schema/status';
import { openDesk, until } from './desk/desk';
import { failWith } from './failures';
import { makePlan } from './make-plan';
import { receiveMessages } from './desk/messages';

/**
 * Plans an upgrade and stops: findings, versions and runbook, with nothing altered. Takes the JSON object of the upgrade
 * itself; `"kind": "partial"` beside it looks at the rolling one.
 */
export async function openstackPreflight(raw: unknown): Promise<PreflightResult> {
  const wish = checkPreflightRequest(raw);
  if (!wish.ok) throw failWith({ type: failureType.requestInvalid, sentence: wish.sentence });
  const { request, kind } = wish.value;
  const { cloud, to, services = [] } = request;
  const desk = openDesk({ kind: 'preflight', cloud, to, services, sentence: '' });
  receiveMessages(desk);
  const { plan, digest, times = null } = await makePlan({ desk, request, kind });
  const { findings, from } = plan;
  const blockers = findings.filter(({ level }) => level === 'blocker');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const notes = findings.filter(({ level }) => level === 'note');
  const sentence =
    blockers.length === 0
      ? `${cloud} can be upgraded from ${from} to ${to}${how[kind]}: ${counted({ count: warnings.length, noun: 'warning' })} to accept. The runbook: query plan.`
      : `${cloud} cannot be upgraded to ${to}${how[kind]} yet: ${counted({ count: blockers.length, noun: 'problem' })} to fix first.`;
  const expected = times === null ? [] : expectedSentences({ times, plan });
  desk.tell({ stage: 'completed', sentence });
  await until(allHandlersFinished);
  return { state: 'completed', sentence, cloud, from, to, digest, blockers, warnings, notes, expected };
}

const how: Readonly<Record<Kind, string>> = { full: '', partial: ' host by host' };
