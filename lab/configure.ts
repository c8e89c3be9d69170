import { enter, type Container } from './container';
import { logFile } from './command';
import { labHosts, type HostName } from './hosts';
import { LabError } from './lab-error';
import type { Say } from './progress';
import { recipeText } from './recipe-text';
import { labSecrets } from './secrets';
import { addressOf } from './hosts';

type Containers = Readonly<Record<HostName, Container>>;

/** Turns five freshly booted hosts into a cloud that answers. Done once per starting series, then frozen. */
export async function configureCloud(options: { readonly containers: Containers; readonly say: Say }): Promise<void> {
  const { containers, say } = options;
  const on = (host: HostName, ...recipes: readonly string[]): Promise<string> =>
    runRecipes({ container: containers[host], recipes });
  say('configuring database, broker and load balancer');
  await Promise.all([
    on('db1', 'configure-db1.sh'),
    on('mq1', 'configure-mq1.sh'),
    on('lb1', 'configure-lb1.sh'),
    on('ctl1', 'configure-controller.sh'),
    on('ctl2', 'configure-controller.sh'),
  ]);
  say('creating the schemas');
  await on('ctl1', 'schemas.sh');
  await shareKeys({ from: containers.ctl1, to: containers.ctl2 });
  say('starting Keystone and Heat');
  await Promise.all([on('ctl1', 'start-controller.sh'), on('ctl2', 'start-controller.sh')]);
  say('creating users, roles and endpoints');
  await on('ctl1', 'identity.sh');
}

/** Both controllers must be able to read each other's tokens and credentials. */
async function shareKeys(options: { readonly from: Container; readonly to: Container }): Promise<void> {
  const folders = '/etc/keystone/fernet-keys /etc/keystone/credential-keys';
  const archive = await enter({ container: options.from, command: `tar -cz ${folders} | base64` });
  const done = await enter({ container: options.to, command: 'base64 -d | tar -xz -C /', input: archive.stdout });
  if (done.exitCode !== 0) throw new LabError(`cannot copy Keystone's keys to ${options.to.host}: ${done.stderr}`);
}

async function runRecipes(options: {
  readonly container: Container;
  readonly recipes: readonly string[];
}): Promise<string> {
  const { container, recipes } = options;
  const script = [variables(container.host), recipeText('common.sh'), ...recipes.map((name) => recipeText(name))].join(
    '\n',
  );
  const done = await enter({ container, command: runAsFile, input: script });
  if (done.exitCode === 0) return done.stdout;
  const tail = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new LabError(
    `${container.host}, ${recipes.join(' ')}: exit code ${done.exitCode}\n${tail}\nEarlier output: ${logFile()}`,
  );
}

/** From a file, not from standard input: rabbitmqctl reads that and would swallow the rest of the script. */
const runAsFile = 'umask 077; f=/run/lab-recipe.sh; cat >$f; bash $f </dev/null; code=$?; rm -f $f; exit $code';

/** Values for the recipes, on standard input with the script: never in an argument list. */
function variables(host: HostName): string {
  const secrets = labSecrets();
  const values: Record<string, string> = {
    LAB_OWN_ADDRESS: addressOf(host),
    LAB_DATABASE: secrets.database,
    LAB_ADMIN: secrets.admin,
    LAB_HEAT: secrets.heat,
    LAB_HEAT_DOMAIN_ADMIN: secrets.heatDomainAdmin,
    LAB_ENCRYPTION_KEY: secrets.encryptionKey,
    LAB_MONITOR: secrets.monitor,
    LAB_RABBIT: secrets.rabbit,
    LAB_RABBIT_ENCODED: encodeURIComponent(secrets.rabbit),
    ...Object.fromEntries(labHosts.map(({ name, address }) => [`LAB_${name.toUpperCase()}`, address])),
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n');
}
