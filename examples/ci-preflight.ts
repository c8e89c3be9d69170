import { connectionSettings, connectUpgradeClient, UpgradeError } from 'temporal-openstack-upgrade/client';

/** node ci-preflight.js CLOUD SERIES: prints a comment in Markdown; exit code 1: something blocks, 2: it could not look. */
const [cloud = '', to = ''] = process.argv.slice(2);
try {
  const { upgrade, close } = await connectUpgradeClient(connectionSettings(process.env));
  try {
    const result = await upgrade.result(await upgrade.preflight({ cloud, to }, { memo: { requestedBy: 'ci' } }));
    if (!('blockers' in result)) throw new TypeError('a preflight has findings');
    const findings = [...result.blockers, ...result.warnings];
    console.log(`### ${cloud} to ${to}: ${result.blockers.length} blockers, ${result.warnings.length} warnings\n`);
    for (const { level, id, text, remedy } of findings) console.log(`- **${level}** \`${id}\`: ${text} _${remedy}_`);
    console.log(`\nPlan \`${result.digest}\``);
    process.exitCode = result.blockers.length > 0 ? 1 : 0;
  } finally {
    await close();
  }
} catch (error) {
  if (!(error instanceof UpgradeError)) throw error;
  console.log(`### ${cloud} to ${to}: not looked at (${error.code})\n\n${error.message}`);
  process.exitCode = 2;
}
