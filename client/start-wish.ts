import { fullOrders } from '../schema/request';
import { listed } from './word-list';

/** What was typed, of `start` and `preflight`. */
export interface Wish {
  readonly cloud: string;
  readonly to: string;
  readonly services?: string[];
  readonly restart?: string[];
  readonly gates?: string[];
  readonly openAutomatically?: true;
  readonly watch?: true;
  readonly rolling?: true;
  readonly order?: string;
  readonly apis?: string;
  readonly wheelhouse?: string;
  readonly keeper?: string[];
  readonly removeOldVhost?: true;
  readonly agentsOrder?: string[];
  readonly reason?: string;
  readonly computes?: string;
  readonly backups?: string[];
}

/** The request that it means. What does not fit is refused where requests are checked, in one sentence. */
export function requestOf(wish: Wish): object {
  const { cloud, to, services, restart, gates = [], openAutomatically = false } = wish;
  const rolling = rollingOf(wish);
  const order = fullOrders.find((one) => one === wish.order);
  return {
    cloud,
    to,
    ...(services === undefined ? {} : { services: listed(services) }),
    options: {
      gates,
      openAutomatically,
      ...(restart === undefined ? {} : { restart: restart.includes('all') ? 'all' : listed(restart) }),
      ...backupsOf(wish),
      ...(order === undefined ? {} : { full: { order } }),
      ...(Object.keys(rolling).length === 0 ? {} : { rolling }),
      ...agentsOf(wish),
    },
  };
}

/** Without "=" nothing says where: the request is refused with that service's name. */
function backupsOf({ backups }: Wish): object {
  if (backups === undefined) return {};
  const parted = backups.map((words) => [words.split('=')[0] ?? '', words.split('=').slice(1).join('=')] as const);
  return { backups: Object.fromEntries(parted) };
}

/** Only the words that were typed: what is left out has the defaults of the request. */
function rollingOf({ order, apis, wheelhouse, keeper, removeOldVhost }: Wish): object {
  return {
    ...(order === undefined || fullOrders.some((one) => one === order) ? {} : { order }),
    ...(apis === undefined ? {} : { apis }),
    ...(wheelhouse === undefined ? {} : { wheelhouse }),
    ...(keeper === undefined ? {} : { keeper: listed(keeper) }),
    ...(removeOldVhost ? { removeOldVhost } : {}),
  };
}

/** One without the other is refused with the request, in one sentence. */
function agentsOf({ agentsOrder, reason, computes }: Wish): object {
  if (agentsOrder === undefined && reason === undefined && computes === undefined) return {};
  return {
    agents: {
      ...(agentsOrder === undefined ? {} : { order: listed(agentsOrder) }),
      ...(reason === undefined ? {} : { reason }),
      ...(computes === undefined ? {} : { computes }),
    },
  };
}
