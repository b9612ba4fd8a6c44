// The Worker with faults, asked for by headers (JSON). Exists only in tests.
//   x-fault-call    { times, ms, message, ... } so many calls of the object fail on the way after so many ms (of the
//                                               Worker's clock, without waiting), with these properties
//   x-fault-object  { broken, message }         this member of the object's storage raises; or "input": the gateway
//                                               and the object disagree on what is allowed
//   PATCH with x-method, x-argument             calls a method that only this class has
import gateway, { ConversationStateDO as Original } from "../../../worker/src/index.mjs";

const clock = Date.now;
let frozen = null;
let ahead = 0;
Date.now = () => (frozen ?? clock()) + ahead;

export class ConversationStateDO extends Original {
  constructor(ctx, env) {
    super(ctx, env);
    this.plan = {};
    this.ctx = guarded(ctx, this.plan);
  }

  breakDown(plan) {
    Object.assign(this.plan, { broken: undefined }, plan);
  }

  freezeClock(ms) {
    frozen = ms;
  }

  runAlarm(retryCount) {
    return this.alarm({ retryCount });
  }

  makeAlarmDue() {
    return this.ctx.storage.setAlarm(Date.now());
  }

  alarmDue() {
    return this.ctx.storage.getAlarm();
  }

  stored() {
    return this.ctx.storage.sql.exec("SELECT * FROM tools ORDER BY 1").toArray();
  }

  reset() {
    this.ctx.abort("reset by the test");
  }

  retrieve(toolUseId, context) {
    return super.retrieve(this.plan.broken === "input" ? "not an id" : toolUseId, context);
  }
}

function guarded(target, plan) {
  return new Proxy(target, {
    get(object, member) {
      if (plan.broken === member) throw new Error(plan.message);
      const value = object[member];
      if (typeof value === "function") return value.bind(object);
      return member === "storage" || member === "sql" ? guarded(value, plan) : value;
    },
  });
}

function failing(stub, error, ms) {
  const call = () => {
    ahead += ms;
    return Promise.reject(Object.assign(new Error(error.message), error));
  };
  return new Proxy(stub, { get: () => call });
}

export default {
  async fetch(request, env, ctx) {
    const asked = (header) => JSON.parse(request.headers.get(header) ?? "null");
    const object = env.CONVERSATION_STATE.getByName(new URL(request.url).pathname.split("/")[2]);
    if (request.method === "PATCH") {
      return Response.json((await object[asked("x-method")](asked("x-argument"))) ?? null);
    }
    const plan = asked("x-fault-object");
    if (plan) await object.breakDown(plan);
    const { times = 0, ms = 0, ...error } = asked("x-fault-call") ?? {};
    let failures = times;
    let options;
    const namespace = {
      getByName(...args) {
        options = args[1];
        const stub = env.CONVERSATION_STATE.getByName(...args);
        return failures-- > 0 ? failing(stub, error, ms) : stub;
      },
    };
    const response = await gateway.fetch(request, { ...env, CONVERSATION_STATE: namespace }, ctx);
    ahead = 0;
    response.headers.set("x-stub-options", JSON.stringify(options ?? null));
    if (plan) await object.breakDown({});
    return response;
  },
};
