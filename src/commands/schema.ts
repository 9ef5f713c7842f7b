// `blowback schema`: the JSON Schema of scenario files on standard output, for editors.
import { Command } from 'commander';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(() => console.log(JSON.stringify(scenarioJsonSchema(), null, 2)));
}
