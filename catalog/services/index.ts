import type { Service } from '../service';
import { heat } from './heat';
import { keystone } from './keystone';

/** Known services in the order they are upgraded and started (R-OPS-44); stop is the reverse. */
export const services: readonly Service[] = [keystone, heat];
