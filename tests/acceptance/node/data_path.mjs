// The essentials of Milvus through the Node SDK and one API key.

import assert from 'node:assert/strict';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { DIMENSION, done, finish, given, step, vector } from './support.mjs';

const NAME = 'node_books';
const ROWS = 200;
// Lite's answers do not say which field is the key, so the SDK shows it only when asked to.
const SHOWN = ['id', 'title'];
const { address, token } = given('address', 'token');

const row = id => ({ id, title: `title ${id}`, year: 1900 + (id % 100), embedding: vector(id) });
const ids = found => found.map(hit => Number(hit.id)).sort((a, b) => a - b);
const range = (start, count) => Array.from({ length: count }, (_, n) => start + n);

async function collection(client) {
  await step('create a collection with a schema and an index', async () => {
    await done(
      client.createCollection({
        collection_name: NAME,
        consistency_level: 'Strong',
        fields: [
          { name: 'id', data_type: DataType.Int64, is_primary_key: true },
          { name: 'title', data_type: DataType.VarChar, max_length: 64 },
          { name: 'year', data_type: DataType.Int64 },
          { name: 'embedding', data_type: DataType.FloatVector, dim: DIMENSION },
        ],
        index_params: [
          {
            field_name: 'embedding',
            index_name: 'embedding',
            index_type: 'FLAT',
            metric_type: 'L2',
          },
        ],
      }),
    );
    await done(client.loadCollection({ collection_name: NAME }));
    assert.equal((await client.hasCollection({ collection_name: NAME })).value, true);
    const described = await done(client.describeCollection({ collection_name: NAME }));
    assert.deepEqual(
      described.schema.fields.map(field => field.name),
      ['id', 'title', 'year', 'embedding'],
    );
    const shown = await done(client.showCollections());
    assert.ok(shown.data.some(entry => entry.name === NAME));
  });
}

async function writesAndReads(client) {
  await step('insert and upsert', async () => {
    const inserted = await done(
      client.insert({ collection_name: NAME, data: range(0, ROWS).map(row) }),
    );
    assert.equal(Number(inserted.insert_cnt), ROWS);
    await done(client.upsert({ collection_name: NAME, data: [{ ...row(3), title: 'changed' }] }));
    const got = await done(
      client.get({ collection_name: NAME, ids: [3], output_fields: ['title'] }),
    );
    assert.equal(got.data[0].title, 'changed');
  });
  await step('search and query', async () => {
    const found = await done(
      client.search({
        collection_name: NAME,
        data: vector(10),
        limit: 5,
        filter: 'id >= 10',
        output_fields: SHOWN,
      }),
    );
    assert.equal(Number(found.results[0].id), 10);
    assert.equal(found.results[0].title, 'title 10');
    const rows = await done(
      client.query({ collection_name: NAME, filter: 'id < 5', output_fields: ['id'] }),
    );
    assert.deepEqual(ids(rows.data), [0, 1, 2, 3, 4]);
    const counted = await done(client.count({ collection_name: NAME }));
    assert.equal(Number(counted.data), ROWS);
  });
  await step('query iterator', async () => {
    const seen = [];
    const pages = await client.queryIterator({
      collection_name: NAME,
      batchSize: 30,
      filter: 'id >= 0',
      output_fields: ['id'],
    });
    for await (const page of pages) seen.push(...page);
    assert.deepEqual(ids(seen), range(0, ROWS));
  });
  await step('200 searches at once', async () => {
    const answers = await Promise.all(
      range(0, ROWS).map(n =>
        done(
          client.search({ collection_name: NAME, data: vector(n), limit: 1, output_fields: SHOWN }),
        ),
      ),
    );
    assert.deepEqual(
      answers.map(answer => Number(answer.results[0].id)),
      range(0, ROWS),
    );
  });
  await step('delete', async () => {
    await done(client.delete({ collection_name: NAME, ids: [190, 191] }));
    const got = await done(client.get({ collection_name: NAME, ids: [190, 191] }));
    assert.deepEqual(got.data, []);
  });
}

