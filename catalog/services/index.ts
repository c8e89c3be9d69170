import { inStartOrder, type Service } from '../service';
import { ceilometer } from './ceilometer';
import { glance } from './glance';
import { gnocchi } from './gnocchi';
import { heat } from './heat';
import { keystone } from './keystone';
import { placement } from './placement';

/** Known services. In which order they start follows from what each needs and uses. */
export const services: readonly Service[] = inStartOrder([glance, heat, keystone, placement, gnocchi, ceilometer]);
