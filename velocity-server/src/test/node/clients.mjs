// Uses a client of Redis for Node.js as programs do, and ends with 0 if everything came back as Redis would have it:
//
//   node clients.mjs CLIENT PORT
//
// The server has the users ann and default, whose passwords are their names, and two databases.
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const host = '127.0.0.1';
const [name, portText] = process.argv.slice(2);
const port = Number(portText);

async function nodeRedis(RESP) {
  const options = {
    username: 'ann',
    password: 'ann',
    name: 'node-redis-test',
    RESP,
    socket: { host, port, reconnectStrategy: false },
  };
  const stranger = createClient({ ...options, password: 'wrong' });
  stranger.on('error', () => {});
  await assert.rejects(stranger.connect(), /WRONGPASS/);

  const client = createClient(options);
  client.on('error', (error) => console.error(error));
  await client.connect();
  assert.equal(await client.clientGetName(), 'node-redis-test');
  assert.equal(await client.ping(), 'PONG');

  assert.equal(await client.set('k', 'v', { condition: 'NX', expiration: { type: 'EX', value: 100 } }), 'OK');
  assert.equal(await client.set('k', 'w', { condition: 'NX' }), null);
  assert.equal(await client.get('k'), 'v');
  assert.ok((await client.ttl('k')) >= 99);
  assert.equal(await client.persist('k'), 1);
  assert.equal(await client.pTTL('k'), -1);
  assert.equal(await client.set('k', 'w', { GET: true }), 'v');
  assert.equal(await client.getDel('k'), 'w');
  assert.equal(await client.get('k'), null);
  assert.equal(await client.incrBy('n', 5), 5);
  assert.equal(await client.append('s', 'größer'), 8);
  assert.equal(await client.strLen('s'), 8);
  assert.equal(await client.get('s'), 'größer');
  assert.equal(await client.type('s'), 'string');
  assert.equal(await client.mSet({ a: '1', b: '2' }), 'OK');
  assert.deepEqual([...(await client.mGet(['a', 'none', 'b']))], ['1', null, '2']);
  assert.equal(await client.exists(['a', 'b', 'none']), 2);
  await assert.rejects(client.incr('s'), /not an integer/);
  await assert.rejects(client.sendCommand(['NOSUCH']), /ERR unknown command/);

  // What is asked for in one turn goes out together.
  const sets = Array.from({ length: 1_000 }, (_, i) => client.set(`p:${i}`, `v${i}`));
  const gets = Array.from({ length: 1_000 }, (_, i) => client.get(`p:${i}`));
  assert.ok((await Promise.all(sets)).every((answer) => answer === 'OK'));
  (await Promise.all(gets)).forEach((answer, i) => assert.equal(answer, `v${i}`));
  const found = new Set();
  for await (const keys of client.scanIterator({ MATCH: 'p:*', COUNT: 100 })) {
    keys.forEach((key) => found.add(key));
  }
  assert.equal(found.size, 1_000);

  await client.select(1);
  assert.equal(await client.exists('a'), 0);
  await client.select(0);
  assert.equal(await client.del(['a', 'b', 'none']), 2);
  assert.match(await client.info('server'), /velocity_version/);
  await client.flushDb();
  assert.equal(await client.dbSize(), 0);
  await client.close();
}

async function ioredis(protocol) {
  const options = {
    host,
    port,
    username: 'ann',
    password: 'ann',
    db: 1,
    connectionName: 'ioredis-test',
    protocol,
    lazyConnect: true,
    retryStrategy: () => null,
  };
  const stranger = new Redis({ ...options, password: 'wrong' });
  stranger.on('error', () => {});
  await assert.rejects(stranger.connect().then(() => stranger.ping()));
  stranger.disconnect();

  const redis = new Redis(options);
  await redis.connect();
  assert.equal(await redis.client('GETNAME'), 'ioredis-test');
  assert.equal(await redis.set('k', 'v', 'PX', 100_000, 'NX'), 'OK');
  assert.equal(await redis.set('k', 'w', 'NX'), null);
  assert.equal(await redis.set('k', 'w', 'KEEPTTL', 'GET'), 'v');
  assert.ok((await redis.pttl('k')) > 90_000);
  assert.equal(await redis.getdel('k'), 'w');
  assert.equal(await redis.get('k'), null);
  assert.equal(await redis.incr('n'), 1);
  assert.equal(await redis.decrby('n', 3), -2);
  assert.equal(await redis.append('s', 'ab'), 2);
  const bytes = Buffer.from([0, 255, 13, 10, 128]);
  assert.equal(await redis.set('bytes', bytes), 'OK');
  assert.deepEqual(await redis.getBuffer('bytes'), bytes);
  assert.equal(await redis.mset({ a: '1', b: '2' }), 'OK');
  assert.deepEqual(await redis.mget('a', 'none', 'b'), ['1', null, '2']);
  await assert.rejects(redis.incr('s'), /not an integer/);
  await assert.rejects(redis.call('NOSUCH'), /ERR unknown command/);

  const pipeline = redis.pipeline();
  for (let i = 0; i < 1_000; i++) {
    pipeline.set(`p:${i}`, `v${i}`).get(`p:${i}`);
  }
  (await pipeline.exec()).forEach(([error, answer], i) => {
    assert.equal(error, null);
    assert.equal(answer, i % 2 === 0 ? 'OK' : `v${(i - 1) / 2}`);
  });
  const found = new Set();
  for await (const keys of redis.scanStream({ match: 'p:*', count: 100 })) {
    keys.forEach((key) => found.add(key));
  }
  assert.equal(found.size, 1_000);

  assert.equal(await redis.select(0), 'OK');
  assert.equal(await redis.exists('a'), 0);
  assert.equal(await redis.select(1), 'OK');
  assert.equal(await redis.del('a', 'b', 'none'), 2);
  assert.match(await redis.info('server'), /velocity_version/);
  assert.equal(await redis.flushdb(), 'OK');
  assert.equal(await redis.dbsize(), 0);
  assert.equal(await redis.quit(), 'OK');
}

const clients = {
  'node-redis RESP2': () => nodeRedis(2),
  'node-redis RESP3': () => nodeRedis(3),
  'ioredis RESP2': () => ioredis(2),
  'ioredis RESP3': () => ioredis(3),
};
await clients[name]();
console.log(`${name} works`);
