/**
 * How a service proves that it works, by behaviour and never by `active (running)`. Before the upgrade a canary is made,
 * afterwards it must still be there and work, and a new one is made, used and removed through each host's own API.
 * The verbs are in programs/openstack-check.py, the steps in plan/blocks/service-proofs.ts.
 */
export type ServiceProof =
  /** A token issued before is known after; a new one is issued: a cached token may turn into 500 (fact 13, trap 51). */
  | { readonly kind: 'token' }
  /** A stack with resources of Heat's own: without one of its libraries Heat answers and breaks every create (C.6). */
  | { readonly kind: 'stack'; readonly api: string }
  /** An image whose bytes come back as they went in. */
  | { readonly kind: 'image'; readonly api: string }
  /** A resource provider with an inventory. */
  | { readonly kind: 'resource-provider'; readonly api: string }
  /** A metric whose measures are taken, processed and kept. */
  | { readonly kind: 'metric'; readonly api: string };
