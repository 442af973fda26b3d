// Users, roles and grants made with the Node SDK, and what the users then see.

import assert from 'node:assert/strict';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { DIMENSION, done, finish, given, refused, step, vector } from './support.mjs';

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const WRONG_PASSWORD = 'please check username and password are correct';
// Not those of the other stories, so that all can run on one engine.
const LIBRARY = 'shelves';
const ARCHIVE = 'stacks';
const PASSWORD = 'Lovelace-1815';
const OTHER_PASSWORD = 'Analytical-Engine-1';
const { address, admin: token, token: key } = given('address', 'admin', 'token');
const [username, password] = token.split(':');

async function connect(config) {
  const client = new MilvusClient({ address, ...config });
  await client.connectPromise;
  return client;
}

/** The answer's status, which says that it was not done. */
async function failed(answer, code, fragment) {
  const got = await answer;
  const { code: number, reason } = got.status ?? got;
  assert.equal(Number(number), code, reason);
  assert.ok(reason.includes(fragment), reason);
}

async function fill(client, collection_name) {
  await done(
    client.createCollection({
      collection_name,
      consistency_level: 'Strong',
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'vector', data_type: DataType.FloatVector, dim: DIMENSION },
      ],
      index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
    }),
  );
  await done(client.loadCollection({ collection_name }));
  const data = Array.from({ length: 10 }, (_, id) => ({ id, vector: vector(id) }));
  await done(client.insert({ collection_name, data }));
}

const finds = async (client, db_name, collection_name) => {
  const data = vector(3);
  const found = await done(
    client.search({ db_name, collection_name, data, limit: 1, output_fields: ['id'] }),
  );
  assert.equal(Number(found.results[0].id), 3);
};

const lists = async (client, db_name) =>
  (await done(client.showCollections({ db_name }))).data.map(entry => entry.name).sort();

const admin = await connect({ username, password });

await step('two databases with a collection each', async () => {
  for (const [db_name, name] of [
    [LIBRARY, 'books'],
    [ARCHIVE, 'papers'],
  ]) {
    await done(admin.createDatabase({ db_name }));
    // The SDK makes an index in the database of the client, whatever the call names.
    await fill(await connect({ username, password, database: db_name }), name);
  }
});

await step('users, roles, grants and groups', async () => {
  await done(admin.createUser({ username: 'ada', password: PASSWORD }));
  await done(admin.createUser({ username: 'bob', password: PASSWORD }));
  await failed(
    admin.createUser({ username: 'ada', password: PASSWORD }),
    65535,
    'user already exists: ada',
  );
  await failed(
    admin.createUser({ username: 'eve', password: 'short' }),
    1100,
    'invalid password',
  );
  const users = await done(admin.listUsers());
  assert.deepEqual(users.usernames.sort(), ['ada', 'bob', 'db_admin']);
  for (const roleName of ['readers', 'keepers', 'guests'])
    await done(admin.createRole({ roleName }));
  assert.equal((await admin.hasRole({ roleName: 'readers' })).hasRole, true);
  await done(
    admin.grantPrivilegeV2({
      role: 'readers',
      privilege: 'CollectionReadOnly',
      db_name: LIBRARY,
      collection_name: 'books',
    }),
  );
  await done(
    admin.grantPrivilegeV2({
      role: 'keepers',
      privilege: 'CollectionReadWrite',
      db_name: ARCHIVE,
      collection_name: '*',
    }),
  );
  await done(admin.createPrivilegeGroup({ group_name: 'lookers' }));
  const privileges = ['Search', 'DescribeCollection'];
  await done(admin.addPrivilegesToGroup({ group_name: 'lookers', privileges }));
  const { privilege_groups: groups } = await done(admin.listPrivilegeGroups());
  const lookers = groups.find(group => group.group_name === 'lookers');
  assert.deepEqual(
    lookers.privileges.map(one => one.name),
    ['DescribeCollection', 'Search'],
  );
  await done(admin.addUserToRole({ username: 'ada', roleName: 'readers' }));
  await done(admin.addUserToRole({ username: 'bob', roleName: 'keepers' }));
});

await step('what was made is shown', async () => {
  const { results } = await done(admin.describeUser({ username: 'ada' }));
  assert.deepEqual(
    results[0].roles.map(role => role.name),
    ['readers'],
  );
  const { results: roles } = await done(admin.describeRole({ roleName: 'readers' }));
  assert.deepEqual(
    roles[0].users.map(user => user.name),
    ['ada'],
  );
  const { entities } = await done(admin.listGrants({ roleName: 'readers' }));
  assert.equal(entities.length, 1);
  const [{ object, object_name, db_name, grantor }] = entities;
  assert.deepEqual(
    [object.name, object_name, db_name, grantor.user.name, grantor.privilege.name],
    ['Global', 'books', LIBRARY, 'db_admin', 'CollectionReadOnly'],
  );
});

