// An owner shapes everything there is: keys in every form, the whitelist, clusters, settings.

import assert from 'node:assert/strict';
import { finish, given, inspect, signIn, step, visitor, withBrowser } from './support.mjs';

const { browser: program, control, email, password, project, cluster } = given(
  'browser',
  'control',
  'email',
  'password',
  'project',
  'cluster',
);
const pictures = process.env.KEYWARD_TEST_PICTURES;

await withBrowser(program, async browser => {
  const { page, complaints } = await visitor(browser);
  const look = name => inspect(page, name, pictures);
  const done = text => page.getByRole('status').filter({ hasText: text }).waitFor();
  const refused = text => page.getByRole('alert').filter({ hasText: text }).waitFor();
  await signIn(page, control, email, password);
  const members = page.getByRole('link', { name: 'Members' });
  const organization = (await members.getAttribute('href')).match(/org-\w+/)[0];

  await step('a key is made with everything a key can have', async () => {
    await page.goto(`${control}/console/projects/${project}/keys/new`);
    await page.getByLabel('Name', { exact: true }).fill('narrow');
    await page.getByRole('radio', { name: /^Only these/ }).check();
    await page.getByRole('checkbox', { name: 'quickstart' }).check();
    await page.getByText('Narrow it to some data').click();
    await page.getByRole('textbox', { name: /^Collections/ }).fill('docs_*\nnews');
    await page.getByLabel('CollectionReadOnly').check();
    await page.getByLabel('Single privileges').fill('Serch');
    await page.getByText('Bound its use').click();
    await page.getByLabel('Used from these addresses only').fill('127.0.0.1 ::1');
    await page.getByLabel('At most so many calls a second').fill('50');
    await page.getByLabel('May manage keys').check();
    await page.getByLabel('Up to and including a day').check();
    await page.getByLabel('Last day').fill('2035-01-31');
    await look('create-all');
    await page.getByRole('button', { name: 'Create key' }).click();
    await refused('"Serch"');
    const wanted = page.getByRole('textbox', { name: /^Collections/ });
    assert.equal(await wanted.inputValue(), 'docs_*\nnews');
    await page.getByLabel('Single privileges').fill('Insert');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Key narrow works now' }).waitFor();
    await page.getByRole('link', { name: 'Open the key' }).click();
    const text = await page.locator('dl').textContent();
    for (const part of ['quickstart', 'docs_*, news', 'Insert', '127.0.0.1', '50 calls a second',
      '2035-01-31 23:59', 'Manages keys']) assert.ok(text.includes(part), part);
    await look('key-all');
  });
  await step('it is edited', async () => {
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Name', { exact: true }).fill('wider');
    const present = page.getByRole('textbox', { name: /^Collections/ });
    assert.equal(await present.inputValue(), 'docs_*\nnews');
    await page.getByRole('textbox', { name: /^Collections/ }).fill('docs_*');
    await page.getByLabel('Used from these addresses only').fill('');
    await page.getByRole('radio', { name: 'Until it is deleted' }).check();
    await look('edit');
    await page.getByRole('button', { name: 'Save' }).click();
    await done('Saved');
    const text = await page.locator('dl').textContent();
    assert.ok(!text.includes('news') && !text.includes('2035') && !text.includes('127.0.0.1'));
  });
  await step('it is rotated, and both work for a while', async () => {
    await page.getByRole('link', { name: 'Rotate' }).click();
    await look('rotate');
    await page.getByLabel('Both work for').selectOption('An hour');
    await page.getByRole('button', { name: 'Rotate key' }).click();
    await page.getByRole('heading', { name: 'wider has a new key' }).waitFor();
    assert.match((await page.locator('#key').textContent()).trim(), /^kw_[0-9A-Za-z]{51}$/);
    await look('rotated');
    await page.getByRole('link', { name: 'Open the old one' }).click();
    await page.getByText('replaced by').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Rotate' }).count(), 0);
  });
  await step('the list of keys is searched, narrowed and ordered', async () => {
    const rows = () => page.locator('tbody tr').count();
    await page.goto(`${control}/console/projects/${project}/keys`);
    assert.equal(await rows(), 3);
    await look('keys-many');
    await page.getByLabel('State').selectOption('Rotated');
    await page.getByRole('button', { name: 'Search' }).click();
    assert.equal(await rows(), 1);
    await page.goto(`${control}/console/projects/${project}/keys?role=Admin&sort=name`);
    await page.getByText('default').first().waitFor();
    assert.equal(await rows(), 1);
    await page.goto(`${control}/console/projects/${project}/keys?search=nothing+has+this`);
    await page.getByRole('heading', { name: 'No key fits' }).waitFor();
    await page.goto(`${control}/console/projects/${project}/keys?page=99&sort=nonsense&role=x`);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
  });
  await step('a personal key is made and deleted', async () => {
    await page.goto(`${control}/console/account`);
    await page.getByRole('link', { name: 'Personal API keys' }).click();
    await look('personal-keys');
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Key laptop works now' }).waitFor();
    await page.getByRole('link', { name: 'Open the key' }).click();
    await page.getByRole('link', { name: 'Delete' }).click();
    await page.getByLabel('Type laptop to delete it').fill('laptop');
    await page.getByRole('button', { name: 'Delete key' }).click();
    await page.getByRole('heading', { name: 'laptop is dead' }).waitFor();
  });
  await step('the whitelist asks before it keeps its owner out', async () => {
    await page.goto(`${control}/console/projects/${project}/whitelist`);
    await look('whitelist-empty');
    await page.getByLabel('Address or block').fill('not an address');
    await page.getByRole('button', { name: 'Add entry' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Address or block').fill('203.0.113.0/24');
    await page.getByRole('button', { name: 'Add entry' }).click();
    await refused('keep your own address out');
    await look('whitelist-question');
    await page.getByLabel(/Keep my own address/).check();
    await page.getByRole('button', { name: 'Add entry' }).click();
    await done('Added');
    await page.getByText('Kept out').waitFor();
    await look('whitelist');
    await page.getByRole('button', { name: 'Remove 203.0.113.0/24' }).click();
    await done('Removed');
    await page.getByText('Let in', { exact: true }).waitFor();
  });
  await step('a project and a cluster are made', async () => {
    await page.goto(`${control}/console/organizations/${organization}/projects/new`);
    await look('new-project');
    await page.getByLabel('Name').fill('second');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'No cluster yet' }).waitFor();
    await look('project-empty');
    await page.getByRole('main').getByRole('link', { name: 'Add a cluster' }).click();
    await look('new-cluster');
    await page.getByLabel('Name').fill('elsewhere');
    await page.getByLabel('Its address').fill('ftp://nowhere');
    await page.getByRole('button', { name: 'Add cluster' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Its address').fill('http://127.0.0.1:9');
    await page.getByRole('button', { name: 'Add cluster' }).click();
    await page.getByRole('heading', { name: 'elsewhere is added' }).waitFor();
    await look('cluster-made');
    await page.getByRole('link', { name: 'Open the cluster' }).click();
    await page.getByRole('heading', { name: /^elsewhere/ }).waitFor();
    await look('cluster-abnormal');
  });
  await step('it is renamed and detached, and its project deleted', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name', { exact: true }).fill('there');
    await page.getByRole('button', { name: 'Save' }).click();
    await done('Saved');
    await look('cluster-settings');
    await page.getByLabel('Type there to detach it').fill('there');
    await page.getByRole('button', { name: 'Detach cluster' }).click();
    await page.getByRole('heading', { name: 'there is detached' }).waitFor();
    await look('detached');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name of the project').fill('third');
    await page.getByRole('button', { name: 'Rename' }).click();
    await done('Renamed');
    await look('project-settings');
    await page.getByLabel('Type third to delete it').fill('third');
    await page.getByRole('button', { name: 'Delete project' }).click();
    await done('The project is deleted');
  });
  await step('a cluster is suspended and resumed', async () => {
    await page.goto(`${control}/console/clusters/${cluster}/settings`);
    await page.getByRole('button', { name: 'Suspend the cluster' }).click();
    await done('Suspended');
    await page.getByRole('button', { name: 'Resume the cluster' }).click();
    await done('Resumed');
  });
  await step('the organization is renamed, and shows keys once', async () => {
    await page.goto(`${control}/console/organizations/${organization}/settings`);
    await look('settings');
    await page.getByLabel('Name of the organization').fill('Acme & Sons');
    await page.getByRole('button', { name: 'Rename' }).click();
    await done('Renamed');
    await page.getByLabel('New keys work for so many days').fill('0');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('New keys work for so many days').fill('30');
    await page.getByLabel('Show keys once').check();
    await page.getByLabel('Revoke reported keys').uncheck();
    await page.getByRole('button', { name: 'Save settings' }).click();
    await done('Saved');
    assert.ok(!(await page.getByLabel('Revoke reported keys').isChecked()));
    await page.goto(`${control}/console/projects/${project}/keys/new`);
    await page.getByText('As the organization has it: 30 days').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('once');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('It is shown this once').waitFor();
    await page.getByRole('link', { name: 'Open the key' }).click();
    await page.getByText('shows keys once').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show the key' }).count(), 0);
  });
  await step('the audit trail is narrowed, shows what changed, and is exported', async () => {
    await page.goto(`${control}/console/organizations/${organization}/audit`);
    await page.getByLabel('Act', { exact: true }).selectOption('key: update');
    await page.getByRole('button', { name: 'Search' }).click();
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.getByText('Before and after').click();
    await page.locator('.changes li', { hasText: 'name' }).filter({ hasText: 'wider' }).waitFor();
    await look('audit-change');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    const lines = [];
    for await (const chunk of await download.createReadStream()) lines.push(chunk);
    const records = Buffer.concat(lines).toString().trim().split('\n').map(JSON.parse);
    assert.deepEqual(records.map(record => record.action), ['key.update']);
    await page.goto(`${control}/console/organizations/${organization}/audit?search=nothing+so`);
    await page.getByRole('heading', { name: 'No record fits' }).waitFor();
  });
  assert.deepEqual(complaints, []);
});
finish();
