import 'server-only';
import { headers } from 'next/headers';
import { cache } from 'react';

import { requestScope } from '@/server/auth/request-scope';
import { createCaller } from '@/server/routers/root';

/** Calls the API from a server component, as the browser that asked for the page. One scope per request. */
export const getCaller = cache(async () => createCaller(await requestScope(await headers())));
