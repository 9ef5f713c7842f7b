// The JSON Schema of scenario files, for editors: made from the same schema that the parser uses.
import * as z from 'zod';
import { FORMS, STRANGERS } from './fields.ts';
import { SECTIONS } from './schema.ts';

type Json = z.core.JSONSchema.BaseSchema;

export function scenarioJsonSchema(): Json {
  const { $schema, ...schema } = toJson(z.object(SECTIONS));
  return {
    $schema: $schema ?? 'https://json-schema.org/draft/2020-12/schema',
    title: 'blowback scenario',
    ...schema,
    // What a file lacks may stand in the one that it extends.
    anyOf: [['extends'], ['name', 'actors']].map((required) => ({ type: 'object', required })),
  };
}

function toJson(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // A file that extends another may leave out anything, at any depth.
      delete jsonSchema.required;
      if (isClosed(zodSchema)) jsonSchema.additionalProperties = false;
      const forms = FORMS.get(zodSchema);
      if (forms) jsonSchema.anyOf = forms.map((form) => withoutDialect(toJson(form)));
    },
  });
}

function isClosed({ _zod: { def } }: z.core.$ZodTypes): boolean {
  if (def.type !== 'object') return false;
  return def.catchall === undefined || STRANGERS.has(def.catchall);
}

function withoutDialect({ $schema: _, ...schema }: Json): Json {
  return schema;
}
