import type * as sdkModule from '@aws-sdk/client-ec2';
import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';

import { AppError } from '@/server/errors/app-error';

import type { ProviderContext } from '../driver';
import type { AwsSession, CallerIdentity, Ec2, Ec2CallName } from './calls';
import { type AwsCredential, usesServer } from './credential';
import { faultOf, isPassing, toDriverError } from './errors';
import { assumeRole, getCallerIdentity, type Keys, type StsTarget } from './sts';

/** Told before and after each call, as `before RunInstances`. May throw, as a crash at that moment would. */
export type OnCall = (moment: string) => void | Promise<void>;

type Sdk = typeof sdkModule;

export type Connect = (ctx: ProviderContext, values: AwsCredential, region: string) => Promise<AwsSession>;

const attemptsMax = 7;
const firstPauseMs = 500;
const longestPauseMs = 20_000;
const connectionTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;

/** Repeats what was throttled or not answered, at a growing distance, and logs each time. Throws AppError, or the signal's reason. */
async function persist<T>(ctx: ProviderContext, name: string, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    ctx.signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (!isPassing(error) || attempt === attemptsMax) throw toDriverError(error, name);
      const pauseMs = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
      ctx.log.info(
        `${name}: ${faultOf(error)}. Asked again in ${pauseMs / 1000} s (${attempt} of ${attemptsMax - 1}).`,
      );
      await ctx.clock.sleep(pauseMs, ctx.signal);
    }
  }
}

const keysOf = (identity: AwsCredential['identity']): Keys | undefined => {
  if (identity.kind === 'server') return undefined;
  const { accessKeyId, secretAccessKey } = identity;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(identity.kind === 'session' && { sessionToken: identity.sessionToken }),
  };
};

const assertMayUseServer = (ctx: ProviderContext, values: AwsCredential) => {
  if (!usesServer(values) || ctx.site?.mayUseServerIdentity) return;
  throw new AppError({
    code: 'credential.rejected',
    public:
      'The operator of the console has not allowed this team to use the identity of its server. Enter an access key, or ask the operator to name the team in QUAYMASTER_CLOUD_IDENTITY_TEAMS.',
  });
};

/** Where the default chain of the SDK finds keys: environment, files, or the role of the server. */
const serverKeys = (sdk: Sdk, region: string): (() => Promise<Keys>) => {
  const client = new sdk.EC2Client({ region });
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await client.config.credentials();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      ...(expiration !== undefined && { expiration }),
    };
  };
};

const callerOf =
  (ctx: ProviderContext, sdk: Sdk, { client, onCall }: { client: EC2Client; onCall: OnCall }): Ec2 =>
  async (name, input) => {
    const Command = (sdk as unknown as Record<string, new (input: unknown) => never>)[`${name}Command`];
    if (!Command) throw new Error(`the SDK has no command ${name satisfies Ec2CallName}`);
    await onCall(`before ${name}`);
    const answer = await persist(ctx, name, () => client.send(new Command(input), { abortSignal: ctx.signal }));
    await onCall(`after ${name}`);
    return answer as never;
  };

/**
 * Opens an account at Amazon, or at the endpoint that the credential names, with AWS's own SDK, which is loaded at its first
 * use. What is throttled or not answered, within `timeoutMs` for each call, is repeated by the context's clock and not by the
 * SDK's.
 */
export const connectAws =
  (onCall: OnCall = () => undefined, { timeoutMs = requestTimeoutMs } = {}): Connect =>
  async (ctx, values, region) => {
    ctx.signal.throwIfAborted();
    assertMayUseServer(ctx, values);
    const sdk = await import('@aws-sdk/client-ec2');
    const { identity, endpoint } = values;
    const own = keysOf(identity);
    const base = own ? () => Promise.resolve(own) : serverKeys(sdk, values.region);
    const sts = (keys: () => Promise<Keys>): StsTarget => ({
      region: values.region,
      endpoint: values.stsEndpoint ?? endpoint,
      keys,
      signal: ctx.signal,
    });
    const assume = async (): Promise<Keys> =>
      identity.kind === 'role'
        ? assumeRole(sts(base), { ...identity, sessionName: `quaymaster-${ctx.team.slug}`.slice(0, 64) })
        : base();
    // The role is assumed once for a verb, which is over long before its hour is; the client asks again where it is not.
    let assumed: Promise<Keys> | undefined;
    const keys = async (): Promise<Keys> => {
      const known = await assumed?.catch(() => undefined);
      const isFresh = known && (!known.expiration || known.expiration.getTime() - Date.now() > 5 * 60_000);
      if (!isFresh) assumed = assume();
      return assumed ?? assume();
    };
    const config = (clientRegion: string): EC2ClientConfig => ({
      region: clientRegion,
      ...(endpoint !== undefined && { endpoint }),
      credentials: keys,
      // Repeating is this file's own work.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: timeoutMs,
        // Without it the SDK only warns.
        throwOnRequestTimeout: true,
        // The other ends with the head of an answer.
        socketTimeout: timeoutMs,
      },
    });
    const clients: EC2Client[] = [];
    const open = (clientRegion: string): Ec2 => {
      const client = new sdk.EC2Client(config(clientRegion));
      clients.push(client);
      return callerOf(ctx, sdk, { client, onCall });
    };
    const ec2 = open(region);
    return {
      ec2,
      home: region === values.region ? ec2 : open(values.region),
      identity: (): Promise<CallerIdentity> => persist(ctx, 'GetCallerIdentity', () => getCallerIdentity(sts(keys))),
      close: () => {
        for (const client of clients) client.destroy();
      },
    };
  };