const ada = await connect({ username: 'ada', password: PASSWORD });
const bob = await connect({ username: 'bob', password: PASSWORD });

await step('each user sees its own world', async () => {
  await finds(ada, LIBRARY, 'books');
  await finds(bob, ARCHIVE, 'papers');
  assert.deepEqual(await lists(ada, LIBRARY), ['books']);
  assert.deepEqual(await lists(ada, ARCHIVE), []);
  assert.deepEqual(await lists(bob, ARCHIVE), ['papers']);
  assert.deepEqual((await done(ada.listDatabases())).db_names, [LIBRARY]);
  assert.deepEqual((await done(bob.listDatabases())).db_names, [ARCHIVE]);
  await refused(
    () => finds(ada, ARCHIVE, 'papers'),
    PERMISSION_DENIED,
    'permission deny to ada in the `stacks` database',
  );
  await refused(
    () => finds(bob, LIBRARY, 'books'),
    PERMISSION_DENIED,
    'permission deny to bob in the `shelves` database',
  );
  await refused(
    () => ada.createUser({ username: 'eve', password: PASSWORD }),
    PERMISSION_DENIED,
    'PrivilegeCreateOwnership: permission deny to ada',
  );
});

await step('a grant by a group holds when the call has returned, and its end too', async () => {
  const grant = {
    role: 'guests',
    privilege: 'lookers',
    db_name: ARCHIVE,
    collection_name: 'papers',
  };
  await done(admin.addUserToRole({ username: 'ada', roleName: 'guests' }));
  for (let turn = 0; turn < 10; turn += 1) {
    await done(admin.grantPrivilegeV2(grant));
    await finds(ada, ARCHIVE, 'papers');
    await done(admin.revokePrivilegeV2(grant));
    await refused(() => finds(ada, ARCHIVE, 'papers'), PERMISSION_DENIED);
  }
});

await step('an iterator ends in the middle when the role is taken', async () => {
  const inside = await connect({ username: 'bob', password: PASSWORD, database: ARCHIVE });
  const role = { username: 'bob', roleName: 'keepers' };
  const asked = { collection_name: 'papers', batchSize: 2, expr: 'id >= 0', output_fields: ['id'] };
  const rows = await inside.queryIterator(asked);
  let seen = 0;
  const walk = async () => {
    for await (const batch of rows) {
      seen += batch.length;
      if (seen === 2) await done(admin.removeUserFromRole(role));
    }
  };
  await refused(walk, PERMISSION_DENIED, 'permission deny to bob in the `stacks` database');
  assert.equal(seen, 2);
  await done(admin.addUserToRole(role));
  await finds(inside, ARCHIVE, 'papers');
});

await step('a changed password, a wrong one, and a dropped user', async () => {
  const change = { username: 'ada', oldPassword: PASSWORD, newPassword: OTHER_PASSWORD };
  await done(ada.updateUser(change));
  await refused(() => finds(ada, LIBRARY, 'books'), UNAUTHENTICATED, WRONG_PASSWORD);
  await failed(admin.updateUser(change), 1400, 'old password not correct for ada');
  const again = await connect({ username: 'ada', password: OTHER_PASSWORD });
  await finds(again, LIBRARY, 'books');
  const wrong = new MilvusClient({ address, username: 'ada', password: PASSWORD });
  await refused(
    () => wrong.connectPromise.then(() => wrong.showCollections()),
    UNAUTHENTICATED,
    WRONG_PASSWORD,
  );
  await done(admin.deleteUser({ username: 'bob' }));
  await refused(() => finds(bob, ARCHIVE, 'papers'), UNAUTHENTICATED, WRONG_PASSWORD);
  await done(admin.deleteUser({ username: 'bob' }));
});

await step('a key works next to them', async () => {
  const project = await connect({ token: key });
  await finds(project, LIBRARY, 'books');
  await refused(() => project.listUsers(), PERMISSION_DENIED);
});

await step('a role in use is not dropped', async () => {
  await failed(
    admin.dropRole({ roleName: 'readers' }),
    65535,
    'fail to drop the role that it has privileges',
  );
  await done(admin.dropRole({ roleName: 'guests' }));
});
finish();
