// The page's database: SQLite as WebAssembly (the project's own build, from npm), in memory, in this one Worker, which
// every writer sends its rows to, as to a database server. Started by database_link.js when a run first saves.
//
// What comes, from the engine, over ports and over a channel:
//   {do: "create", id, table}              a new, empty table of pages; tables have numbers
//   {do: "save", table, rows, id?, reply?, ticket?} one transaction. rows: an ArrayBuffer, see RowReader
//   {do: "read", id, table, rows}          answered by {answer: id, rows} again and again and last {answer: id};
//                                          waits for `rows` rows when those are still on their way
//   {do: "drop", table}
//   {port, replies} {channel}              one more way to come
//   {replies}                              of this way
// Answers are {answer: id, problem?}. A writer that blocks gives `reply` instead, a place in shared memory, or a `ticket`,
// the number of its save, of which it hears in the `replies` that came with its port:
//   int32 state (0 waiting, 4 * ticket + 1 saved, 4 * ticket + 2 not saved), int32 bytes of the text, UTF-8 text that
//   says why not
// A save with neither is not answered: what is wrong with it fails the read.

import sqlite3InitModule from "./sqlite3.js";

/** How long a read waits for rows that were sent and not waited for. */
const LATE_ROWS_MS = 3000;
/** Rows in one answer to a read. */
const ROWS_AT_A_TIME = 5000;
const REPLY_TEXT_BYTES = 240;
const ROW_BYTES = 20;
/** Of UTF-8 as it is, also when it begins with a byte order mark. */
const titles = new TextDecoder("utf-8", {ignoreBOM: true});

/**
 * @typedef {object} Table
 * @property {any} db
 * @property {any} insert A prepared statement.
 * @property {number} rows
 * @property {string} problem Of a save that nobody waited for.
 * @property {(() => void) | null} late Called when a row has come, while a read waits for it.
 */
/** @type {Map<number, Table>} */
const tables = new Map();
/** @type {any} */
let sqlite = null;

// In memory nothing but the core is of use; the file systems of browsers would each start what they need.
/** @type {any} */ (globalThis).sqlite3ApiConfig = {
  disable: {vfs: {"kvvfs": true, "opfs": true, "opfs-vfs": true, "opfs-sahpool": true, "opfs-wl": true}},
};
const ready = sqlite3InitModule({print: () => {}, printErr: (/** @type {string} */ line) => console.warn(line)})
    .then((/** @type {any} */ module) => {
      sqlite = module;
    });

/** @param {number} number */
function create(number) {
  const db = new sqlite.oo1.DB(":memory:");
  db.exec("CREATE TABLE pages (id INTEGER PRIMARY KEY AUTOINCREMENT, page INTEGER NOT NULL, links INTEGER NOT NULL," +
          " text_hash INTEGER NOT NULL, title TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO pages (page, links, text_hash, title) VALUES (?, ?, ?, ?)");
  tables.set(number, {db, insert, rows: 0, problem: "", late: null});
}

/** @param {number} number */
function find(number) {
  const table = tables.get(number);
  if (!table) throw new Error("there is no such table");
  return table;
}

/** @param {number} number */
function drop(number) {
  const table = tables.get(number);
  tables.delete(number);
  table?.insert.finalize();
  table?.db.close();
}

/**
 * One transaction: all rows, or none. A row is uint32 page, uint32 links, int64 text_hash, uint32 bytes of the title,
 * the title; little-endian (database.cpp).
 * @param {Table} table @param {ArrayBuffer} rows
 */
function save(table, rows) {
  const view = new DataView(rows);
  const {capi} = sqlite;
  const {db, insert} = table;
  let count = 0;
  db.exec("BEGIN IMMEDIATE");
  try {
    for (let at = 0; at < rows.byteLength; ++count) {
      const bytes = view.getUint32(at + 16, true);
      insert.bind(1, view.getUint32(at, true)).bind(2, view.getUint32(at + 4, true)).bind(3, view.getBigInt64(at + 8, true));
      // A string: sqlite3_bind_text() of this build (3.53.4) throws on bytes, which it says it takes.
      insert.bind(4, titles.decode(new Uint8Array(rows, at + ROW_BYTES, bytes)));
      insert.step();
      insert.reset();
      at += ROW_BYTES + bytes;
    }
    db.exec("COMMIT");
  } catch (error) {
    insert.reset();
    if (!capi.sqlite3_get_autocommit(db.pointer)) db.exec("ROLLBACK");
    throw error;
  }
  table.rows += count;
  table.late?.();
}

