// Clients of ksqlDB at a URL. "pull": runs the statements on standard input ({title: statement}) and prints what each of the clients
// got: {client: {title: [row, …]}}. "push": takes changes as they come. The first thing that is not as a client expects it ends this
// with an exit code.
const assert = require('node:assert');
const KsqldbJs = require('ksqldb-js');
const KsqldbClient = require('ksqldb-client');

const url = new URL(process.argv[2]);

// With "push" the caller sends calls of this organization all the while.
const CHANGES = "SELECT organization, requests FROM USAGE_1M WHERE organization = 'pushed-to-node' EMIT CHANGES;";

function assertPushed([organization, requests]) {
  assert.equal(organization, 'pushed-to-node');
  assert.ok(requests >= 1);
}

async function pullByKsqldbJs(statements) {
  const client = new KsqldbJs({ ksqldbURL: url.origin });
  const got = {};
  for (const [title, statement] of Object.entries(statements)) {
    const [metadata, ...rows] = await client.pull(statement);
    assert.equal(metadata.columnNames.length, metadata.columnTypes.length);
    got[title] = rows;
  }
  await assert.rejects(client.pull('SELECT nothing FROM USAGE_1D;'), { name: 'ksqlDBError', error_code: 40001 });
  const { tables } = await client.ksql('LIST TABLES;');
  assert.ok(tables.some(({ name }) => name === 'USAGE_1M'));
  assert.equal((await client.inspectServerInfo()).data.KsqlServerInfo.serverStatus, 'RUNNING');
  assert.equal((await client.inspectServerHealth()).data.isHealthy, true);
  return got;
}

async function pushByKsqldbJs() {
  const client = new KsqldbJs({ ksqldbURL: url.origin });
  const elements = [];
  let rowCame;
  const row = new Promise(resolve => (rowCame = resolve));
  const queryId = await client.push(CHANGES, element => {
    elements.push(JSON.parse(element));
    if (elements.length === 2) rowCame(elements[1]);
  });
  assert.deepEqual(elements[0].columnNames, ['ORGANIZATION', 'REQUESTS']);
  assertPushed(await row);
  assert.equal((await client.terminate(queryId)).wasTerminated, true);
  await assert.rejects(client.terminate(queryId), { error_code: 40001 });
}

// Over HTTP/2 alone.
async function connectedKsqldbClient() {
  const client = new KsqldbClient({ host: `${url.protocol}//${url.hostname}`, port: url.port });
  await client.connect();
  return client;
}

async function pullByKsqldbClient(statements) {
  const client = await connectedKsqldbClient();
  const got = {};
  for (const [title, statement] of Object.entries(statements)) {
    const { status, error, data } = await client.query(statement);
    assert.equal(status, 200, `${title}: ${JSON.stringify(error)}`);
    got[title] = data.rows.map(row => data.metadata.columnNames.map(name => row[name]));
  }
  const { status, error } = await client.query('SELECT nothing FROM USAGE_1D;');
  assert.deepEqual([status, error.error_code], [400, 40001]);
  assert.ok((await client.listTables()).some(({ name }) => name === 'USAGE_1M'));
  assert.deepEqual(await client.listStreams(), []);
  assert.equal((await client.describeSource('USAGE_1M')).name, 'USAGE_1M');
  await client.disconnect();
  return got;
}

async function pushByKsqldbClient() {
  const client = await connectedKsqldbClient();
  const rows = [];
  const ended = await client.streamQuery(CHANGES, ({ metadata, rows: more = [] }) => {
    if (rows.length === 0 && more.length > 0) client.terminatePushQuery(metadata.queryId);
    rows.push(...more);
  });
  assert.equal(ended.status, 200);
  assertPushed(Object.values(rows[0]));
  await client.disconnect();
}

async function pull() {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const statements = JSON.parse(input);
  process.stdout.write(JSON.stringify({
    'ksqldb-js': await pullByKsqldbJs(statements),
    'ksqldb-client': await pullByKsqldbClient(statements),
  }));
}

async function push() {
  await pushByKsqldbJs();
  await pushByKsqldbClient();
}

({ pull, push })[process.argv[3]]().catch(error => {
  console.error(error);
  process.exit(1);
});
