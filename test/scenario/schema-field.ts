// A key of a scenario as its JSON Schema tells it, for the tests that hold the guides against it.
import * as z from 'zod';

export interface Field {
  readonly default?: unknown;
  readonly const?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Field>>;
  readonly anyOf?: readonly Field[];
}

export const field: z.ZodType<Field> = z.lazy(() =>
  z.looseObject({
    properties: z.record(z.string(), field).exactOptional(),
    anyOf: z.array(field).exactOptional(),
  }),
);
