/**
 * `npm run lab:rolling`: the proof of the rolling upgrade on real hosts, for a person. Heat rolls under load while its worker
 * is killed; then the controls, which must see loss; then faults, each with its way back. Ends with a table; exit code 1
 * when a line of it is not as it should be. `-- --only roll,controls,engine,broker` for some of them.
 */
import './lab-own-network';
import { Command } from 'commander';
import { consumeNotifications } from '../../lab/load/notifications';
import { sayWithSeconds } from '../../lab/machine/progress';
import { whyImpossible } from '../../lab/machine/requirements';
import { onCloud } from './on-cloud';
import {
  apiStaysDown,
  brokerGoes,
  engineHangs,
  lastApiStaysDown,
  migrationFails,
  migrationStaysHalf,
  type RollFault,
} from './roll-faults';
import { sideEngine, type Roll, type RollOrder } from './roll-order';
import { guide, people, switchFirst, undrained, venv, wavedThrough } from './roll-orders';
import { rollIntoFault } from './roll-into-fault';
import { controls, rollUnderLoad } from './rolling-proof';
import { backRow, controlRows, rollRows, table, undrainedRow, wavedRow, type Row } from './rolling-rows';
import { startRig, type UpgradeRig } from './upgrade-rig';

const say = sayWithSeconds({ write: (line) => process.stdout.write(`${line}\n`) });

/** From `api` on the schema is the new one: going back leaves it as it is, and the next run has to live with that. */
const faults = {
  migration: migrationFails,
  halfway: migrationStaysHalf,
  api: apiStaysDown,
  engine: engineHangs,
  broker: brokerGoes,
} as const;
type FaultName = keyof typeof faults;
const faultNames = Object.keys(faults) as FaultName[];

/** The orders that a request asks for, each on a cloud of its own. */
const orders: readonly RollOrder[] = [guide, switchFirst, people, venv];

/** The way back from the last host of the other orders: it undoes every phase that they have of their own. */
const backs = {
  backGuide: { order: guide, fault: lastApiStaysDown('ctl2') },
  backSwitchFirst: { order: switchFirst, fault: lastApiStaysDown('ctl2') },
  backVenv: { order: venv, fault: lastApiStaysDown('ctl1') },
} as const;

const parts: readonly string[] = [
  'roll',
  'controls',
  ...orders.map(({ name }) => name),
  'waved',
  'undrained',
  ...faultNames,
  ...Object.keys(backs),
];

async function main(): Promise<number> {
  const only = wanted();
  const why = whyImpossible();
  if (why !== null) throw new Error(`Nothing was proved: ${why}`);
  const rows: Row[] = [];
  if (only.includes('roll')) rows.push(...(await onRig(sideEngine, (rig) => rolled({ rig, only }))));
  for (const order of orders.filter(({ name }) => only.includes(name)))
    rows.push(...(await onRig(order, (rig) => rolledIn({ rig, order }))));
  if (only.includes('waved'))
    rows.push(wavedRow(await onRig(wavedThrough, (rig) => roll({ rig, order: wavedThrough }))));
  if (only.includes('undrained'))
    rows.push(undrainedRow(await onRig(undrained, (rig) => roll({ rig, order: undrained }))));
  const broken = faultNames.filter((name) => only.includes(name));
  if (broken.length > 0) rows.push(...(await onRig(sideEngine, (rig) => wentBack({ rig, broken }))));
  for (const [name, { order, fault }] of Object.entries(backs))
    if (only.includes(name)) rows.push(await onRig(order, (rig) => wentBackIn({ rig, order, fault })));
  process.stdout.write(`\n${table(rows)}\n`);
  return rows.every(({ good }) => good) ? 0 : 1;
}

function wanted(): readonly string[] {
  const { only } = new Command('lab:rolling')
    .description('Proves the rolling upgrade on real hosts: under load, against controls, into faults')
    .option('--only <parts>', `some of ${parts.join(', ')}`, parts.join(','))
    .parse()
    .opts<{ only: string }>();
  const words = only.split(',');
  const unknown = words.filter((word) => !parts.some((part) => part === word));
  if (unknown.length > 0) throw new Error(`--only knows ${parts.join(', ')}, and not ${unknown.join(', ')}.`);
  if (words.includes('controls') && !words.includes('roll'))
    throw new Error('The controls are made on the cloud that was rolled: --only roll,controls.');
  return parts.filter((part) => words.includes(part));
}

async function rolled(options: { rig: UpgradeRig; only: readonly string[] }): Promise<readonly Row[]> {
  const { rig, only } = options;
  const notifications = await consumeNotifications({ host: 'ctl1' });
  say('Heat rolls under load while its worker is killed');
  const { name } = sideEngine;
  const rows = rollRows({ name, roll: await rollUnderLoad({ rig, order: sideEngine, notifications }) });
  if (!only.includes('controls')) return rows;
  say('controls: the same count on a cloud to which the wrong things are done');
  return [...rows, ...controlRows(await controls({ notifications }))];
}

async function rolledIn(options: { rig: UpgradeRig; order: RollOrder }): Promise<readonly Row[]> {
  const { name, look } = options.order;
  const seen = { name, roll: await roll(options) };
  return [...rollRows(seen), ...(await look(seen))];
}

async function roll(options: { rig: UpgradeRig; order: RollOrder }): Promise<Roll> {
  const { order } = options;
  await order.prepare();
  const notifications = await consumeNotifications({ host: 'ctl1' });
  say(`${order.name}: Heat rolls under load`);
  const seen = await rollUnderLoad({ ...options, notifications });
  say(seen.end);
  return seen;
}

/** One after the other on one cloud: each finds it as the one before left it. */
async function wentBack(options: { rig: UpgradeRig; broken: readonly FaultName[] }): Promise<readonly Row[]> {
  const { rig, broken } = options;
  const rows: Row[] = [];
  for (const fault of broken.map((name) => faults[name])) {
    say(`back: ${fault.name}`);
    const row = backRow({ fault, back: await rollIntoFault({ rig, fault }) });
    say(row.seen);
    rows.push(row);
  }
  return rows;
}

async function wentBackIn(options: { rig: UpgradeRig; order: RollOrder; fault: RollFault }): Promise<Row> {
  const { order, fault } = options;
  await order.prepare();
  say(`back in the order ${order.name}: ${fault.name}`);
  const row = backRow({ fault, back: await rollIntoFault(options) });
  say(row.seen);
  return { ...row, what: `${row.what}, ${order.name}` };
}

/** A cloud for one part. */
function onRig<T>({ change }: RollOrder, work: (rig: UpgradeRig) => Promise<T>): Promise<T> {
  return onCloud({ raise: () => startRig({ change }), work, say });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
