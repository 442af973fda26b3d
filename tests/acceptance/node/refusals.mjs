// What the Node SDK shows to callers whose key is missing, wrong, too weak or deleted.

import assert from 'node:assert/strict';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { DIMENSION, done, finish, given, refused, step, vector } from './support.mjs';

const NAME = 'node_refused';
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const WRONG_KEY = 'auth check failure, please check api key is correct';
const { address, token, control, personal, project } = given(
  'address',
  'token',
  'control',
  'personal',
  'project',
);

async function manage(method, path, body) {
  const answer = await fetch(`${control}${path}`, {
    method,
    headers: { authorization: `Bearer ${personal}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const { code, data, message } = await answer.json();
  assert.equal(code, 0, message);
  return data;
}

const makeKey = (name, role) =>
  manage('POST', '/v2/apiKeys', {
    name,
    orgRole: 'Member',
    projects: [{ projectId: project, role, allCluster: true }],
  });

for (const [title, config, text] of [
  ['no key', {}, 'missing authorization in header'],
  ['a wrong key', { token: 'garbage' }, WRONG_KEY],
  [
    'a user that does not exist',
    { username: 'nobody', password: 'Password1!' },
    'username and password',
  ],
]) {
  await step(`refused: ${title}`, async () => {
    const stranger = new MilvusClient({ address, ...config });
    const connected = stranger.connectPromise.then(() => stranger.showCollections());
    await refused(() => connected, UNAUTHENTICATED, text);
  });
}

const writer = new MilvusClient({ address, token });
await writer.connectPromise;
await done(
  writer.createCollection({
    collection_name: NAME,
    consistency_level: 'Strong',
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'vector', data_type: DataType.FloatVector, dim: DIMENSION },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  }),
);
await done(writer.loadCollection({ collection_name: NAME }));
await done(writer.insert({ collection_name: NAME, data: [{ id: 1, vector: vector(1) }] }));

const { apiKeyId, apiKey } = await makeKey('node-reader', 'Read-Only');
const reader = new MilvusClient({ address, token: apiKey });
await reader.connectPromise;
await step('a Read-Only key may search and not insert', async () => {
  const found = await done(
    reader.search({ collection_name: NAME, data: vector(1), limit: 1, output_fields: ['id'] }),
  );
  assert.equal(Number(found.results[0].id), 1);
  const insert = () =>
    reader.insert({ collection_name: NAME, data: [{ id: 2, vector: vector(2) }] });
  await refused(insert, PERMISSION_DENIED, 'PrivilegeInsert: permission deny to', apiKeyId);
});
await step('users and roles are refused', async () => {
  await refused(
    () => writer.createUser({ username: 'ada', password: 'Password1!' }),
    PERMISSION_DENIED,
  );
  await refused(() => writer.listRoles(), PERMISSION_DENIED);
});
await step('a deleted key is refused as soon as its delete has answered', async () => {
  const search = () =>
    reader.search({ collection_name: NAME, data: vector(1), limit: 1, output_fields: ['id'] });
  await done(search());
  await manage('DELETE', `/v2/apiKeys/${apiKeyId}`);
  await refused(search, UNAUTHENTICATED, WRONG_KEY);
  await done(
    writer.search({ collection_name: NAME, data: vector(1), limit: 1, output_fields: ['id'] }),
  );
});
await done(writer.dropCollection({ collection_name: NAME }));
finish();
