import { z } from 'zod';
import { name, type HostName } from './names';

/** How a rolling upgrade goes (docs/decisions/0003-rolling.md), with every wish filled in. */
export type RollingOptions = { readonly removeOldVhost: boolean } & (
  | {
      readonly order: 'sideEngine';
      /** Hosts that serve with the installed code while the others are upgraded. Absent: the last one by name. */
      readonly keeper?: readonly HostName[];
    }
  | { readonly order: 'guide'; readonly apis: 'upgrade' | 'switchFirst' }
  | { readonly order: 'venv'; readonly wheelhouse: string }
);

export const withoutWishes: RollingOptions = { order: 'sideEngine', removeOldVhost: false };

/**
 * What a person writes. Everything may be left out: then a side engine of the installed code takes over on the last host by
 * name, while the first gets the new code.
 */
const wishes = z.strictObject({
  /**
   * `sideEngine`: no engine stops before its vhost is left and empty. `guide`: as Heat's upgrade guide prints it, with
   * no second engine; the first engine stops on a vhost in use, while no work is in progress. `venv`: the new code serves first from a
   * virtual environment beside the packages of the first host, on a vhost of its own.
   */
  order: z.enum(['sideEngine', 'guide', 'venv']).optional(),
  /** With order `sideEngine`: the hosts that keep the installed code; several bear more load than one. */
  keeper: z.array(name).min(1).optional(),
  /**
   * With order `guide`, what becomes of the APIs of the other hosts when the new code serves. `upgrade`: they stay out
   * until their host is upgraded. `switchFirst`: they join the new vhost as they are, and serve meanwhile.
   */
  apis: z.enum(['upgrade', 'switchFirst']).optional(),
  /** With order `venv`: the directory on the first host that holds the wheels. */
  wheelhouse: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]+$/, 'a directory on the first host, as in "/srv/heat-wheels"')
    .optional(),
  /** The last phase removes the vhost that is left, after a gate of its own. */
  removeOldVhost: z.boolean().optional(),
  /** As earlier releases wrote order `venv`: order `guide` and newCode `venv`. */
  newCode: z.enum(['packages', 'venv']).optional(),
  /** As earlier releases wrote `keeper`. */
  side: z.array(name).min(1).optional(),
});

type Wishes = z.infer<typeof wishes>;

export const rollingOptions = wishes
  .superRefine((wish, context) => {
    for (const { path, message } of contradictions(wish)) context.addIssue({ code: 'custom', path: [path], message });
  })
  .transform((wish): RollingOptions => {
    const { side, keeper = side, apis = 'upgrade', wheelhouse = '', removeOldVhost = false } = wish;
    const order = orderOf(wish);
    switch (order) {
      case 'sideEngine':
        return { order, ...(keeper === undefined ? {} : { keeper }), removeOldVhost };
      case 'guide':
        return { order, apis, removeOldVhost };
      case 'venv':
        return { order, wheelhouse, removeOldVhost };
      default:
        return order satisfies never;
    }
  });

function orderOf({ order = 'sideEngine', newCode }: Wishes): RollingOptions['order'] {
  return newCode === 'venv' ? 'venv' : order;
}

/** Each wish belongs to one order; with another one it would be silently ignored. */
function contradictions(wish: Wishes): { readonly path: keyof Wishes; readonly message: string }[] {
  const { keeper, side, apis, newCode, wheelhouse } = wish;
  const order = orderOf(wish);
  return [
    ...(newCode === 'venv' && wish.order !== 'guide' && wish.order !== 'venv'
      ? [{ path: 'newCode', message: '"venv" is an order of its own: write "order": "venv"' } as const]
      : []),
    ...(newCode === 'packages' && wish.order === 'venv'
      ? [{ path: 'newCode', message: 'order "venv" takes the new code from wheels first; leave out newCode' } as const]
      : []),
    ...(order === 'venv' && wheelhouse === undefined
      ? [
          {
            path: 'wheelhouse',
            message: 'order "venv" needs it: the directory on the first host that holds the wheels',
          } as const,
        ]
      : []),
    ...(order !== 'venv' && wheelhouse !== undefined
      ? [
          {
            path: 'wheelhouse',
            message: 'only order "venv" reads wheels; leave it out, or write "order": "venv"',
          } as const,
        ]
      : []),
    ...(order === 'guide' || apis !== 'switchFirst'
      ? []
      : [
          {
            path: 'apis',
            message: '"switchFirst" needs order "guide": in the other orders no other API has a vhost to join',
          } as const,
        ]),
    ...(['keeper', 'side'] as const)
      .filter((path) => wish[path] !== undefined && order !== 'sideEngine')
      .map((path) => ({ path, message: `order "${order}" has no side engine; leave out ${path}, or order` })),
    ...(keeper !== undefined && side !== undefined
      ? [{ path: 'side', message: 'is the earlier name of keeper; leave one of them out' } as const]
      : []),
  ];
}

export const rollingKeys = ['rolling', ...Object.keys(wishes.shape)];
