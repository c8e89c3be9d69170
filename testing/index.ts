/**
 * The door for tests of programs that start, approve and watch upgrades: clouds that do not exist, and a worker for them.
 * Everything here is a fake and named so.
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import { searchAttributeNames } from '../schema/search-attributes';

export { createFakeCloud, type FakeCloud, type FakeCloudOptions, type FakeService } from './fake-cloud';
export type { FakeEnd } from './fake-jobs';
export { FakeUpgradePlugin } from './fake-plugin';
export { createFakeUpgradeWorker, type FakeWorkerOptions } from './fake-worker';

/** What a test's server must know: `TestWorkflowEnvironment.createLocal({ server: { searchAttributes: [...upgradeSearchAttributes] } })`. */
export const upgradeSearchAttributes = searchAttributeNames.map((name) => defineSearchAttributeKey(name, 'KEYWORD'));
