// An owner makes a user and a role of a cluster, shapes what the role holds, and the user connects.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { finish, given, inspect, signIn, step, visitor, withBrowser } from './support.mjs';

const { browser: program, control, email, password, cluster, python } = given(
  'browser',
  'control',
  'email',
  'password',
  'cluster',
  'python',
);
const pictures = process.env.KEYWARD_TEST_PICTURES;

/** Runs the program of the page for connecting. */
function run(code, token) {
  const env = { ...process.env, MILVUS_TOKEN: token };
  return spawnSync(python, ['-c', code], { env, encoding: 'utf8', timeout: 120_000 });
}

await withBrowser(program, async browser => {
  const { page, complaints } = await visitor(browser);
  const look = name => inspect(page, name, pictures);
  const done = text => page.getByRole('status').filter({ hasText: text }).waitFor();
  const refused = text => page.getByRole('alert').filter({ hasText: text }).waitFor();
  await signIn(page, control, email, password);
  let plain;
  let code;

  await step('a role is made and granted groups and single privileges', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/roles`);
    await look('roles');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('reader');
    await page.getByRole('button', { name: 'Add role' }).click();
    await page.getByRole('heading', { name: 'reader' }).waitFor();
    await page.getByRole('textbox', { name: 'Database' }).fill('default');
    await page.getByRole('textbox', { name: 'Collection' }).fill('docs');
    await page.getByRole('textbox', { name: 'Privilege or group' }).fill('Search');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await done('Saved');
    const cell = what => page.getByRole('button', { name: `${what} on default.docs` });
    await cell('Grant CollectionReadOnly').click();
    await done('Saved');
    await cell('Revoke CollectionReadOnly').waitFor();
    assert.equal(await cell('Grant ClusterAdmin').count(), 0, 'what does not fit is offered');
    await look('role');
    await cell('Revoke Search').click();
    await done('Saved');
    assert.equal(await cell('Revoke Search').count(), 0);
    await page.getByRole('textbox', { name: 'Privilege or group' }).fill('NoSuchGroup');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await refused('NoSuchGroup');
  });
  await step('a privilege group is made, filled, granted, and dropped', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/groups`);
    await look('groups');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('search_and_insert');
    await page.getByRole('button', { name: 'Make group' }).click();
    await page.getByRole('heading', { name: 'search_and_insert' }).waitFor();
    await page.getByRole('checkbox', { name: /^Search/ }).check();
    await page.getByRole('checkbox', { name: /^CreateDatabase/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await refused('of one level');
    assert.ok(await page.getByRole('checkbox', { name: /^Search/ }).isChecked());
    await page.getByRole('checkbox', { name: /^CreateDatabase/ }).uncheck();
    await page.getByRole('checkbox', { name: /^Insert/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await done('Saved');
    await look('group');
    assert.equal(await page.getByRole('checkbox', { name: /^CreateDatabase/ }).count(), 0);
    await page.getByRole('checkbox', { name: /^Search/ }).uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await done('Saved');
    assert.ok(!(await page.getByRole('checkbox', { name: /^Search/ }).isChecked()));
    assert.ok(await page.getByRole('checkbox', { name: /^Insert/ }).isChecked());
    const grant = async verb => {
      await page.goto(`${control}/console/clusters/${cluster}/roles/reader`);
      await page.getByRole('button', { name: `${verb} search_and_insert on default.docs` }).click();
      await done('Saved');
    };
    await grant('Grant');
    const drop = async () => {
      await page.goto(`${control}/console/clusters/${cluster}/groups/search_and_insert`);
      await page.getByLabel('Type search_and_insert to drop it').fill('search_and_insert');
      await page.getByRole('button', { name: 'Drop group' }).click();
    };
    await drop();
    await page.getByRole('alert').waitFor();
    await grant('Revoke');
    await drop();
    await done('Removed');
    await page.getByRole('heading', { name: 'No group of your own yet' }).waitFor();
  });
  await step('a built-in role is seen and cannot be changed', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/roles/db_ro`);
    await page.getByRole('heading', { name: 'db_ro' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^(Grant|Revoke|Drop)/ }).count(), 0);
    const answer = await page.goto(`${control}/console/clusters/${cluster}/roles/nobody`);
    assert.equal(answer.status(), 404);
  });
  await step('a user is made with a password that is shown once', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/users`);
    await look('users');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('9 lives');
    await page.locator('form.card').evaluate(form => { form.noValidate = true; });
    await page.getByRole('button', { name: 'Add user' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('app');
    await page.getByRole('checkbox', { name: /^reader/ }).check();
    await page.getByRole('button', { name: 'Add user' }).click();
    await page.getByRole('heading', { name: 'User app is made' }).waitFor();
    plain = (await page.locator('#plain').textContent()).trim();
    assert.ok(plain.length >= 16 && !page.url().includes(plain));
    await look('user-made');
  });
  await step('the user connects with the program of the page', async () => {
    await page.getByRole('link', { name: 'Connect', exact: true }).first().click();
    await page.getByRole('link', { name: 'User', exact: true }).click();
    await page.getByText("export MILVUS_TOKEN='name:password'").waitFor();
    await look('connect-user');
    code = await page.locator('#snippet').textContent();
    const ran = run(code, `app:${plain}`);
    assert.equal(ran.status, 0, ran.stderr);
  });
  await step('what the user may do is explained, and why', async () => {
    await page.goto(`${control}/console/clusters/${cluster}`);
    await page.getByRole('link', { name: 'Explain', exact: true }).click();
    const ask = async (rpc, collection) => {
      await page.getByLabel('User of the cluster').fill('app');
      await page.getByLabel('Call', { exact: true }).fill(rpc);
      await page.getByLabel('Collection or alias').fill(collection);
      await page.getByRole('button', { name: 'Explain' }).click();
    };
    await ask('search', 'docs');
    await page.getByRole('heading', { name: /^Allowed/ }).waitFor();
    assert.equal(await page.locator('#rule').textContent(), 'grants');
    await page.getByText(/user app may call Search on docs: its role reader holds/).waitFor();
    await look('explain');
    await ask('drop_database', '');
    await page.getByRole('heading', { name: /^Refused/ }).waitFor();
    await page.getByText('PrivilegeDropDatabase: permission deny to app').first().waitFor();
    await ask('Serch', '');
    await page.getByRole('alert').getByText('did you mean Search').waitFor();
  });
  await step('the user is given a role, another password, and dropped', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/users/app`);
    await page.getByRole('button', { name: 'Give db_rw' }).click();
    await done('Saved');
    await page.getByRole('button', { name: 'Take db_rw' }).waitFor();
    await look('user');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('heading', { name: 'app has another password' }).waitFor();
    const other = (await page.locator('#plain').textContent()).trim();
    assert.notEqual(run(code, `app:${plain}`).status, 0, 'the old password still works');
    assert.equal(run(code, `app:${other}`).status, 0, 'the new password does not work');
    await page.getByRole('link', { name: 'Open the user' }).click();
    await page.getByLabel('Type app to drop it').fill('app');
    await page.getByRole('button', { name: 'Drop user' }).click();
    await done('Removed');
    assert.notEqual(run(code, `app:${other}`).status, 0, 'the dropped user still works');
    await page.goto(`${control}/console/clusters/${cluster}/roles/reader`);
    await page.getByLabel('Type reader to drop it').fill('reader');
    await page.getByRole('button', { name: 'Drop role' }).click();
    await done('Removed');
  });
  assert.deepEqual(complaints, []);
});
finish();
