// The storage of objects, which fails on demand.
import { alarms, prompt, reach, take } from "./take.mjs";

const STORAGE_METHODS = ["get", "put", "delete", "deleteAll", "list", "transaction", "getAlarm"];
const SYNCHRONOUS_METHODS = { sql: ["exec"], kv: ["get", "put", "delete", "list"] }; // of what SQLite gives the storage

/** Makes the storage of one object fail on demand, charges `books`, and notes when its alarm is due. */
export function failingStorage(storage, id, className, books) {
  let failing = 0;
  let lingering = false; // what an operation leaves behind fails with it, until another one begins
  const fails = () => failing > 0 || lingering;
  const setAlarm = storage.setAlarm.bind(storage);
  const replace = (object, method, call) => {
    const original = object[method];
    object[method] = (...args) => {
      if (!method.endsWith("Alarm")) reach("storage", className); // alarms alone hold nothing
      return call(() => original.apply(object, args), args, method);
    };
  };
  const error = (method) => {
    take.refusals += 1;
    books.charge(method, true);
    return new Error(take.faults.storage_message);
  };
  const charged = (method, result, due) => {
    books.charge(method, false, result, due);
    return result;
  };
  const synchronously = (call, _, method) => {
    if (fails()) throw error(method);
    return charged(method, call());
  };
  const asynchronously = (call, _, method) => (fails() ? Promise.reject(error(method)) : charged(method, call()));
  for (const method of STORAGE_METHODS) replace(storage, method, asynchronously);
  replace(storage, "setAlarm", (call, [due], method) => {
    if (fails()) return Promise.reject(error(method));
    alarms.set(id, Number(due));
    return charged(method, call(), due);
  });
  replace(storage, "deleteAlarm", (call, _, method) => {
    if (fails()) return Promise.reject(error(method));
    alarms.delete(id);
    return charged(method, call());
  });
  try {
    for (const [part, methods] of Object.entries(SYNCHRONOUS_METHODS)) {
      for (const method of methods) replace(storage[part], method, synchronously);
    }
    replace(storage, "transactionSync", (call, _, method) => {
      if (fails()) throw error(method);
      return call();
    });
  } catch {
    // not backed by SQLite
  }
  return {
    /** An operation begins: what an earlier one has left behind is over. */
    begin() {
      lingering = false;
    },
    async whileFailing(run) {
      failing += 1;
      try {
        return await run();
      } finally {
        failing -= 1;
        lingering = true;
      }
    },
    /** While the object is constructed, and for what it does before its first operation. */
    failUntilCalled() {
      lingering = true;
    },
    /** Where the platform would wait for longer than a take lasts. Never at the time of the run that sets it, which would
     * be no new alarm: workerd's own retry came then, seconds later. */
    alarmAtOnce() {
      const due = Date.now() + 1;
      alarms.set(id, due);
      prompt.add(id);
      setAlarm(due);
    },
  };
}
