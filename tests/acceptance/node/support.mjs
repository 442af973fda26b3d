// What the programs share: arguments, steps, and what a refusal looks like.
// A program must never print a key.

import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';

export const DIMENSION = 8;

/** Reads `--name VALUE` pairs; every one is required. */
export function given(...names) {
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' }]));
  const { values } = parseArgs({ options });
  for (const name of names) assert.ok(values[name], `--${name} is missing`);
  return values;
}

/** Announces what is about to be tried and says how long it took. */
export async function step(title, work) {
  const started = performance.now();
  process.stdout.write(`- ${title} ... `);
  try {
    await work();
  } catch (error) {
    console.log('FAILED');
    throw error;
  }
  console.log(`${Math.round(performance.now() - started)} ms`);
}

/** A vector that only its own seed makes: the seed is its nearest neighbour under L2. */
export function vector(seed) {
  const place = index => ((seed * 31 + index * 7) % 97) + seed * 0.001;
  return Array.from({ length: DIMENSION }, (_, index) => place(index));
}

/** The answer of a call, which the SDK returns with a status even when Milvus refused. */
export async function done(answer) {
  const got = await answer;
  const status = got.status ?? got;
  assert.ok(['Success', 0].includes(status.error_code), JSON.stringify(status));
  return got;
}

/** Runs a call that must be refused with this gRPC code; returns the text. */
export async function refused(call, code, ...fragments) {
  const started = performance.now();
  let text;
  try {
    const answer = await call();
    assert.fail(`nothing refused this call: ${JSON.stringify(answer).slice(0, 200)}`);
  } catch (error) {
    if (error.code === 'ERR_ASSERTION') throw error;
    text = error.details ?? error.message;
    assert.equal(error.code, code, `${error.code}: ${text}`);
  }
  for (const fragment of fragments)
    assert.ok(text.includes(fragment), `does not say ${fragment}: ${text}`);
  assert.ok(
    performance.now() - started < 10_000,
    'the refusal took too long: the SDK must have retried it',
  );
  return text;
}

/** The last line of every program: the driver looks for it. */
export function finish() {
  console.log('all steps passed');
  process.exit(0);
}
