// An owner in a browser: signs in, makes a key, uses it, deletes it and reads the receipt.

import assert from 'node:assert/strict';
import {
  finish, given, inspect, signIn, step, visitor, walkByKeyboard, withBrowser,
} from './support.mjs';

const { browser: program, control, email, password, project, cluster } = given(
  'browser',
  'control',
  'email',
  'password',
  'project',
  'cluster',
);
const pictures = process.env.KEYWARD_TEST_PICTURES;
const KEY = /^kw_[0-9A-Za-z]{51}$/;

/** Whether the control API takes the key; a project's key may see its project. */
async function opens(key) {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${control}/v2/projects`, { headers });
  return answer.status === 200;
}

/** From the list of keys through making, seeing and deleting one. */
async function lifeOfAKey(page, name, look) {
  await page.goto(`${control}/console/projects/${project}/keys`);
  await look('keys');
  await page.getByRole('link', { name: 'Create API key' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill('<b>made</b> by "a test" & friends');
  await page.getByLabel('Read-Only').check();
  await page.getByLabel('Works for so many days').fill('90');
  await look('create');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('heading', { name: `Key ${name} works now` }).waitFor();
  const key = (await page.locator('#key').textContent()).trim();
  assert.match(key, KEY);
  await look('created');
  assert.ok(!page.url().includes(key), 'the key stands in the address');
  assert.ok(await opens(key), 'the new key is refused');

  await page.getByRole('link', { name: 'Open the key' }).click();
  assert.ok(!(await page.content()).includes(key), 'the page of a key shows it unasked');
  const described = page.locator('dd', { hasText: '<b>made</b> by "a test" & friends' });
  assert.equal(await described.count(), 1, 'the description is not shown as it was typed');
  await look('key');
  await page.getByRole('button', { name: 'Show the key' }).click();
  assert.equal((await page.locator('#key').textContent()).trim(), key);
  await page.getByRole('link', { name: 'Hide' }).click();

  await page.getByRole('link', { name: 'Delete' }).click();
  await look('delete');
  return key;
}

await step('nobody sees a page without signing in', async () => {
  const gone = 'aaaaaaaaaaaaaaaaaaaaaa';
  for (const path of [
    '/',
    '/account',
    `/organizations/org-${gone}`,
    `/organizations/org-${gone}/projects/new`,
    `/organizations/org-${gone}/members`,
    `/organizations/org-${gone}/invitations`,
    `/organizations/org-${gone}/settings`,
    `/organizations/org-${gone}/usage`,
    `/organizations/org-${gone}/audit`,
    `/organizations/org-${gone}/audit/export`,
    `/organizations/org-${gone}/personal-keys`,
    `/projects/${project}`,
    `/projects/${project}/keys`,
    `/projects/${project}/keys/new`,
    `/projects/${project}/clusters/new`,
    `/projects/${project}/members`,
    `/projects/${project}/whitelist`,
    `/projects/${project}/usage`,
    `/projects/${project}/settings`,
    `/keys/key-${gone}`,
    `/keys/key-${gone}/edit`,
    `/keys/key-${gone}/rotate`,
    `/keys/key-${gone}/usage`,
    `/keys/key-${gone}/delete`,
    `/clusters/${cluster}`,
    `/clusters/${cluster}/connect`,
    `/clusters/${cluster}/usage`,
    `/clusters/${cluster}/explain?key=k&rpc=Search`,
    `/clusters/${cluster}/settings`,
    `/clusters/${cluster}/users`,
    `/clusters/${cluster}/users/db_admin`,
    `/clusters/${cluster}/roles`,
    `/clusters/${cluster}/roles/db_ro`,
  ]) {
    const answer = await fetch(`${control}/console${path}`, { redirect: 'manual' });
    assert.equal(answer.status, 303, path);
    const next = new URL(answer.headers.get('location'), control).searchParams.get('next');
    assert.equal(next, `/console${path}`);
  }
  for (const path of [
    '/sign-out',
    `/projects/${project}/keys/new`,
    `/account/name`,
    `/account/password`,
    `/account/second-factor`,
    `/account/second-factor/confirm`,
    `/account/second-factor/codes`,
    `/account/second-factor/disable`,
    `/account/sessions/session-${gone}/end`,
    `/account/sessions/end-others`,
    `/organizations/org-${gone}/projects/new`,
    `/organizations/org-${gone}/members/user-${gone}/role`,
    `/organizations/org-${gone}/members/user-${gone}/remove`,
    `/organizations/org-${gone}/members/user-${gone}/reset`,
    `/organizations/org-${gone}/invitations`,
    `/organizations/org-${gone}/invitations/inv-${gone}/revoke`,
    `/organizations/org-${gone}/settings`,
    `/organizations/org-${gone}/settings/name`,
    `/organizations/org-${gone}/personal-keys`,
    `/projects/${project}/clusters/new`,
    `/projects/${project}/members`,
    `/projects/${project}/members/user-${gone}/remove`,
    `/projects/${project}/whitelist`,
    `/projects/${project}/whitelist/wl-${gone}/remove`,
    `/projects/${project}/settings/name`,
    `/projects/${project}/settings/delete`,
    `/clusters/${cluster}/settings`,
    `/clusters/${cluster}/users`,
    `/clusters/${cluster}/users/db_admin/role`,
    `/clusters/${cluster}/users/db_admin/password`,
    `/clusters/${cluster}/users/db_admin/delete`,
    `/clusters/${cluster}/roles`,
    `/clusters/${cluster}/roles/db_ro/grant`,
    `/clusters/${cluster}/roles/db_ro/delete`,
    `/clusters/${cluster}/suspend`,
    `/clusters/${cluster}/resume`,
    `/clusters/${cluster}/detach`,
    `/keys/key-${gone}/view`,
    `/keys/key-${gone}/edit`,
    `/keys/key-${gone}/rotate`,
    `/keys/key-${gone}/disable`,
    `/keys/key-${gone}/enable`,
    `/keys/key-${gone}/delete`,
  ]) {
    const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams({ name: 'x' }) };
    const answer = await fetch(`${control}/console${path}`, form);
    assert.equal(answer.status, 303, path);
    assert.match(answer.headers.get('location'), /^\/console\/sign-in/);
  }
});

await withBrowser(program, async browser => {
  const { page, context, complaints } = await visitor(browser);
  const look = name => inspect(page, name, pictures);

  await step('a wrong password is refused', async () => {
    await page.goto(`${control}/console/keys/key-aaaaaaaaaaaaaaaaaaaaaa`);
    assert.match(page.url(), /sign-in\?next=/);
    await look('sign-in');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    assert.deepEqual(await context.cookies(), []);
  });
  await step('the owner signs in', async () => {
    await signIn(page, control, email, password);
    await look('projects');
    const [cookie] = await context.cookies();
    assert.ok(cookie.httpOnly && cookie.sameSite === 'Lax' && cookie.path === '/console');
  });
  await step('the project and its cluster are shown', async () => {
    await page.goto(`${control}/console/projects/${project}`);
    await look('project');
    await page.locator(`a[href="/console/clusters/${cluster}"]`).click();
    await page.getByRole('heading', { name: /Running/ }).waitFor();
    await look('cluster');
    await page.getByRole('navigation', { name: 'Cluster' })
      .getByRole('link', { name: 'Connect' }).click();
    for (const language of ['Node.js', 'Java', 'Go', 'REST', 'Python']) {
      await page.getByRole('link', { name: language }).click();
      await page.locator(`.choices a[aria-current]`, { hasText: language }).waitFor();
    }
    await look('connect');
  });
  await step('a key lives and dies', async () => {
    const key = await lifeOfAKey(page, 'browser', look);
    await page.goBack();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    assert.ok(!(await opens(key)), 'the disabled key opens something');
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    assert.ok(await opens(key), 'the enabled key opens nothing');
    await page.getByRole('link', { name: 'Delete' }).click();
    const button = page.getByRole('button', { name: 'Delete key' });
    assert.ok(await button.isDisabled(), 'a key could be deleted without typing its name');
    await page.getByLabel('Type browser to delete it').fill('browser');
    await button.click();
    await page.getByRole('heading', { name: 'browser is dead' }).waitFor();
    assert.ok(!(await opens(key)), 'the deleted key still opens something');
    assert.equal(await page.locator('tbody tr').count(), 1, 'the receipt names one gateway');
    await look('deleted');
  });
  await step('what cannot be accepted is said, and nothing typed is lost', async () => {
    await page.goto(`${control}/console/projects/${project}/keys/new`);
    await page.getByLabel('Name', { exact: true }).fill('Not a good name');
    await page.locator('form.card').evaluate(form => { form.noValidate = true; });
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Not a good name');
  });
  await step('the audit trail tells of it', async () => {
    await page.goto(`${control}/console/`);
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    const text = await page.locator('tbody').textContent();
    const acts = ['key.create', 'key.reveal', 'key.delete'];
    for (const act of acts) assert.ok(text.includes(act), act);
    await look('audit');
  });
  await step('everything is reached with the keyboard', async () => {
    for (const path of [
      `/projects/${project}`,
      `/projects/${project}/keys`,
      `/clusters/${cluster}`,
      `/clusters/${cluster}/groups`,
      `/clusters/${cluster}/roles/db_ro`,
      '/account',
    ]) {
      await page.goto(`${control}/console${path}`);
      await walkByKeyboard(page, path);
    }
    await page.goto(`${control}/console/projects/${project}/keys`);
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#content$/);
  });
  await step('addresses that lead nowhere are told apart from none', async () => {
    for (const path of ['/nothing', '/keys/x', '/keys/key-aaaaaaaaaaaaaaaaaaaaaa']) {
      const answer = await page.goto(`${control}/console${path}`);
      assert.equal(answer.status(), 404, path);
    }
    await look('missing');
  });
  await step('a form of another session does nothing', async () => {
    const answer = await context.request.post(`${control}/console/projects/${project}/keys/new`, {
      form: { form_token: 'f'.repeat(64), name: 'forged', role: 'Admin', scope: 'all' },
    });
    assert.equal(answer.status(), 403);
    const foreign = await context.request.post(`${control}/console/sign-out`, {
      headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
      form: {},
    });
    assert.equal(foreign.status(), 403);
    await page.goto(`${control}/console/projects/${project}/keys`);
    assert.ok(!(await page.content()).includes('forged'));
  });
  await step('pages are light, kept by nobody, and let no foreign script in', async () => {
    let bytes = 0;
    const count = async response => { bytes += (await response.body()).length; };
    page.on('response', count);
    const answer = await page.reload();
    await page.waitForLoadState('networkidle');
    page.off('response', count);
    const headers = answer.headers();
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.match(headers['content-security-policy'], /default-src 'none'.*script-src 'self'/);
    assert.ok(!headers['content-security-policy'].includes('unsafe'));
    assert.ok(bytes < 60_000, `${bytes} bytes`);
  });
  await step('signing out ends the session', async () => {
    const kept = await context.cookies();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.deepEqual(await context.cookies(), []);
    await context.addCookies(kept);
    await page.goto(`${control}/console/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
  assert.deepEqual(complaints, []);

  await step('the same without JavaScript', async () => {
    const plain = await visitor(browser, { javaScriptEnabled: false });
    await signIn(plain.page, control, email, password);
    const key = await lifeOfAKey(plain.page, 'plain', async () => {});
    await plain.page.getByLabel('Type plain to delete it').fill('wrong');
    await plain.page.getByRole('button', { name: 'Delete key' }).click();
    await plain.page.getByRole('alert').waitFor();
    assert.ok(await opens(key), 'a wrong name deleted the key');
    await plain.page.getByLabel('Type plain to delete it').fill('plain');
    await plain.page.getByRole('button', { name: 'Delete key' }).click();
    await plain.page.getByRole('heading', { name: 'plain is dead' }).waitFor();
    assert.ok(!(await opens(key)));
  });
});
finish();