/** @param {Table} table @param {number} rows */
async function waitForRows(table, rows) {
  if (table.rows >= rows) return;
  await new Promise((resolve) => {
    setTimeout(resolve, LATE_ROWS_MS);
    table.late = () => {
      if (table.rows >= rows) resolve(undefined);
    };
  });
  table.late = null;
}

/** The rows, ordered by page, in pieces of the same form as they came in. @param {Table} table */
function* pieces(table) {
  const {capi, wasm} = sqlite;
  const select = table.db.prepare("SELECT page, links, text_hash, title FROM pages ORDER BY page");
  try {
    for (let more = true; more;) {
      const rows = [];
      let size = 0;
      while (rows.length < ROWS_AT_A_TIME && (more = select.step())) {
        const bytes = capi.sqlite3_column_bytes(select.pointer, 3);
        const at = capi.sqlite3_column_blob(select.pointer, 3);
        const row = new Uint8Array(ROW_BYTES + bytes);
        const view = new DataView(row.buffer);
        view.setUint32(0, select.getInt(0), true);
        view.setUint32(4, select.getInt(1), true);
        view.setBigInt64(8, BigInt(capi.sqlite3_column_int64(select.pointer, 2)), true);
        view.setUint32(16, bytes, true);
        row.set(wasm.heap8u().subarray(at, at + bytes), ROW_BYTES);
        rows.push(row);
        size += row.length;
      }
      const piece = new Uint8Array(size);
      let at = 0;
      for (const row of rows) {
        piece.set(row, at);
        at += row.length;
      }
      yield piece.buffer;
    }
  } finally {
    select.finalize();
  }
}

/** @param {{memory: SharedArrayBuffer, at: number, ticket?: number}} reply @param {string} problem */
function replyTo({memory, at, ticket = 0}, problem) {
  const state = new Int32Array(memory, at, 2);
  const text = new TextEncoder().encode(problem).subarray(0, REPLY_TEXT_BYTES);
  new Uint8Array(memory, at + 8, text.length).set(text);
  state[1] = text.length;
  // Last, and atomically: who sees it also sees the text.
  Atomics.store(state, 0, 4 * ticket + (problem ? 2 : 1));
  Atomics.notify(state, 0);
}

/** @param {string} what @param {any} error */
function wording(what, error) {
  return `cannot ${what} the database: ${error?.message || error}`;
}

/** @param {any} message @param {(answer: object) => void} send */
async function serve(message, send) {
  const {id, table} = message;
  const what = {create: "make", save: "save to", read: "read"}[/** @type {"create" | "save" | "read"} */ (message.do)] || "use";
  let problem = "";
  try {
    if (message.do === "create") create(table);
    if (message.do === "drop") drop(table);
    if (message.do === "save" && message.rows.byteLength !== 0) save(find(table), message.rows);
    if (message.do === "read") {
      const found = find(table);
      await waitForRows(found, message.rows);
      if (found.problem) throw new Error(found.problem);
      for (const piece of pieces(found)) send({answer: id, rows: piece});
    }
  } catch (error) {
    problem = wording(what, error);
  }
  if (message.reply) {
    replyTo(message.reply, problem);
  } else if (id !== undefined) {
    send({answer: id, problem});
  } else if (problem && message.do === "save" && tables.has(table)) {
    find(table).problem ||= problem;
  }
}

/** @param {{onmessage: any, postMessage: (answer: any) => void}} from @param {SharedArrayBuffer | null} replies */
function listen(from, replies = null) {
  from.onmessage = ({data}) => {
    if (data.port) return listen(data.port, data.replies);
    replies = data.replies || replies;
    if (data.channel) return listen(new BroadcastChannel(data.channel));
    if (!data.do) return undefined;  // an answer of ours, or another tab's
    if (data.ticket && replies) data.reply = {memory: replies, at: 0, ticket: data.ticket};
    const send = (/** @type {any} */ answer) => from.postMessage(answer);
    // One after another, also while SQLite is still loaded.
    const failed = (/** @type {any} */ error) => {
      const problem = wording("open", error);
      if (data.reply) {
        replyTo(data.reply, problem);
      } else if (data.id !== undefined) {
        send({answer: data.id, problem});
      }
    };
    ready.then(() => serve(data, send), failed);
    return undefined;
  };
}

listen(/** @type {any} */ (self));
