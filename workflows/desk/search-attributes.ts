import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { RunStatus } from '../../schema/status';

const cloud = defineSearchAttributeKey('OsuCloud', 'KEYWORD');
const waiting = defineSearchAttributeKey('OsuWaiting', 'KEYWORD');
const phase = defineSearchAttributeKey('OsuPhase', 'KEYWORD');

/**
 * Keeps OsuCloud, OsuWaiting and OsuPhase true for the list page: those of them that the workflow was started with.
 * An attribute the namespace does not know makes the workflow task fail for ever; who could start a workflow with it
 * has proved that it is known.
 */
export function followInSearch(): (status: RunStatus) => void {
  const { typedSearchAttributes: given } = workflowInfo();
  const shown = new Map<string, string | undefined>();
  const followed = [cloud, waiting, phase].filter((key) => given.get(key) !== undefined);
  return (status) => {
    const changed: SearchAttributeUpdatePair[] = [];
    for (const key of followed) {
      const value = valueOf({ key: key.name, status });
      if (shown.get(key.name) !== value) changed.push({ key, value });
      shown.set(key.name, value);
    }
    if (changed.length > 0) upsertSearchAttributes(changed);
  };
}

function valueOf(options: { key: string; status: RunStatus }): string {
  const { key, status } = options;
  if (key === cloud.name) return status.cloud;
  if (key === waiting.name) return status.state.startsWith('waiting') ? status.state : 'no';
  return status.phases.find(({ state }) => state === 'running')?.id ?? status.state;
}
