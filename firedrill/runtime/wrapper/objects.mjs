// The Durable Object classes, wrapped: their methods and alarms fail, wait and throw as the faults say.
import { DurableObject } from "cloudflare:workers";
import { environment } from "./bindings.mjs";
import { calls, named, noted } from "./calls.mjs";
import { Books, next } from "./ledger.mjs";
import { peers } from "./namespaces.mjs";
import { failingStorage } from "./storage.mjs";
import { again, alarms, failInBackground, flood, invocation, meant, note, prompt, reach, retries, strikes, take } from "./take.mjs";

const LAST_RETRY = 6; // of an alarm: developers.cloudflare.com/durable-objects/api/alarms

/** The Durable Object class `name`, wrapped; `undefined` (the bundle has no such export) becomes one that nobody calls.
 * `classes` has the class of each binding. */
export function wrapObject(exported, name, classes) {
  if (exported === undefined) return class {};
  const Wrapped = class extends exported {
    constructor(ctx, env) {
      const id = ctx.id.toString();
      const books = new Books(name, id, ctx.storage);
      const object = { exported, name, id, ctx, books, storage: failingStorage(ctx.storage, id, name, books) };
      breakAsAsked(exported, name);
      if (strikes("start_failing", name)) object.storage.failUntilCalled();
      noteWhileBlocking(ctx, `blockConcurrencyWhile of ${name}`);
      try {
        super(ctx, environment(env, peers(classes)));
      } catch (error) {
        take.called.add(object.id); // no method will be called, yet there is a trace item
        note(`the constructor of ${name}`, "thrown", error);
        throw error;
      }
      return calls(this, (run, method, args) =>
        method === "alarm" ? alarm(object, args[0] ?? {}, run) : operate(object, method, run),
      );
    }
  };
  return named(Wrapped, exported);
}

const breakable = new Map(); // class -> its methods that can throw: where each is, its name, what it was and what it is now

/** Lets the methods of a class throw from the inside, so that whoever observes them sees it as any exception. They are
 * what they were again in takes without that fault, since code may know its methods by identity. */
function breakAsAsked(exported, name) {
  if (!take.faults.object_throws) mend(exported);
  else if (!breakable.has(exported)) breakable.set(exported, [...broken(exported, name)]);
}

function* broken(exported, name) {
  const ends = [Object.prototype, DurableObject.prototype, undefined, null];
  for (let each = exported.prototype; !ends.includes(each); each = Object.getPrototypeOf(each)) {
    for (const [method, property] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      const { value } = property;
      if (method === "constructor" || typeof value !== "function" || !property.configurable) continue;
      const throwing = breaking(value, `${name}.${method}`);
      Object.defineProperty(each, method, { ...property, value: throwing });
      yield { each, method, property, throwing };
    }
  }
}

function mend(exported) {
  for (const { each, method, property, throwing } of breakable.get(exported) ?? []) {
    if (Object.getOwnPropertyDescriptor(each, method)?.value === throwing) Object.defineProperty(each, method, property);
  }
  breakable.delete(exported);
}

function breaking(method, key) {
  return new Proxy(method, {
    apply(target, self, args) {
      const index = take.due.indexOf(key);
      if (index < 0) return Reflect.apply(target, self, args);
      take.due.splice(index, 1);
      const error = new Error(take.faults.object_message);
      if (target.constructor.name === "AsyncFunction") return Promise.reject(error);
      throw error;
    },
  });
}

/** Notes what is thrown while an object blocks: it is reset then, and its caller's exception does not say where. */
function noteWhileBlocking(ctx, what) {
  const block = ctx.blockConcurrencyWhile.bind(ctx);
  const noted = (run) => async () => {
    try {
      return await run();
    } catch (error) {
      note(what, "thrown", error);
      throw error;
    }
  };
  ctx.blockConcurrencyWhile = (run) => block(noted(run));
}

async function operate({ exported, name, id, ctx, books, storage }, method, run) {
  if (take.taking) take.called.add(id);
  reach("class", name);
  return invocation(`${name}.${method}`, async () => {
    const arrived = next();
    if (strikes("storage_slow", name)) await scheduler.wait(take.faults.storage_slow_ms);
    flood(name);
    breakAsAsked(exported, name);
    if (strikes("object_throws", name)) take.due.push(`${name}.${method}`);
    const failing = strikes("storage_failing", name);
    storage.begin();
    return noted(books.begin(method, arrived), (...how) => books.end(...how), () => {
      const result = failing ? storage.whileFailing(run) : run();
      failInBackground(ctx, name);
      return result;
    });
  });
}

async function alarm({ name, id, books, storage }, given, run) {
  alarms.delete(id);
  prompt.delete(id);
  const info = retries.get(id) ?? given;
  retries.delete(id);
  const atOnce = take.faults.alarm_attempts !== undefined && take.faults.alarm_attempts !== null;
  const struck = async () => {
    const arrived = next();
    if (strikes("alarm_slow", name)) await scheduler.wait(take.faults.storage_slow_ms);
    const tried = info.retryCount ?? 0;
    const chosen = info.failing ?? strikes("alarm_failing", name);
    const failing = chosen && (!atOnce || tried < take.faults.alarm_attempts);
    const told = info.failing === undefined ? undefined : [info];
    try {
      storage.begin();
      const close = (...how) => books.end(...how);
      const fail = () => (failing ? storage.whileFailing(() => run(told)) : run(told));
      const result = await noted(books.begin("alarm", arrived, info), close, fail);
      const times = again.get(id) ?? 0;
      if (times < (take.faults.alarm_again ?? 0) && meant(name)) {
        again.set(id, times + 1);
        storage.alarmAtOnce();
      }
      return result;
    } catch (error) {
      if (atOnce && tried < LAST_RETRY) {
        const { scheduledTime } = info;
        retries.set(id, { retryCount: tried + 1, isRetry: true, scheduledTime, failing: chosen });
        storage.alarmAtOnce();
      }
      throw error;
    }
  };
  return take.called.has(id) || !take.taking ? invocation(`${name}.alarm`, struck) : run(); // else the retry of an alarm of an earlier take
}
