import { z } from 'zod';

import type { OptionSchema } from '@/lib/option-schema';

/** The JSON Schema (draft 2020-12) of what a member may enter, with the field metadata; draws the option form. */
export const describeOptions = (schema: z.ZodType): OptionSchema =>
  // zod hangs methods on what it returns; React hands only plain data from the server to the browser.
  JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))) as OptionSchema;
