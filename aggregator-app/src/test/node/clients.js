// Runs the statements on standard input ({title: statement}) by the clients that are given a URL, and prints what each of them got:
// {client: {title: [row, …]}}. The first thing that is not as the clients expect it ends this with an exit code.
const assert = require('node:assert');
const KsqldbJs = require('ksqldb-js');
const KsqldbClient = require('ksqldb-client');

const url = new URL(process.argv[2]);

async function ksqldbJs(statements) {
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

// Over HTTP/2 alone.
async function ksqldbClient(statements) {
  const client = new KsqldbClient({ host: `${url.protocol}//${url.hostname}`, port: url.port });
  await client.connect();
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

async function main() {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const statements = JSON.parse(input);
  const got = { 'ksqldb-js': await ksqldbJs(statements), 'ksqldb-client': await ksqldbClient(statements) };
  process.stdout.write(JSON.stringify(got));
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
