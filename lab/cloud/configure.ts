import { enter } from '../machine/container';
import { addressOf, labHosts, type HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';
import type { CloudShape } from '../packages/cloud-shape';
import { extraServices, type ExtraService } from '../packages/extra-services';
import { recipeText } from '../machine/recipe-text';
import { labSecrets } from './secrets';

/** Turns five freshly booted hosts into a cloud that answers. Done once per starting series, then frozen. */
export async function configureCloud(options: CloudShape & { readonly say: Say }): Promise<void> {
  const { packaging, say } = options;
  const on = (host: HostName, recipe: string): Promise<void> => runRecipe({ host, recipe });
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
  await shareKeys({ from: 'ctl1', to: 'ctl2' });
  say('starting Keystone and Heat');
  if (packaging === 'apache') await Promise.all([on('ctl1', 'configure-apache.sh'), on('ctl2', 'configure-apache.sh')]);
  const start = packaging === 'apache' ? 'start-controller-apache.sh' : 'start-controller.sh';
  await Promise.all([on('ctl1', start), on('ctl2', start)]);
  say('creating users, roles and endpoints');
  await on('ctl1', 'identity.sh');
  for (const service of extraServices(options.extras)) await addService({ service, say });
}

/** One more service on the controllers of a cloud that answers, in the order of its installation guide. */
async function addService(options: { readonly service: ExtraService; readonly say: Say }): Promise<void> {
  const { service, say } = options;
  say(`adding ${service.title}`);
  const on = (host: HostName, recipe: string): Promise<void> => runRecipe({ host, recipe, service });
  await on('db1', 'service-schema.sh');
  await on('ctl1', 'service-identity.sh');
  await Promise.all([on('ctl1', `configure-${service.name}.sh`), on('ctl2', `configure-${service.name}.sh`)]);
  await on('ctl1', 'service-tables.sh');
  await Promise.all([on('ctl1', 'service-start.sh'), on('ctl2', 'service-start.sh')]);
  await on('lb1', 'service-balancer.sh');
}

/** Both controllers must be able to read each other's tokens and credentials. */
async function shareKeys(options: { readonly from: HostName; readonly to: HostName }): Promise<void> {
  const folders = '/etc/keystone/fernet-keys /etc/keystone/credential-keys';
  const archive = await enter({ host: options.from, command: `tar -cz ${folders} | base64` });
  const done = await enter({ host: options.to, command: 'base64 -d | tar -xz -C /', input: archive.stdout });
  if (done.exitCode !== 0) throw new LabError(`Cannot copy Keystone's keys to ${options.to}: ${done.stderr}`);
}

async function runRecipe(options: {
  readonly host: HostName;
  readonly recipe: string;
  readonly service?: ExtraService;
}): Promise<void> {
  const { host, recipe, service } = options;
  const input = [
    variables(host),
    service === undefined ? '' : serviceVariables(service),
    recipeText('common.sh'),
    recipeText(recipe),
  ].join('\n');
  const done = await enter({ host, command: runAsFile, input });
  if (done.exitCode === 0) return;
  const tail = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new LabError(`${host}, lab/recipe/${recipe}: exit code ${done.exitCode}\n${tail}`);
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
    LAB_EXTRA_SERVICES: secrets.extraServices,
    LAB_MONITOR: secrets.monitor,
    LAB_RABBIT: secrets.rabbit,
    LAB_RABBIT_ENCODED: encodeURIComponent(secrets.rabbit),
    ...Object.fromEntries(labHosts.map(({ name, address }) => [`LAB_${name.toUpperCase()}`, address])),
  };
  return exports(values);
}

function serviceVariables(service: ExtraService): string {
  return exports({
    LAB_SERVICE: service.name,
    LAB_SERVICE_TYPE: service.catalogType,
    LAB_SERVICE_SCHEMA: service.schema,
    LAB_SERVICE_CREATE_SCHEMA: service.createSchema,
    LAB_SERVICE_UNIT: service.unit,
    LAB_SERVICE_PORT: String(service.port),
    LAB_SERVICE_HEALTH: service.healthPath,
  });
}

function exports(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n');
}
