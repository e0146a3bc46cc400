import { Client } from 'ssh2';

/** Tries to sign in by password, which the console never does, as anybody would who knows it. */
export const signInByPassword = (access: { host: string; username: string; password: string }) =>
  new Promise<'signed in' | 'refused'>((resolve, reject) => {
    const client = new Client();
    client
      .on('ready', () => {
        client.end();
        resolve('signed in');
      })
      .on('error', (error) => (error.level === 'client-authentication' ? resolve('refused') : reject(error)))
      .connect({ ...access, tryKeyboard: true, readyTimeout: 15_000 });
  });
