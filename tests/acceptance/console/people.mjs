// The first owner chooses a password and adds a second factor, invites a member and a bystander,
// and each of them meets what is not theirs.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import {
  finish, given, inspect, signIn, step, visitor, walkByKeyboard, withBrowser,
} from './support.mjs';

const { browser: program, control, first, email, project, cluster } = given(
  'browser',
  'control',
  'first',
  'email',
  'project',
  'cluster',
);
const pictures = process.env.KEYWARD_TEST_PICTURES;
const OWN = 'three violins in the cellar';
const THEIRS = 'nine green umbrellas waiting';

/** The code of RFC 6238 that an authenticator app shows. */
function code(secret, now = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map(letter => {
    const value = letters.indexOf(letter.toUpperCase());
    assert.ok(value >= 0, 'the secret is not in base32');
    return value.toString(2).padStart(5, '0');
  });
  const bytes = bits.join('').match(/.{8}/g).map(byte => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Invites somebody and answers with the link. */
async function invite(page, organization, whom, withProject) {
  await page.goto(`${control}/console/organizations/${organization}/invitations`);
  await page.getByLabel('E-mail address').fill(whom);
  if (withProject) {
    await page.getByText('Add them to a project at once').click();
    await page.getByLabel('Project', { exact: true }).selectOption(project);
  }
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('heading', { name: `${whom} is invited` }).waitFor();
  return (await page.locator('#link').textContent()).trim();
}

/** Joins with the link, as somebody new. */
async function join(page, link, name) {
  await page.goto(link);
  assert.ok(!page.url().includes('kwi_'), 'the token stays in the address');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Choose a password').fill(THEIRS);
}

await withBrowser(program, async browser => {
  const { page, context, complaints } = await visitor(browser);
  const look = name => inspect(page, name, pictures);
  let organization;

  await step('whoever forgot a password is told whom to ask, without letters', async () => {
    await page.goto(`${control}/console/sign-in`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByText('Ask an owner of your organization').waitFor();
    assert.equal(await page.getByRole('button').count(), 0, 'there is nothing to send');
    await look('forgotten');
  });

  await step('the first link lets the owner choose a password, once', async () => {
    await page.goto(first);
    assert.ok(!page.url().includes('kwr_'), 'the token stays in the address');
    await look('password');
    await page.getByLabel('New password').fill(OWN);
    await page.getByLabel('The same once more').fill('something else altogether');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('New password').fill(OWN);
    await page.getByLabel('The same once more').fill(OWN);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    const again = await visitor(browser);
    await again.page.goto(first);
    await again.page.getByLabel('New password').fill(OWN);
    await again.page.getByLabel('The same once more').fill(OWN);
    await again.page.getByRole('button', { name: 'Set password' }).click();
    await again.page.getByRole('alert').filter({ hasText: 'was used already' }).waitFor();
    await again.context.close();
  });
  await step('an authenticator app is added, and asked for', async () => {
    await page.goto(`${control}/console/account`);
    await look('account');
    await page.getByLabel('Your password').fill(OWN);
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const secret = (await page.locator('#secret').textContent()).trim();
    await look('enrol');
    await page.getByLabel('Six digits').fill('12345');
    await page.getByRole('button', { name: 'Turn the second factor on' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Six digits').fill(code(secret));
    await page.getByRole('button', { name: 'Turn the second factor on' }).click();
    await page.getByRole('heading', { name: 'The second factor is on' }).waitFor();
    const codes = (await page.locator('#codes').textContent()).trim().split('\n');
    assert.equal(codes.length, 10);
    await look('codes');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(OWN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'second factor' }).waitFor();
    await page.getByLabel('Password').fill(OWN);
    await page.getByLabel(/authenticator app/).fill(codes[0]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await page.goto(`${control}/console/account`);
    await page.getByText('9 recovery codes are left').waitFor();
    await look('account-second');
    await page.getByText('Turn it off').click();
    await page.getByLabel('Code of the app, or a recovery code').fill(codes[1]);
    await page.getByRole('button', { name: 'Turn the second factor off' }).click();
    await page.getByRole('status').filter({ hasText: 'second factor is off' }).waitFor();
  });
  await step('name and password are changed', async () => {
    await page.getByLabel('What others see').fill('Ada <Owner>');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('status').filter({ hasText: 'Renamed' }).waitFor();
    await page.getByLabel('Present password').fill('not this one at all');
    await page.getByLabel('New password').fill(THEIRS);
    await page.getByLabel('The new one once more').fill(THEIRS);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').waitFor();
  });
  await step('another session is seen and ended', async () => {
    const other = await visitor(browser);
    await signIn(other.page, control, email, OWN);
    await page.goto(`${control}/console/account`);
    assert.equal(await page.locator('tbody tr').count(), 2);
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('status').filter({ hasText: 'Ended' }).waitFor();
    await other.page.reload();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context.close();
  });

  const member = await visitor(browser);
  const bystander = await visitor(browser);
  await step('a member and a bystander are invited and join', async () => {
    await page.goto(`${control}/console/`);
    const members = page.getByRole('link', { name: 'Members' });
    organization = (await members.getAttribute('href')).match(/org-\w+/)[0];
    const link = await invite(page, organization, 'member@example.com', true);
    await look('invited');
    await page.goto(`${control}/console/organizations/${organization}/invitations`);
    await look('invitations');
    await join(member.page, link, 'Mira');
    await inspect(member.page, 'invitation', pictures);
    await member.page.getByLabel('Choose a password').fill('short');
    await member.page.locator('form').last().evaluate(form => { form.noValidate = true; });
    await member.page.getByRole('button', { name: /join/ }).click();
    await member.page.getByRole('alert').waitFor();
    await member.page.getByLabel('Choose a password').fill(THEIRS);
    await member.page.getByRole('button', { name: /join/ }).click();
    await member.page.getByRole('heading', { name: 'Projects' }).waitFor();
    await inspect(member.page, 'projects-member', pictures);
    assert.equal(await member.page.getByRole('link', { name: 'Create project' }).count(), 0);
    await member.page.goto(`${control}/console/projects/${project}`);
    const tabs = member.page.getByRole('navigation', { name: 'Project' }).getByRole('link');
    assert.deepEqual(await tabs.allTextContents(), ['Overview', 'Members', 'Usage']);
    assert.equal(await member.page.getByRole('link', { name: 'Create API key' }).count(), 0);
    const keys = await member.page.goto(`${control}/console/projects/${project}/keys`);
    assert.equal(keys.status(), 403);
    await inspect(member.page, 'forbidden', pictures);
    const other = await invite(page, organization, 'bystander@example.com', false);
    await join(bystander.page, other, 'Ben');
    await bystander.page.getByRole('button', { name: /join/ }).click();
    await bystander.page.getByText('You are not a member of any project here').waitFor();
    await bystander.page.goto(other);
    await bystander.page.getByText('You are signed in as').waitFor();
    await bystander.page.getByRole('button', { name: 'Join' }).click();
    await bystander.page.getByRole('alert').filter({ hasText: 'no such invitation' }).waitFor();
  });
  await step('an invitation is taken back', async () => {
    const link = await invite(page, organization, 'nobody@example.com', false);
    await page.goto(`${control}/console/organizations/${organization}/invitations`);
    await page.getByRole('button', { name: /Take back.*nobody/ }).click();
    await page.getByRole('status').waitFor();
    const late = await visitor(browser);
    await join(late.page, link, 'Nobody');
    await late.page.getByRole('button', { name: /join/ }).click();
    await late.page.getByRole('alert').filter({ hasText: 'no such invitation' }).waitFor();
    await late.context.close();
  });

  await step('nobody sees or does what is not theirs', async () => {
    await page.goto(`${control}/console/projects/${project}/keys`);
    const link = page.locator('tbody th a').first();
    const key = (await link.getAttribute('href')).match(/key-\w+/)[0];
    const owners = [
      `/organizations/${organization}/projects/new`,
      `/organizations/${organization}/settings`,
      `/organizations/${organization}/usage`,
      `/organizations/${organization}/audit`,
      `/organizations/${organization}/audit/export`,
    ];
    const managers = [
      `/projects/${project}/keys`,
      `/projects/${project}/keys/new`,
      `/projects/${project}/clusters/new`,
      `/projects/${project}/whitelist`,
      `/projects/${project}/settings`,
      `/keys/${key}`,
      `/keys/${key}/edit`,
      `/keys/${key}/rotate`,
      `/keys/${key}/usage`,
      `/keys/${key}/delete`,
      `/clusters/${cluster}/settings`,
      `/clusters/${cluster}/users`,
      `/clusters/${cluster}/users/db_admin`,
      `/clusters/${cluster}/roles`,
      `/clusters/${cluster}/roles/db_ro`,
    ];
    const members = [
      `/projects/${project}`,
      `/projects/${project}/members`,
      `/projects/${project}/usage`,
      `/clusters/${cluster}`,
      `/clusters/${cluster}/connect`,
      `/clusters/${cluster}/usage`,
    ];
    const everybodys = [
      `/organizations/${organization}`,
      `/organizations/${organization}/members`,
      `/organizations/${organization}/invitations`,
      `/organizations/${organization}/personal-keys`,
      '/account',
    ];
    const get = async ({ context: whose }, path) => {
      const answer = await whose.request.get(`${control}/console${path}`, { maxRedirects: 0 });
      return answer.status();
    };
    const owner = { context };
    for (const path of [...owners, ...managers, ...members, ...everybodys]) {
      assert.equal(await get(owner, path), 200, `owner ${path}`);
    }
    for (const path of [...owners, ...managers]) {
      assert.equal(await get(member, path), 403, `member ${path}`);
    }
    for (const path of [...members, ...everybodys]) {
      assert.equal(await get(member, path), 200, `member ${path}`);
    }
    for (const path of owners) assert.equal(await get(bystander, path), 403, `bystander ${path}`);
    for (const path of [...managers, ...members]) {
      assert.equal(await get(bystander, path), 404, `bystander ${path}`);
    }
    for (const path of everybodys) {
      assert.equal(await get(bystander, path), 200, `bystander ${path}`);
    }
    await deeds(member, bystander, key);
  });

  /** Every form, sent by whoever may not, with the token of their own session. */
  async function deeds(member, bystander, key) {
    await page.goto(`${control}/console/account`);
    const user = (await page.content()).match(/user-\w+/)[0];
    const ofOrganization = [
      ['projects/new', { name: 'mine' }],
      ['settings', { show_once: 'yes' }],
      ['settings/name', { name: 'Mine' }],
      [`members/${user}/role`, { role: 'Member' }],
      [`members/${user}/remove`, { meant: 'yes' }],
      [`members/${user}/reset`, {}],
      ['invitations', { email: 'x@example.com', role: 'Owner' }],
    ].map(([path, fields]) => [`/organizations/${organization}/${path}`, fields]);
    const ofProject = [
      [`/projects/${project}/clusters/new`, { name: 'mine', engine: 'attached', uri: 'http://x:1' }],
      [`/projects/${project}/keys/new`, { name: 'mine', role: 'Admin', scope: 'all' }],
      [`/projects/${project}/members`, { user, role: 'Owner' }],
      [`/projects/${project}/whitelist`, { cidr: '203.0.113.1' }],
      [`/projects/${project}/settings/name`, { name: 'mine' }],
      [`/projects/${project}/settings/delete`, { name: 'default', detach: 'yes' }],
      [`/keys/${key}/view`, {}],
      [`/keys/${key}/edit`, { name: 'mine', role: 'Admin', scope: 'all' }],
      [`/keys/${key}/rotate`, { overlap: '0' }],
      [`/keys/${key}/disable`, {}],
      [`/keys/${key}/enable`, {}],
      [`/keys/${key}/delete`, { name: 'default' }],
      [`/clusters/${cluster}/settings`, { name: 'mine' }],
      [`/clusters/${cluster}/suspend`, {}],
      [`/clusters/${cluster}/resume`, {}],
      [`/clusters/${cluster}/detach`, { name: 'quickstart' }],
      [`/clusters/${cluster}/users`, { name: 'mine' }],
      [`/clusters/${cluster}/users/db_admin/role`, { role: 'db_ro', give: 'yes' }],
      [`/clusters/${cluster}/users/db_admin/password`, {}],
      [`/clusters/${cluster}/users/db_admin/delete`, { name: 'db_admin' }],
      [`/clusters/${cluster}/roles`, { name: 'mine' }],
      [`/clusters/${cluster}/roles/db_ro/grant`, { what: 'Search' }],
      [`/clusters/${cluster}/roles/db_ro/delete`, { name: 'db_ro' }],
    ];
    const both = [['member', member, 403], ['bystander', bystander, 404]];
    for (const [who, whose, ofProjects] of both) {
      await whose.page.goto(`${control}/console/account`);
      const token = await whose.page.locator('input[name=form_token]').first().inputValue();
      const post = async (path, fields) => {
        const form = { form_token: token, ...fields };
        const address = `${control}/console${path}`;
        return (await whose.context.request.post(address, { form, maxRedirects: 0 })).status();
      };
      for (const [path, fields] of ofOrganization) {
        assert.equal(await post(path, fields), 403, `${who} ${path}`);
      }
      for (const [path, fields] of ofProject) {
        assert.equal(await post(path, fields), ofProjects, `${who} ${path}`);
      }
    }
    await page.goto(`${control}/console/projects/${project}/keys`);
    assert.ok(!(await page.content()).includes('mine'));
  }

  await step('members are given roles and removed', async () => {
    await page.goto(`${control}/console/projects/${project}/members`);
    await look('project-members');
    await page.getByLabel('Member of the organization').selectOption('bystander@example.com');
    await page.getByRole('button', { name: 'Add member' }).click();
    await page.getByRole('status').waitFor();
    await page.getByLabel('Role of Ben', { exact: true }).selectOption('Owner');
    await page.getByRole('button', { name: 'Set the role of Ben' }).click();
    await page.getByRole('status').waitFor();
    await bystander.page.goto(`${control}/console/projects/${project}/keys`);
    await bystander.page.getByRole('heading', { name: 'API keys' }).waitFor();
    await page.getByRole('button', { name: 'Remove Ben' }).click();
    await page.getByRole('status').waitFor();
    assert.equal((await bystander.page.reload()).status(), 404);
    await page.goto(`${control}/console/organizations/${organization}/members`);
    await look('members');
    const ben = page.getByRole('row', { name: /Ben/ });
    await ben.getByText('Reset password of Ben').click();
    await ben.getByRole('button', { name: 'Make a link' }).click();
    await page.getByRole('heading', { name: 'Pass this link on' }).waitFor();
    await look('reset');
    const fresh = await visitor(browser);
    await fresh.page.goto((await page.locator('#link').textContent()).trim());
    await fresh.page.getByLabel('New password').fill(OWN);
    await fresh.page.getByLabel('The same once more').fill(OWN);
    await fresh.page.getByRole('button', { name: 'Set password' }).click();
    await fresh.page.getByText('You are not a member of any project here').waitFor();
    await fresh.context.close();
    await signIn(bystander.page, control, 'bystander@example.com', OWN);
    await page.goto(`${control}/console/organizations/${organization}/members`);
    await page.getByText('Remove Ben').first().click();
    await page.getByRole('row', { name: /Ben/ }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Remove Ben' }).click();
    await page.getByRole('status').waitFor();
    await bystander.page.goto(`${control}/console/`);
    await bystander.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('row', { name: /You/ }).getByText('Leave').first().click();
    await page.getByRole('row', { name: /You/ }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Leave the organization' }).click();
    await page.getByRole('alert').filter({ hasText: 'last owner' }).waitFor();
  });
  await step('one of many projects is found, and named in an invitation', async () => {
    const home = `${control}/console/organizations/${organization}`;
    await page.goto(`${home}/projects/new`);
    const form_token = await page.locator('input[name=form_token]').last().inputValue();
    for (let number = 1; number <= 60; number += 1) {
      const form = { form_token, name: `project-${number}` };
      const made = await context.request.post(`${home}/projects/new`, { form, maxRedirects: 0 });
      assert.equal(made.status(), 303);
    }
    await page.goto(home);
    await look('projects-many');
    await walkByKeyboard(page, 'projects');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('Page 2 of 2').waitFor();
    await page.getByLabel('Search name or id').fill('project-6');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Page 1 of 1 · 2 in all').waitFor();
    await look('projects-found');
    await page.goto(`${home}/invitations`);
    await page.getByLabel('E-mail address').fill('carl@example.com');
    await page.getByText('Add them to a project at once').click();
    await page.getByRole('combobox', { name: 'Project', exact: true }).fill('project-0');
    await look('invitations-many');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('alert').filter({ hasText: 'no project project-0' }).waitFor();
    assert.match(await page.title(), /^Refused: /);
    assert.ok(await page.locator('.refusal').evaluate(one => one === document.activeElement));
    await look('invitations-refused');
    await page.getByRole('combobox', { name: 'Project', exact: true }).fill('project-6');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('heading', { name: 'carl@example.com is invited' }).waitFor();
  });
  assert.deepEqual(complaints, []);
});
finish();