async function hybrid(client) {
  await step('hybrid search', async () => {
    const name = 'node_hybrid';
    const field = (name, data_type, more) => ({ name, data_type, ...more });
    const exact = name => ({
      field_name: name,
      index_name: name,
      index_type: 'FLAT',
      metric_type: 'L2',
    });
    await done(
      client.createCollection({
        collection_name: name,
        consistency_level: 'Strong',
        fields: [
          field('id', DataType.Int64, { is_primary_key: true }),
          field('text', DataType.FloatVector, { dim: DIMENSION }),
          field('image', DataType.FloatVector, { dim: DIMENSION }),
        ],
        index_params: [exact('text'), exact('image')],
      }),
    );
    await done(client.loadCollection({ collection_name: name }));
    const data = range(0, 50).map(id => ({ id, text: vector(id), image: vector(id + 1000) }));
    await done(client.insert({ collection_name: name, data }));
    const found = await done(
      client.hybridSearch({
        collection_name: name,
        data: [
          { anns_field: 'text', data: vector(9), params: {} },
          { anns_field: 'image', data: vector(1009), params: {} },
        ],
        limit: 3,
        output_fields: ['id'],
      }),
    );
    assert.equal(Number(found.results[0].id), 9);
    await done(client.dropCollection({ collection_name: name }));
  });
}

async function aroundIt(client) {
  await step('partitions', async () => {
    const partition = { collection_name: NAME, partition_name: 'archive' };
    await done(client.createPartition(partition));
    assert.equal((await client.hasPartition(partition)).value, true);
    await done(client.insert({ ...partition, data: range(1000, 10).map(row) }));
    const found = await done(
      client.search({
        collection_name: NAME,
        data: vector(1004),
        limit: 20,
        partition_names: ['archive'],
        output_fields: SHOWN,
      }),
    );
    assert.deepEqual(ids(found.results), range(1000, 10));
    await done(client.releaseCollection({ collection_name: NAME }));
    await done(client.dropPartition(partition));
    await done(client.loadCollection({ collection_name: NAME }));
  });
  await step('aliases', async () => {
    await done(client.createAlias({ collection_name: NAME, alias: 'node_alias' }));
    const listed = await done(client.listAliases({ collection_name: NAME }));
    assert.deepEqual(listed.aliases, ['node_alias']);
    const got = await done(
      client.get({ collection_name: 'node_alias', ids: [1], output_fields: ['title'] }),
    );
    assert.equal(got.data[0].title, 'title 1');
    await done(client.dropAlias({ alias: 'node_alias' }));
  });
  await step('indexes, flush, statistics', async () => {
    const described = await done(client.describeIndex({ collection_name: NAME }));
    assert.equal(described.index_descriptions[0].field_name, 'embedding');
    await done(client.flushSync({ collection_names: [NAME] }));
    const statistics = await done(client.getCollectionStatistics({ collection_name: NAME }));
    assert.ok(Number(statistics.data.row_count) > 0, JSON.stringify(statistics.data));
    const version = await done(client.getVersion());
    assert.ok(version.version.length > 0);
  });
  await step('databases', async () => {
    await done(client.createDatabase({ db_name: 'node_library' }));
    const other = new MilvusClient({ address, token, database: 'node_library' });
    await other.connectPromise;
    assert.deepEqual((await done(other.showCollections())).data, []);
    await other.closeConnection();
    await done(client.dropDatabase({ db_name: 'node_library' }));
    assert.ok(!(await done(client.listDatabases())).db_names.includes('node_library'));
  });
  await step('rename and drop', async () => {
    await done(
      client.renameCollection({ collection_name: NAME, new_collection_name: 'node_renamed' }),
    );
    await done(client.dropCollection({ collection_name: 'node_renamed' }));
    assert.equal((await client.hasCollection({ collection_name: 'node_renamed' })).value, false);
  });
}

const client = new MilvusClient({ address, token });
await step('connect', () => client.connectPromise);
await collection(client);
await writesAndReads(client);
await hybrid(client);
await aroundIt(client);
await client.closeConnection();
finish();
