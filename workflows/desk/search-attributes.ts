import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { patched, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { searchAttributeNames, type SearchAttributeName } from '../../schema/search-attributes';
import type { RunStatus } from '../../schema/status';

const keys = searchAttributeNames.map((name) => ({ name, key: defineSearchAttributeKey(name, 'KEYWORD') }));

/**
 * Keeps OsuCloud, OsuWaiting and OsuPhase true for the list page, however the run was started. An attribute the namespace
 * does not know makes the workflow task fail for ever: a worker proves that it knows them before it runs anything
 * (worker/require-search-attributes.ts). Runs of earlier releases set only those that they were started with.
 */
export function followInSearch(): (status: RunStatus) => void {
  const { typedSearchAttributes: given } = workflowInfo();
  const always = patched('always-in-search');
  const shown = new Map<SearchAttributeName, string>();
  const followed = keys.filter(({ key }) => always || given.get(key) !== undefined);
  return (status) => {
    const changed: SearchAttributeUpdatePair[] = [];
    for (const { name, key } of followed) {
      const value = valueOf({ name, status });
      if (shown.get(name) !== value) changed.push({ key, value });
      shown.set(name, value);
    }
    if (changed.length > 0) upsertSearchAttributes(changed);
  };
}

function valueOf(options: { name: SearchAttributeName; status: RunStatus }): string {
  const { name, status } = options;
  switch (name) {
    case 'OsuCloud':
      return status.cloud;
    case 'OsuWaiting':
      return status.state.startsWith('waiting') ? status.state : 'no';
    case 'OsuPhase':
      return status.phases.find(({ state }) => state === 'running')?.id ?? status.state;
    default:
      return name satisfies never;
  }
}
