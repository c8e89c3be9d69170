import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { connectionSettings, connectUpgradeClient } from 'temporal-openstack-upgrade/client';

/** node nightly-preflight.js CLOUD SERIES: looks at a cloud every night at two; nothing is ever altered by it. */
const [cloud = '', to = ''] = process.argv.slice(2);
const settings = connectionSettings(process.env);
const { client, close } = await connectUpgradeClient(settings);
try {
  await client.schedule.create({
    scheduleId: `${cloud}.nightly-preflight`,
    spec: { calendars: [{ hour: 2 }], timezone: 'UTC' },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
    action: {
      type: 'startWorkflow',
      workflowType: 'openstackPreflight',
      workflowId: `${cloud}.nightly-preflight`,
      taskQueue: settings.taskQueue,
      args: [{ cloud, to }],
    },
  });
} catch (error) {
  if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  console.log(`${cloud} is looked at every night already.`);
} finally {
  await close();
}
