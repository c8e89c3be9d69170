import { z } from 'zod';
import { name } from './names';

/**
 * How a rolling upgrade goes. Everything may be left out: then a side engine of the installed code takes over on the
 * last host by name, while the first gets the new code (docs/decisions/0003-rolling.md).
 */
export const rollingOptions = z.strictObject({
  /** Hosts that serve with the installed code while the others are upgraded: several bear more than one. */
  side: z.array(name).min(1).optional(),
});

export const rollingKeys = ['rolling', 'side'];
