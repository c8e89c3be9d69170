import { z } from 'zod';

/** What docker-compose.yml uses of the Compose specification, and nothing else: a misspelled key is an error, not a silent no-op. */
const duration = z.string().regex(/^(\d+h)?(\d+m)?(\d+s)?$/, 'write a duration such as 30s');

/** Null: passed on from where Compose runs, when it is set there. */
const environment = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'write names in capitals'),
  z.union([z.string(), z.null()]),
);

const healthcheck = z.strictObject({
  test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string()),
  interval: duration,
  timeout: duration,
  retries: z.int().positive(),
  start_period: duration,
});

const volume = z.union([
  z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/, 'write source:/target or source:/target:ro'),
  z.strictObject({
    type: z.literal('bind'),
    source: z.string(),
    target: z.string().startsWith('/'),
    read_only: z.boolean(),
    bind: z.strictObject({ create_host_path: z.boolean() }),
  }),
]);

const service = z
  .strictObject({
    image: z.string().optional(),
    build: z.string().optional(),
    restart: z.string().regex(/^(no|always|unless-stopped|on-failure(:\d+)?)$/),
    init: z.boolean().optional(),
    stop_grace_period: duration.optional(),
    depends_on: z
      .record(
        z.string(),
        z.strictObject({
          condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
        }),
      )
      .optional(),
    environment,
    command: z.array(z.string()).optional(),
    ports: z.array(z.string().regex(/^[\d.]+:\d+:\d+$/, 'write address:port:port')).optional(),
    volumes: z.array(volume).optional(),
    healthcheck: healthcheck.optional(),
  })
  .refine(({ image, build }) => (image === undefined) !== (build === undefined), 'give either image or build');

export const composeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeFile = z.infer<typeof composeFile>;
