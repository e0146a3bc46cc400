import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { readAnswer } from './read-answer';

const answerOf = (...chunks: readonly Buffer[]): IncomingMessage => {
  const answer = Object.assign(new IncomingMessage(new Socket()), { statusCode: 200 });
  for (const chunk of [...chunks, null]) answer.push(chunk);
  return answer;
};

describe('an answer of an engine', () => {
  it('is read to its end, also where a letter is cut in two', async () => {
    const word = Buffer.from('Großer Hafen');
    const answer = answerOf(word.subarray(0, 4), word.subarray(4));
    expect(await readAnswer(answer, word.length)).toEqual({ status: 200, body: 'Großer Hafen' });
  });

  it('is given up where it is larger than it may be', async () => {
    const answer = answerOf(Buffer.alloc(6), Buffer.alloc(5));
    await expect(readAnswer(answer, 10)).rejects.toThrow('larger than 10 bytes');
    expect(answer.destroyed).toBe(true);
  });
});
