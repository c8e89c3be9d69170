import { z } from 'zod';
import { name } from './names';

/**
 * How a rolling upgrade goes. Everything may be left out: then a side engine of the installed code takes over on the
 * last host by name, while the first gets the new code (docs/decisions/0003-rolling.md).
 */
export const rollingOptions = z
  .strictObject({
    /**
     * `sideEngine`: no engine stops before its vhost is left and empty. `guide`: as Heat's upgrade guide prints it, with
     * no second engine; the first engine stops on a vhost in use, while no work is in hand.
     */
    order: z.enum(['sideEngine', 'guide']).optional(),
    /**
     * In the guide's order, what becomes of the APIs of the other hosts when the new code serves. `upgrade`: they stay out
     * until their host is upgraded. `switchFirst`: they join the new vhost as they are, and serve meanwhile.
     */
    apis: z.enum(['upgrade', 'switchFirst']).optional(),
    /**
     * In the guide's order: `venv` has the new code serve first from a virtual environment beside the packages of the
     * first host, on a vhost of its own, made from the wheels in `wheelhouse` there. No engine stops before it is empty.
     */
    newCode: z.enum(['packages', 'venv']).optional(),
    wheelhouse: z
      .string()
      .regex(/^\/[A-Za-z0-9._/-]+$/, 'a directory on the first host, as in "/srv/heat-wheels"')
      .optional(),
    /** Hosts that serve with the installed code while the others are upgraded: several bear more than one. */
    side: z.array(name).min(1).optional(),
    /** The last phase removes the vhost that is left, after a gate of its own. */
    removeOldVhost: z.boolean().optional(),
  })
  .superRefine(({ order, apis, newCode, wheelhouse, side }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (newCode === 'venv' && order !== 'guide')
      refuse('newCode', '"venv" needs order "guide"; with a side engine the installed code serves meanwhile');
    if (newCode === 'venv' && apis === 'switchFirst')
      refuse('apis', 'not with newCode "venv", whose vhost is left again; choose one of the two');
    if (newCode === 'venv' && wheelhouse === undefined)
      refuse('wheelhouse', 'newCode "venv" needs it: the directory on the first host that holds the wheels');
    if (newCode !== 'venv' && wheelhouse !== undefined)
      refuse('wheelhouse', 'belongs to newCode "venv"; leave it out, or add newCode');
    if (order === 'guide' && side !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['side'],
        message: 'order "guide" has no side engine; leave out side, or order',
      });
    if (order !== 'guide' && apis === 'switchFirst')
      context.addIssue({
        code: 'custom',
        path: ['apis'],
        message: '"switchFirst" needs order "guide"; with a side engine no other API has a vhost to join',
      });
  });

export const rollingKeys = ['rolling', 'order', 'apis', 'newCode', 'wheelhouse', 'side', 'removeOldVhost'];
