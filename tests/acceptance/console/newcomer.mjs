// An owner who has never seen Keyward: makes a key, connects with the pasted program, sees the call
// in usage and audit, deletes the key and reads the receipt.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { finish, given, inspect, signIn, step, until, visitor, withBrowser } from './support.mjs';

const { browser: program, control, email, password, project, python } = given(
  'browser',
  'control',
  'email',
  'password',
  'project',
  'python',
);
const pictures = process.env.KEYWARD_TEST_PICTURES;

/** Runs the pasted program with the pasted key. */
function run(code, key) {
  const env = { ...process.env, MILVUS_TOKEN: key };
  return spawnSync(python, ['-c', code], { env, encoding: 'utf8', timeout: 120_000 });
}

await withBrowser(program, async browser => {
  const { page, complaints } = await visitor(browser);
  const look = name => inspect(page, name, pictures);
  let key;
  let code;

  await step('from signing in to a key and a program, by links alone', async () => {
    await signIn(page, control, email, password);
    await page.getByRole('region').getByRole('link', { name: 'default' }).click();
    await page.getByRole('link', { name: 'Create API key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('search-service');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Key search-service works now' }).waitFor();
    key = (await page.locator('#key').textContent()).trim();
    code = await page.locator('#snippet-1').textContent();
    assert.ok(code.includes('pymilvus') && !code.includes(key));
  });
  await step('the pasted program works', async () => {
    const ran = run(code, key);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /\[.*\]/);
  });
  await step('the call is seen in usage', async () => {
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await until('the call in usage', async () => {
      await page.reload();
      return await page.getByRole('link', { name: 'search-service' }).count() > 0;
    });
    await page.getByRole('img', { name: /^Calls from/ }).waitFor();
    await page.getByText('The numbers').click();
    await look('usage');
    const here = page.url();
    await page.goto(`${control}/console/projects/${project}`);
    await look('project-used');
    await page.goto(here);
    await page.getByText('The numbers').click();
    for (const span of ['7 days', '30 days', '90 days']) {
      await page.getByRole('link', { name: span }).click();
      await page.locator('.choices a[aria-current]', { hasText: span }).waitFor();
    }
    await page.getByRole('link', { name: 'search-service' }).click();
    await page.getByText('Calls in the last day').waitFor();
    await page.getByRole('link', { name: 'usage', exact: true }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await look('usage-key');
    await page.getByRole('link', { name: 'search-service' }).click();
  });
  await step('it is deleted, after a warning that it is in use', async () => {
    await page.getByRole('link', { name: 'Delete' }).click();
    await page.getByText('In use').waitFor();
    await page.getByText('Live calls now').waitFor();
    await look('delete-used');
    await page.getByLabel('Type search-service to delete it').fill('search-service');
    await page.getByRole('button', { name: 'Delete key' }).click();
    await page.getByRole('heading', { name: 'search-service is dead' }).waitFor();
    await page.getByText('Confirmed').waitFor();
    await page.getByText('None was running').waitFor();
    const ran = run(code, key);
    assert.notEqual(ran.status, 0, 'the deleted key still works');
    assert.ok(!ran.stderr.includes(key), 'the refusal repeats the key');
  });
  await step('the audit trail tells of both', async () => {
    await page.goto(`${control}/console/`);
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByLabel('Search', { exact: true }).fill('search-service');
    await page.getByRole('button', { name: 'Search' }).click();
    const text = await page.locator('tbody').textContent();
    for (const act of ['key.create', 'key.delete']) assert.ok(text.includes(act), act);
    await look('audit-found');
  });
  assert.deepEqual(complaints, []);
});
finish();
