import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const deploy = join(__dirname, '../../deploy');

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

export const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana-dashboard.json'), 'utf8')) as Dashboard;

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const rules = parse(readFileSync(join(deploy, 'prometheus-alerts.yml'), 'utf8')) as Rules;

/** Every query of the dashboard. */
export const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** Every metric that dashboard and alert rules name; `up` is Prometheus' own. */
export function namesInDeploy(): readonly string[] {
  const alerts = rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr));
  const texts = [...queries, ...alerts, JSON.stringify(dashboard.templating)];
  return [...new Set(texts.flatMap((text) => text.match(/\b(openstack_upgrade|temporal)_\w+/g) ?? []))];
}
